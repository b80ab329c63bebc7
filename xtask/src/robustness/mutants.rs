//! `cargo xtask mutants`: changes the code in small ways, and lists the changes that no test notices.
//!
//! The tests of the changed package come first, since they take seconds. What they do not notice is
//! tried once more with the tests of all packages that use it, which take minutes.

use std::path::Path;
use std::process::Command;

use clap::Args;

/// How to install the tool.
const INSTALL: &str = "cargo install cargo-mutants --version =27.1.0 --locked";

/// The parts that decide whether a transfer may have been applied, and what may be shown.
const FILES: [&str; 9] = [
    "crates/bulk/src/journal/**/*.rs",
    "crates/core/src/decode/error_body/*.rs",
    "crates/core/src/network/endpoint.rs",
    "crates/core/src/redact.rs",
    "crates/core/src/retry/*.rs",
    "crates/transfers/src/accept_outcome.rs",
    "crates/transfers/src/confirm.rs",
    "crates/transfers/src/confirm_create.rs",
    "crates/transfers/src/subscriptions.rs",
];

/// The packages whose tests must notice a change. Those of the command and of the generator do not test
/// these parts.
const ALL_TESTS: [&str; 4] = [
    "partner-center-bulk",
    "partner-center-core",
    "partner-center-tests",
    "partner-center-transfers",
];

#[derive(Args)]
pub(crate) struct MutantsArgs {
    /// Other files than those that decide whether a transfer may have been applied, and what is shown
    #[arg(value_name = "GLOB")]
    files: Vec<String>,
    /// Further arguments for cargo-mutants, such as --shard
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs cargo-mutants. Results are in `target/mutants.out/`.
pub(crate) fn run(root: &Path, arguments: &MutantsArgs) -> Result<(), String> {
    println!("with the tests of the changed package");
    if mutants(root, arguments, &["--test-workspace=false"])? {
        return Ok(());
    }
    println!(
        "what these did not notice, with the tests of {}",
        ALL_TESTS.join(", ")
    );
    let mut all = vec!["--iterate"];
    for package in ALL_TESTS {
        all.extend(["--test-package", package]);
    }
    if mutants(root, arguments, &all)? {
        return Ok(());
    }
    Err(
        "no test noticed the changes in target/mutants.out/missed.txt, or those in timeout.txt \
         did not let the tests end"
            .to_owned(),
    )
}

/// Whether all changes were noticed.
fn mutants(root: &Path, arguments: &MutantsArgs, tests: &[&str]) -> Result<bool, String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["mutants", "--output", "target"])
        // `Debug` is for people; that it shows no secret is tested where it could.
        .args(["--exclude-re", "impl (fmt::)?Debug for"])
        // A change can let a call wait or a loop run forever. Slower tests get five times their usual time.
        .args(["--minimum-test-timeout", "60"])
        .args(["--cargo-test-arg=--lib", "--cargo-test-arg=--tests"])
        .args(tests)
        .current_dir(root);
    if arguments.files.is_empty() {
        cargo.args(FILES.iter().flat_map(|file| ["--file", file]));
    }
    cargo.args(arguments.files.iter().flat_map(|file| ["--file", file]));
    cargo.args(&arguments.rest);
    let status = cargo
        .status()
        .map_err(|error| format!("failed to run `cargo mutants`: {error}"))?;
    match status.code() {
        Some(0) => Ok(true),
        Some(2 | 3) => Ok(false),
        // What cargo says about a command that it does not have.
        Some(101) => Err(format!("cargo-mutants failed or is missing: {INSTALL}")),
        _ => Err(format!("`cargo mutants` ended with {status}")),
    }
}
