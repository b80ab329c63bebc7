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
    /// The workspace to work in [default: the one that this was built from].
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
    let root = arguments.root.unwrap_or_else(|| {
        let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        here.parent().map_or(here.clone(), PathBuf::from)
    });
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
