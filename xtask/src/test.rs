//! `cargo xtask test`: runs `cargo test --workspace` and prints a summary.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::test_summary::Summary;

/// Runs the tests of all packages, even after a failure, and prints their output as it comes.
pub(crate) fn run(root: &Path) -> Result<(), String> {
    let failed = |error| format!("failed to run `cargo test`: {error}");
    let mut cargo = Command::new("cargo")
        .args(["test", "--workspace", "--no-fail-fast"])
        .current_dir(root)
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let mut summary = Summary::default();
    if let Some(stdout) = cargo.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        let mut line = Vec::new();
        while stdout.read_until(b'\n', &mut line).map_err(failed)? > 0 {
            // If standard output is closed, the exit code still reports the result.
            let _ = std::io::stdout().write_all(&line);
            summary.read_line(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    let succeeded = cargo.wait().map_err(failed)?.success();
    summary.finish();
    let _ = writeln!(std::io::stdout(), "\n{summary}");
    if succeeded && summary.succeeded() {
        return Ok(());
    }
    Err("`cargo test --workspace` failed; its output above has the details".to_owned())
}
