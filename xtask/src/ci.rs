//! `cargo xtask ci`: every gate, in the order in which a failure is cheapest to learn of.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// Each gate as a person would type it, and the exit code that it must have.
const GATES: [(&str, i32); 12] = [
    ("cargo fmt --all --check", 0),
    ("cargo xtask codegen --check", 0),
    ("cargo xtask spec check", 0),
    (
        "cargo clippy --workspace --all-targets --all-features --locked -- -D warnings",
        0,
    ),
    (
        "cargo doc --workspace --all-features --no-deps --document-private-items --locked",
        0,
    ),
    // Each set of features; those of core are the same.
    (
        "cargo hack check --feature-powerset --exclude-features default --locked \
         -p partner-center-transfers",
        0,
    ),
    ("cargo run -p partner-center-transfers --example tracing", 0),
    // The two commands that the README opens with.
    ("cargo test --workspace", 0),
    // What is handed out.
    ("cargo xtask spec pack", 0),
    // What needs Node.js, Go and Chromium, and so is no part of the tests that need Rust alone.
    ("cargo test -p xtask -- --ignored", 0),
    (
        "cargo run -p pctransfers -- --emulator accept \
         --customer d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d \
         --transfer aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba",
        3,
    ),
    // Last: it takes Node.js, Python, Go, a JDK and Maven, and says so where one is missing.
    ("cargo xtask conformance --check", 0),
];

/// Runs them until one fails.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    for (gate, code) in GATES {
        println!("$ {gate}");
        let begin = Instant::now();
        let mut words = gate.split_whitespace();
        let program = words.next().unwrap_or_default();
        let status = Command::new(program)
            .args(words)
            .current_dir(root)
            .env("RUSTDOCFLAGS", "-D warnings")
            .status()
            .map_err(|error| format!("failed to run `{gate}`: {error}"))?;
        if status.code() != Some(code) {
            return Err(format!("gate failed: `{gate}` ended with {status}"));
        }
        println!("passed in {:.0} s\n", begin.elapsed().as_secs_f64());
    }
    Ok(())
}
