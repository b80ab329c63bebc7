//! Checks that CI runs each command of the README's `sh` blocks.

use std::path::Path;

use crate::ci::{GATES, README_COMMANDS};
use crate::files;

/// Commands that no gate runs as they are.
const OTHERS: [&str; 6] = [
    // `cargo xtask test` runs it.
    "cargo test --workspace",
    // A test of xtask runs it in a copy, since it writes files.
    "cargo xtask codegen",
    "cargo xtask ci",
    // Measurements need a quiet machine. Clippy compiles them.
    "cargo bench -p partner-center-tests",
    "cargo bench -p partner-center-emulator",
    // Runs until it is stopped. The emulator's tests start and stop it.
    "cargo run -p partner-center-emulator",
];

pub(super) fn check(root: &Path) -> Result<Vec<String>, String> {
    let readme = files::read_text(&root.join("README.md"))?;
    let ci = files::read_text(&root.join(".ci/run"))?;
    let commands = commands(&readme);
    let mut problems = Vec::new();
    let first = README_COMMANDS.map(|(command, _)| command);
    let cargo = commands.iter().filter(|line| line.starts_with("cargo "));
    if !cargo.copied().take(first.len()).eq(first) {
        problems.push(format!("README.md: expected the first commands {first:?}"));
    }
    for command in commands {
        let runs = GATES.iter().any(|(gate, _)| *gate == command)
            || first.contains(&command)
            || ci.lines().any(|line| line == command)
            || OTHERS.contains(&command)
            // The command's own tests run these.
            || command.starts_with("cargo run -p pctransfers -- ");
        if !runs {
            problems.push(format!("README.md: CI does not run `{command}`"));
        }
    }
    Ok(problems)
}

/// Returns the lines of the `sh` blocks, without comments.
fn commands(readme: &str) -> Vec<&str> {
    let mut in_shell = false;
    let mut commands = Vec::new();
    for line in readme.lines() {
        if line.starts_with("```") {
            in_shell = line == "```sh";
        } else if in_shell && !line.is_empty() {
            commands.push(line.split(" # ").next().unwrap_or_default().trim());
        }
    }
    commands
}
