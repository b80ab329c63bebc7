//! Prism between the Rust client and the emulator: a proxy that holds each request and each answer
//! against spec/dist, and answers with an error where one of them breaks it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::build::{SPEC, install, run};
use super::toolchain::{NPM, Need};

pub(super) const NAME: &str = "prism";
pub(super) const NEEDS: [Need; 2] = [Need::Node, Need::Npm];

const SCRIPT: &str = "node_modules/@stoplight/prism-cli/dist/index.js";
/// What it says when it is ready.
const READY: &str = "Prism is listening";
/// How it marks what it finds.
const FOUND: [&str; 3] = ["Violation", "✖", "⚠"];
/// How long it may take to start on a machine under load.
const START: Duration = Duration::from_secs(120);

/// Plays the whole run of partner-center-tests through Prism.
///
/// # Errors
///
/// Each violation, and each call that did not end as it does without Prism.
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
        .filter(|line| FOUND.iter().any(|mark| line.contains(mark)))
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

/// For Prism and for the emulator: each must know where the other is before it starts.
fn free_ports() -> Result<[u16; 2], String> {
    let free = || {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        Ok((listener.local_addr()?.port(), listener))
    };
    // Both are held until both are known, so that they differ.
    let both = free().and_then(|one| Ok([one, free()?]));
    both.map(|both| both.map(|(port, _)| port))
        .map_err(|error: std::io::Error| format!("failed to find a free port: {error}"))
}

/// The proxy. Ends when it is dropped.
struct Prism {
    child: Child,
    said: Receiver<String>,
}

impl Prism {
    fn start(command: &mut Command) -> Result<Self, String> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .map_err(|error| format!("failed to start prism: {error}"))?;
        let (tell, said) = channel();
        if let Some(stdout) = child.stdout.take() {
            std::thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    // Nobody listens any more once it was stopped.
                    let _ = tell.send(line);
                }
            });
        }
        let prism = Self { child, said };
        let mut heard = String::new();
        loop {
            let line = prism
                .said
                .recv_timeout(START)
                .map_err(|_| format!("prism did not start:\n{heard}"))?;
            if line.contains(READY) {
                return Ok(prism);
            }
            heard = heard + &line + "\n";
        }
    }

    /// All that it said since it was ready.
    fn stop(&mut self) -> Vec<String> {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.said.iter().collect()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        self.stop();
    }
}
