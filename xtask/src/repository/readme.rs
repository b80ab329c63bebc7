//! Checks that CI runs the commands of the README's plain `sh` blocks.

use std::path::Path;

use crate::ci::README_COMMANDS;
use crate::files;

pub(super) fn check(root: &Path) -> Result<Vec<String>, String> {
    let readme = files::read_text(&root.join("README.md"))?;
    let expected = README_COMMANDS.map(|(command, _)| command);
    let commands = commands(&readme);
    let problem = format!("README.md: expected the commands {expected:?}, found {commands:?}");
    Ok(Vec::from_iter((commands != expected).then_some(problem)))
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
