//! Runs the first run of README.md and its continuation in crates/cli/README.md line by line, as they
//! are printed: one shell per partner, and an emulator on a free port.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod markdown;
mod run;

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use partner_center_emulator::{Emulator, data_set};

use crate::markdown::{Block, COMMAND_README, README, blocks};

const DEFAULT_URL: &str = "http://127.0.0.1:8484";

/// The blocks of both documents that belong to one of the three terminals.
fn guide(language: &str) -> Vec<Block> {
    let mut guide = blocks(README);
    guide.extend(blocks(COMMAND_README));
    guide.retain(|block| {
        block.language == language && matches!(block.role, Some("emulator" | "source" | "target"))
    });
    guide
}

/// The lines of the guide, each with its terminal.
fn lines(language: &str) -> Vec<(&'static str, &'static str)> {
    let mut lines = Vec::new();
    for block in guide(language) {
        let role = block.role.unwrap();
        lines.extend(block.lines.into_iter().map(|line| (role, line)));
    }
    lines
}

/// A running shell that keeps its variables between commands, as a terminal does.
struct Shell {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Shell {
    /// `None` if this machine does not have the shell.
    fn start(program: &str) -> Option<Self> {
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_pctransfers"));
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        if program == "zsh" {
            // Interactive, without the user's settings: an interactive zsh knows no comments.
            command.args(["-f", "-i"]).env("PS1", "").env("PS2", "");
        }
        for (name, _) in std::env::vars() {
            if name.starts_with("PCTRANSFERS_") {
                command.env_remove(name);
            }
        }
        for name in run::HOME_VARIABLES {
            command.env(name, run::NO_HOME);
        }
        let child = command
            .env(
                "PATH",
                format!("{}:{path}", binary.parent().unwrap().display()),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(mut child) => Some(Self {
                stdin: child.stdin.take().unwrap(),
                stdout: BufReader::new(child.stdout.take().unwrap()),
                child,
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => panic!("{program}: {error}"),
        }
    }

    /// Runs a line; returns what it printed on both streams, and its exit code.
    fn run(&mut self, line: &str) -> (String, i32) {
        write!(self.stdin, "{{ {line}\n}} 2>&1\necho \"-- $?\"\n").unwrap();
        let mut printed = String::new();
        loop {
            let mut next = String::new();
            assert!(
                self.stdout.read_line(&mut next).unwrap() > 0,
                "the shell ended at `{line}`: {printed}"
            );
            match next.strip_prefix("-- ") {
                Some(code) => return (printed, code.trim().parse().unwrap()),
                None => printed.push_str(&next),
            }
        }
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs the guide in two shells; returns all that was printed, or `None` without such a shell.
fn transcript(program: &str, url: &str) -> Option<String> {
    let mut source = Shell::start(program)?;
    let mut target = Shell::start(program)?;
    let mut transcript = String::new();
    for block in guide("sh") {
        let role = block.role.unwrap();
        let shell = match role {
            "source" => &mut source,
            "target" => &mut target,
            // The test has built the command and started the emulator.
            _ => continue,
        };
        for line in block.lines {
            // The guide explains the code of the error that the reader has just seen.
            if line.contains(" explain ") {
                assert!(transcript.contains(line), "`{line}`\n{transcript}");
            }
            let (printed, code) = shell.run(&line.replace(DEFAULT_URL, url));
            assert_eq!(
                code, block.exit_code,
                "{program}, {role}: {line}\n{printed}"
            );
            writeln!(transcript, "{role}$ {line}\n{printed}").unwrap();
        }
    }
    Some(transcript)
}

async fn check_guide_in(program: &'static str) {
    let emulator = Emulator::start().await.unwrap();
    let url = emulator.url();
    // The shells block; the emulator needs a thread of its own meanwhile.
    let transcript = tokio::task::spawn_blocking(move || transcript(program, &url));
    let Some(transcript) = transcript.await.unwrap() else {
        println!("skipped: this machine has no {program}");
        return;
    };
    // Two transfers, each created and accepted.
    let effects = emulator.effects();
    assert_eq!(effects.len(), 4, "{program}: {effects:?}");
    let moved = data_set::FREE_SUBSCRIPTIONS[0];
    for expected in [moved, "Complete", "TransferNotAllowedIfStatusIsCompleted"] {
        assert!(transcript.contains(expected), "{expected}\n{transcript}");
    }
}

#[tokio::test]
async fn the_first_run_works_in_bash() {
    check_guide_in("bash").await;
}

#[tokio::test]
async fn the_first_run_works_in_sh() {
    check_guide_in("sh").await;
}

#[tokio::test]
async fn the_first_run_works_in_zsh() {
    check_guide_in("zsh").await;
}

/// The block of README.md about many transfers, in the third terminal.
#[tokio::test]
async fn many_transfers_are_accepted_as_the_readme_says() {
    let emulator = Emulator::start().await.unwrap();
    let url = emulator.url();
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().to_owned();
    let transcript = tokio::task::spawn_blocking(move || {
        let mut shell = Shell::start("sh").unwrap();
        let exports = guide("sh")
            .into_iter()
            .find(|block| block.role == Some("target"));
        let exports = exports.unwrap().lines.into_iter();
        for line in exports.filter(|line| line.starts_with("export ")) {
            shell.run(&line.replace(DEFAULT_URL, &url));
        }
        shell.run(&format!("cd '{}'", directory.display()));
        let mut transcript = String::new();
        let many = |block: &Block| block.role == Some("many");
        for block in blocks(README).into_iter().filter(many) {
            for line in block.lines {
                let (printed, code) = shell.run(line);
                assert_eq!(code, block.exit_code, "{line}\n{printed}");
                writeln!(transcript, "$ {line}\n{printed}").unwrap();
            }
        }
        transcript
    });
    let transcript = transcript.await.unwrap();
    for expected in [
        "row 2: would accept transfer ",
        "Would accept 1 transfer with 2 subscriptions. Nothing was changed.",
        "1 transfer: 1 moved\n",
        "  moved            1\n",
    ] {
        assert!(transcript.contains(expected), "{expected}\n{transcript}");
    }
    assert_eq!(emulator.effects().len(), 1);
    let report = std::fs::read_to_string(folder.path().join("report.html")).unwrap();
    assert!(report.starts_with("<!DOCTYPE html>"));
}

#[test]
fn the_guide_installs_the_command_and_starts_the_emulator() {
    let first: Vec<&str> = lines("sh")
        .into_iter()
        .filter(|(role, _)| *role == "emulator")
        .map(|(_, line)| line)
        .collect();
    assert_eq!(
        first,
        [
            "cargo install --locked --path crates/cli",
            "pctransfers emulator"
        ]
    );
}

/// The lines that the guide sets up each partner with are those that the emulator prints.
#[test]
fn the_emulator_prints_the_credentials_of_both_partners() {
    let mut child = run::bare_command()
        .args(["emulator", "--listen", "127.0.0.1:0", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut printed = Vec::new();
    let mut url = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if let Some(export) = line.strip_prefix("export ") {
            // The first one is the endpoint.
            if let Some(endpoint) = export.strip_prefix("PCTRANSFERS_ENDPOINT=") {
                endpoint.clone_into(&mut url);
            }
            printed.push(line.replace(&url, DEFAULT_URL));
        }
        if printed.len() == 10 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let pasted: Vec<&str> = lines("sh")
        .into_iter()
        .map(|(_, line)| line)
        .filter(|line| line.starts_with("export "))
        .collect();
    assert_eq!(printed, pasted);
}

/// PowerShell is not run: its lines are the translation of those that are.
#[test]
fn the_powershell_commands_are_the_same() {
    let translated: Vec<(&str, String)> = lines("sh")
        .into_iter()
        .map(|(role, line)| (role, to_powershell(line)))
        .collect();
    let printed: Vec<(&str, String)> = lines("powershell")
        .into_iter()
        .map(|(role, line)| (role, line.to_owned()))
        .collect();
    assert_eq!(translated, printed);
}

/// The same line for PowerShell: assignments, pipes and variables of the environment differ.
fn to_powershell(line: &str) -> String {
    let line = line
        .replace(" | head -n 1", " | Select-Object -First 1")
        .replace("$PCTRANSFERS_", "$env:PCTRANSFERS_");
    if let Some((name, value)) = line
        .strip_prefix("export ")
        .and_then(|line| line.split_once('='))
    {
        return format!("$env:{name} = '{value}'");
    }
    match line.split_once('=') {
        Some((name, value)) if name.bytes().all(|byte| byte.is_ascii_lowercase()) => {
            let command = value
                .strip_prefix("$(")
                .and_then(|value| value.strip_suffix(')'));
            match command {
                Some(command) => format!("${name} = {command}"),
                None => format!("${name} = '{value}'"),
            }
        }
        _ => line,
    }
}
