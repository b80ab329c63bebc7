//! The workspace's own tasks: `cargo xtask codegen` runs the generator, `cargo xtask spec` the gates on
//! the document, `cargo xtask ci` what CI runs. Thin: the work is done in crates/codegen and by the
//! tools of xtask/tools; here are arguments, files and exit codes.

mod ci;
mod codegen;
mod conformance;
mod pack;
mod spec;
mod tools;

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
    /// Check spec/openapi.yaml as a product that others take.
    Spec {
        #[command(subcommand)]
        task: SpecTask,
    },
    /// Make clients of other languages from spec/dist/, run them, and write what they can do to
    /// spec/README.md.
    Conformance(conformance::ConformanceArgs),
    /// Run every gate that CI runs.
    Ci,
}

#[derive(Subcommand)]
enum SpecTask {
    /// Lint the document, and judge the change since the released one; exit with 1 if anything is wrong.
    Check,
    /// List what changed since the released document, and what each change does to clients.
    Changes,
    /// Make the document the released one: copy spec/dist/openapi.yaml to spec/released/.
    Release,
    /// Make what is handed out, in target/spec-pack/: a page, an npm package, a zip, a collection.
    Pack,
    /// Open a reference page in Chromium: all must be there, without an error or a request.
    CheckReference {
        /// The page.
        page: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let root = arguments.root.unwrap_or_else(workspace);
    let result = match arguments.task {
        Task::Codegen { check: true } => codegen::check(&root),
        Task::Codegen { check: false } => codegen::write(&root),
        Task::Spec { task } => match task {
            SpecTask::Check => spec::check(&root, &workspace()),
            SpecTask::Changes => spec::changes(&root, &workspace()),
            SpecTask::Release => spec::release(&root, &workspace()),
            SpecTask::Pack => pack::pack(&root, &workspace()),
            SpecTask::CheckReference { page } => pack::check_reference(&root, &workspace(), &page),
        },
        Task::Conformance(args) => conformance::run(&root, &args),
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
