//! `cargo xtask ci`: runs every gate, cheap ones first.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// A command as a person types it, and the exit code that it must have.
pub(crate) type Gate = (&'static str, i32);

/// The two commands that the README starts with.
pub(crate) const README_COMMANDS: [Gate; 2] = [
    (
        "cargo run -p pctransfers -- --emulator accept \
         --customer d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d \
         --transfer aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba",
        3,
    ),
    ("cargo xtask test", 0),
];

const GATES: [Gate; 16] = [
    ("cargo fmt --all --check", 0),
    ("cargo xtask codegen --check", 0),
    ("cargo xtask repository", 0),
    // By the rules of .cargo/deny.toml.
    (
        "cargo deny --locked --offline check bans licenses sources",
        0,
    ),
    ("cargo xtask spec check", 0),
    (
        "cargo clippy --workspace --all-targets --all-features --locked -- -D warnings",
        0,
    ),
    (
        "cargo doc --workspace --all-features --no-deps --document-private-items --locked",
        0,
    ),
    // Every combination of features. `gzip` only changes the HTTP library and a message, so it goes
    // with another one instead of doubling the combinations.
    (
        "cargo hack check --feature-powerset --group-features gzip,schemars --exclude-features default \
         --locked -p partner-center-transfers",
        0,
    ),
    // After the features, whose builds it shares.
    ("cargo xtask api --check", 0),
    ("cargo run -p partner-center-transfers --example tracing", 0),
    // The features of a user's build; the other tests have `gzip`.
    (
        "cargo test -p partner-center-transfers --test default_features",
        0,
    ),
    // Again, where fish, groff and zsh are installed: without them, the README's run leaves them out.
    ("cargo test --workspace --tests man_and_completions", 0),
    ("cargo xtask spec pack", 0),
    // Needs a C++ compiler. It builds all dependencies once more, instrumented.
    ("cargo xtask fuzz", 0),
    // The tests that need Node.js, Go and Chromium.
    ("cargo test --workspace --tests -- --ignored", 0),
    // Needs Node.js, Python, Go, a JDK, Maven, Mono, PHP and Ruby.
    ("cargo xtask conformance --check", 0),
];

/// Runs the gates until one fails. `skip_readme` leaves out the README's commands.
pub(crate) fn run(root: &Path, skip_readme: bool) -> Result<(), String> {
    let readme = README_COMMANDS.into_iter().filter(|_| !skip_readme);
    for (gate, code) in readme.chain(GATES) {
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
