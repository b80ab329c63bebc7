//! Runs the Rust client against the emulator through Prism, a proxy that checks each request and
//! response against spec/dist and answers with an error if one does not match.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::build::{SPEC, install, run};
use crate::toolchain::{NPM, Need};

pub(super) const NAME: &str = "prism";
pub(super) const NEEDS: [Need; 2] = [Need::Node, Need::Npm];

const SCRIPT: &str = "node_modules/@stoplight/prism-cli/dist/index.js";
/// The line that Prism prints when it is ready.
const READY: &str = "Prism is listening";
/// The marks of violations in its output.
const VIOLATIONS: [&str; 3] = ["Violation", "✖", "⚠"];
/// The time limit for its start on a busy machine.
const START: Duration = Duration::from_secs(120);

/// Runs `whole-run` of partner-center-tests through Prism.
///
/// # Errors
///
/// The violations, and the calls that ended differently than without Prism.
pub(super) fn check(root: &Path) -> Result<String, String> {
    let pins = ["package.json", "package-lock.json", ".npmrc"].map(str::to_owned);
    let place = install(root, NAME, &NEEDS.into(), &pins, |place| {
        let command = [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(place, &command.map(str::to_owned))
    })?;
    let [port, emulator] = free_ports()?;
    let mut prism = Prism::start(
        Command::new("node")
            .arg(place.join(SCRIPT))
            .args(["proxy", "--errors", "--host", "127.0.0.1"])
            .args(["--port", &port.to_string()])
            .arg(root.join(SPEC))
            .arg(format!("http://127.0.0.1:{emulator}")),
    )?;
    let output = Command::new("cargo")
        .args(["run", "--quiet", "--package", "partner-center-tests"])
        .args(["--bin", "whole-run", "--"])
        .args([emulator.to_string(), format!("http://127.0.0.1:{port}")])
        .current_dir(root)
        .output()
        .map_err(|error| format!("failed to run cargo: {error}"))?;
    let found = prism.stop().into_iter();
    let mut problems: Vec<_> = found
        .filter(|line| VIOLATIONS.iter().any(|mark| line.contains(mark)))
        .collect();
    if !output.status.success() {
        problems.push(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    if problems.is_empty() {
        let said = String::from_utf8_lossy(&output.stdout);
        return Ok(format!("{}, no violation", said.trim_end()));
    }
    Err(format!("prism:\n{}", problems.join("\n")))
}

/// Returns ports for Prism and the emulator. Each needs the other's port before it starts.
fn free_ports() -> Result<[u16; 2], String> {
    let free = || {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        Ok((listener.local_addr()?.port(), listener))
    };
    // Both listeners stay open until both ports are known, so that the ports differ.
    let both = free().and_then(|one| Ok([one, free()?]));
    both.map(|both| both.map(|(port, _)| port))
        .map_err(|error: std::io::Error| format!("failed to find a free port: {error}"))
}

/// The proxy. Dropping it stops it.
struct Prism {
    child: Child,
    lines: Receiver<String>,
}

impl Prism {
    fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("failed to start prism: {error}"))?;
        let (sender, lines) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // The receiver is gone after a stop.
                    let _ = sender.send(line);
                }
            });
        }
        let prism = Self { child, lines };
        let mut printed = String::new();
        loop {
            let line = prism
                .lines
                .recv_timeout(START)
                .map_err(|_| format!("prism did not start:\n{printed}"))?;
            if line.contains(READY) {
                return Ok(prism);
            }
            printed = printed + &line + "\n";
        }
    }

    /// Stops Prism and returns what it printed since it was ready.
    fn stop(&mut self) -> Vec<String> {
        // Prism may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.lines.iter().collect()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        self.stop();
    }
}
