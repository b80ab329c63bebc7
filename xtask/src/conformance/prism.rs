//! Prism between the Rust client and the emulator: a proxy that holds each request and each answer
//! against spec/dist, and answers with an error where one of them breaks it.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use partner_center_emulator::Emulator;

use super::build::{SPEC, install, run};
use super::service::{self, documented_refusals, exchanges};
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

/// Makes each call of the table and draws each documented refusal, through Prism.
///
/// # Errors
///
/// Each violation, and each call that did not end as it does without Prism.
pub(super) fn check(root: &Path, emulator: &Emulator) -> Result<String, String> {
    let pins = ["package.json", "package-lock.json", ".npmrc"].map(str::to_owned);
    let place = install(root, NAME, &NEEDS.into(), &pins, |place| {
        let command = [NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(place, &command.map(str::to_owned))
    })?;
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("failed to find a free port: {error}"))?
        .port()
        .to_string();
    let mut prism = Prism::start(
        Command::new("node")
            .arg(place.join(SCRIPT))
            .args(["proxy", "--errors", "--host", "127.0.0.1", "--port", &port])
            .arg(root.join(SPEC))
            .arg(emulator.url()),
    )?;
    let manifest = root.join("Cargo.toml").display().to_string();
    let driver = [
        "cargo",
        "run",
        "--quiet",
        "--manifest-path",
        &manifest,
        "--package",
        "partner-center-tests",
        "--bin",
        "scenario-driver",
    ]
    .map(str::to_owned);
    let url = format!("http://127.0.0.1:{port}");
    let mut all = Vec::from(exchanges());
    all.extend(documented_refusals());
    let cases = service::run(emulator, &url, &driver, &all)?;
    let said = prism.stop();
    let mut problems: Vec<String> = cases
        .iter()
        .filter_map(|case| Some(format!("{}: {}", case.name, case.failure.as_ref()?)))
        .collect();
    problems.extend(
        said.into_iter()
            .filter(|line| FOUND.iter().any(|mark| line.contains(mark))),
    );
    if problems.is_empty() {
        return Ok(format!("{} exchanges, no violation", cases.len()));
    }
    Err(format!("prism:\n{}", problems.join("\n")))
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
