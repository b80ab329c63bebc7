//! `cargo xtask ci`: every gate, in the order in which a failure is cheapest to learn of.

use std::path::Path;
use std::process::Command;

/// Each gate by its command, as a person would type it.
const GATES: [&[&str]; 5] = [
    &["cargo", "fmt", "--all", "--check"],
    &["cargo", "xtask", "codegen", "--check"],
    &[
        "cargo",
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--locked",
        "--",
        "-D",
        "warnings",
    ],
    &[
        "cargo",
        "doc",
        "--workspace",
        "--all-features",
        "--no-deps",
        "--locked",
    ],
    &["cargo", "test", "--workspace", "--all-features", "--locked"],
];

/// Runs them until one fails.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    for gate in GATES {
        let shown = gate.join(" ");
        println!("$ {shown}");
        let status = Command::new(gate[0])
            .args(&gate[1..])
            .current_dir(root)
            .env("RUSTDOCFLAGS", "-D warnings")
            .status()
            .map_err(|error| format!("failed to run `{shown}`: {error}"))?;
        if !status.success() {
            return Err(format!("gate failed: {shown}"));
        }
    }
    Ok(())
}
