//! Runs commands.

use std::path::Path;
use std::process::Command;

/// Runs a command and returns what it printed to standard output, trimmed. `name` appears in errors.
///
/// # Errors
///
/// If the command cannot be started or fails. The error contains the output of a failed command.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<String, String> {
    let output = command
        .output()
        .map_err(|error| format!("failed to run {name}: {error}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let printed = [stdout.as_str(), stderr.trim()].join("\n");
    Err(format!(
        "{name} ended with {}\n{}",
        output.status,
        printed.trim()
    ))
}

/// The target that the compiler of the workspace builds for.
pub(crate) fn host(root: &Path) -> Result<String, String> {
    let mut rustc = Command::new("rustc");
    rustc.arg("--print=host-tuple").current_dir(root);
    run("rustc", &mut rustc)
}
