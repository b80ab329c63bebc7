//! `cargo xtask chaos`: calls of the Rust client through a proxy that fails.

use std::path::Path;
use std::process::Command;

use clap::{Args, ValueEnum};

#[derive(Args)]
pub(crate) struct ChaosArgs {
    /// The number of calls, which the modes share
    #[arg(long, value_name = "N", default_value_t = 2_000)]
    calls: usize,
    /// The same seed gives the same operations and faults
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
    /// How the client and the emulator are set up; can be repeated [default: all]
    #[arg(long = "mode", value_enum, value_name = "MODE")]
    modes: Vec<Mode>,
    /// Make only this call, and those that the same client makes before it
    #[arg(long, value_name = "CALL")]
    only: Option<usize>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Mode {
    /// The default policy of retries
    Default,
    /// A client that retries ambiguous results
    RetryAmbiguous,
    /// An emulator that forgets request ids
    NoIdempotency,
}

/// Runs the program of the tests, which prints the table.
pub(crate) fn run(root: &Path, arguments: &ChaosArgs) -> Result<(), String> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["run", "--quiet", "--package", "partner-center-tests"])
        .args(["--bin", "chaos", "--"])
        .args(["--calls", &arguments.calls.to_string()])
        .args(["--seed", &arguments.seed.to_string()])
        .current_dir(root);
    for mode in &arguments.modes {
        if let Some(value) = mode.to_possible_value() {
            cargo.args(["--mode", value.get_name()]);
        }
    }
    if let Some(only) = arguments.only {
        cargo.args(["--only", &only.to_string()]);
    }
    let status = cargo.status();
    let status = status.map_err(|error| format!("failed to run `cargo run`: {error}"))?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err("a law was broken: the report above has the calls".to_owned()),
        _ => Err(format!("the run ended with {status}")),
    }
}
