//! `cargo xtask repository`: checks manifests, dependencies and the README.

mod dependencies;
mod let_chains;
mod manifests;
mod readme;

use std::path::Path;

/// Runs all checks and reports every problem.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let mut problems = Vec::new();
    for check in [
        dependencies::check,
        let_chains::check,
        manifests::check,
        readme::check,
    ] {
        problems.extend(check(root)?);
    }
    if problems.is_empty() {
        println!("manifests, dependencies and the README's commands are as expected");
        return Ok(());
    }
    Err(problems.join("\n"))
}
