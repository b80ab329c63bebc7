//! `cargo xtask mutants`: changes the code in small ways, and lists the changes that no test notices.

use std::path::Path;
use std::process::Command;

use clap::Args;

/// The tool, which `.cargo/mutants.toml` configures.
const INSTALL: &str = "cargo install cargo-mutants --version =27.1.0 --locked";

#[derive(Args)]
pub(crate) struct MutantsArgs {
    /// Only files that match this pattern [default: those of .cargo/mutants.toml]
    #[arg(long, value_name = "GLOB")]
    file: Vec<String>,
    /// Further arguments for cargo-mutants, such as --list or --shard
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs cargo-mutants. Results are in `target/mutants.out/`.
pub(crate) fn run(root: &Path, arguments: &MutantsArgs) -> Result<(), String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["mutants", "--output", "target"])
        .current_dir(root);
    for file in &arguments.file {
        cargo.args(["--file", file]);
    }
    cargo.args(&arguments.rest);
    let status = cargo
        .status()
        .map_err(|error| format!("failed to run `cargo mutants`: {error}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(2) => Err("no test noticed the changes in target/mutants.out/missed.txt".to_owned()),
        // What cargo says about a command that it does not have.
        Some(101) => Err(format!("cargo-mutants failed or is missing: {INSTALL}")),
        _ => Err(format!("`cargo mutants` ended with {status}")),
    }
}
