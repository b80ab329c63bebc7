//! The workspace's own tasks: `cargo xtask codegen` runs the generator, `cargo xtask ci` runs what
//! CI runs. Thin: the generator is crates/codegen; here are arguments, files and exit codes.

mod ci;
mod codegen;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Tasks of the Partner Center transfers workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// The workspace to work in [default: the one that `cargo xtask` was called in].
    #[arg(long, value_name = "DIRECTORY", global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Make the Rust client and spec/dist/ from spec/openapi.yaml.
    Codegen {
        /// Write nothing; list what is out of date, and exit with 1 if anything is.
        #[arg(long)]
        check: bool,
    },
    /// Run every gate that CI runs.
    Ci,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root.unwrap_or_else(workspace);
    let result = match arguments.task {
        Task::Codegen { check: true } => codegen::check(&root),
        Task::Codegen { check: false } => codegen::write(&root),
        Task::Ci => ci::run(&root),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The workspace whose `cargo xtask` this is. Cargo says so when it runs the binary, which may have
/// been built in another checkout that shares its target directory, or before this one was moved.
fn workspace() -> PathBuf {
    let built_from = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let run_from = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let roots = run_from.iter().chain([&built_from]);
    let mut roots = roots.filter_map(|here| here.parent());
    roots
        .find(|root| root.join("spec/openapi.yaml").is_file())
        .map_or(built_from.clone(), PathBuf::from)
}
