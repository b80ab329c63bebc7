//! The tasks of this workspace, run with `cargo xtask`. The work is done in crates/codegen,
//! crates/conformance and the tools of xtask/tools; this crate handles arguments, files and exit codes.

mod chromium;
mod ci;
mod codegen;
mod conformance;
mod dist;
mod files;
mod library;
mod pack;
mod process;
mod repository;
mod robustness;
mod spec;
mod test;
mod test_summary;
mod toolchain;
mod tools;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use partner_center_terminal::parse_arguments;

/// Tasks of the Partner Center transfers workspace
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    /// The workspace to work in [default: that of the current directory]
    #[arg(long, value_name = "DIRECTORY", global = true)]
    root: Option<PathBuf>,
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run all tests that need only Rust, and print a summary
    Test,
    /// Generate the Rust client and spec/dist/ from spec/openapi.yaml
    Codegen {
        /// Write nothing, and exit with 1 if a file is out of date
        #[arg(long)]
        check: bool,
    },
    /// Check, release and package spec/openapi.yaml
    Spec {
        #[command(subcommand)]
        task: SpecTask,
    },
    /// Generate clients of other languages from spec/dist/, run them, and write the results to
    /// spec/CLIENTS.md
    Conformance(conformance::ConformanceArgs),
    /// Make an archive of pctransfers for this machine's target in target/dist/
    Dist(dist::DistArgs),
    /// Check manifests, dependencies and the README's commands
    Repository,
    /// Write the public API of the libraries to tests/api/
    Api {
        /// Write nothing, and exit with 1 if the API differs from the files
        #[arg(long)]
        check: bool,
    },
    /// Compare the libraries with the last release by cargo-semver-checks, which must be installed
    Semver {
        /// A revision to compare with in place of the last tag
        revision: Option<String>,
    },
    /// Compile the libraries with the oldest compiler that they support
    Msrv,
    /// Compile the libraries with the lowest versions of their dependencies
    MinimalVersions,
    /// Check a report of many transfers in Chromium: it needs no network, and can be read on a phone,
    /// in the dark and on paper
    CheckReport {
        /// The page
        page: PathBuf,
        /// Write a picture of the page on a phone to this file
        #[arg(long, value_name = "FILE")]
        picture: Option<PathBuf>,
    },
    /// Make calls of all changing operations through a proxy that fails, and count what goes wrong
    Chaos(robustness::ChaosArgs),
    /// Run the fuzz targets of tests/fuzz with libFuzzer
    Fuzz(robustness::FuzzArgs),
    /// Change the code in small ways with cargo-mutants, and list the changes that no test notices
    Mutants(robustness::MutantsArgs),
    /// Run every gate that CI runs
    Ci {
        /// Leave out the two commands that the README starts with
        #[arg(long)]
        skip_readme: bool,
    },
}

#[derive(Subcommand)]
enum SpecTask {
    /// Lint the document, and check its version against the changes since the release
    Check,
    /// List the changes since the release, and their effect on clients
    Changes,
    /// Release the document: copy spec/dist/openapi.yaml to spec/released/
    Release,
    /// Create a page, an npm package, a zip and a Postman collection in target/spec-pack/
    Pack {
        /// Leave out the checks of the page in Chromium and of the installed npm package
        #[arg(long)]
        unchecked: bool,
    },
    /// Check a reference page in Chromium: complete, without errors and network requests
    CheckReference {
        /// The page
        page: PathBuf,
    },
}

fn main() -> ExitCode {
    let arguments: Arguments = parse_arguments();
    let root = arguments.root.unwrap_or_else(workspace);
    let result = match arguments.task {
        Task::Test => test::run(&root),
        Task::Codegen { check: true } => codegen::check(&root),
        Task::Codegen { check: false } => codegen::write(&root),
        Task::Spec { task } => match task {
            SpecTask::Check => spec::check(&root, &workspace()),
            SpecTask::Changes => spec::changes(&root, &workspace()),
            SpecTask::Release => spec::release(&root, &workspace()),
            SpecTask::Pack { unchecked } => pack::pack(&root, &workspace(), !unchecked),
            SpecTask::CheckReference { page } => pack::check_reference(&root, &workspace(), &page),
        },
        Task::Conformance(args) => conformance::run(&root, &args),
        Task::Dist(args) => dist::run(&root, &args),
        Task::Repository => repository::check(&root),
        Task::Api { check: true } => library::api::check(&root),
        Task::Api { check: false } => library::api::write(&root),
        Task::Semver { revision } => library::semver::run(&root, revision),
        Task::Msrv => library::msrv::run(&root),
        Task::MinimalVersions => library::minimal_versions::run(&root),
        Task::CheckReport { page, picture } => {
            pack::check_page(&workspace(), &page, picture.as_deref())
        }
        Task::Chaos(args) => robustness::chaos(&root, &args),
        Task::Fuzz(args) => robustness::fuzz(&root, &args),
        Task::Mutants(args) => robustness::mutants(&root, &args),
        Task::Ci { skip_readme } => ci::run(&root, skip_readme),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the workspace in which cargo runs this binary. It can differ from the one that built the
/// binary, if two checkouts share a target directory or the checkout was moved.
fn workspace() -> PathBuf {
    let built_from = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let run_from = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let roots = run_from.iter().chain([&built_from]);
    let mut roots = roots.filter_map(|here| here.parent());
    roots
        .find(|root| root.join("spec/openapi.yaml").is_file())
        .map_or(built_from.clone(), PathBuf::from)
}
