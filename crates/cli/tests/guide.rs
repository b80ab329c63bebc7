//! The README's first run, command by command, as it is printed there: one shell for each partner,
//! and a running emulator. Only the emulator's port is another one, so that nothing else is met.

#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod run;

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use partner_center_emulator::{Emulator, data_set};

const DEFAULT: &str = "http://127.0.0.1:8484";

/// The blocks of the guide with the role that each is for.
fn blocks() -> Vec<(&'static str, Vec<&'static str>)> {
    let readme = include_str!("../../../README.md");
    let guide = readme.split("## First run").nth(1).unwrap();
    let guide = guide.split("\n## ").next().unwrap();
    let mut blocks = Vec::new();
    for block in guide.split("\n```sh ").skip(1) {
        let (role, commands) = block.split_once('\n').unwrap();
        let commands = commands.split("\n```").next().unwrap();
        blocks.push((role, commands.lines().collect()));
    }
    blocks
}

/// A shell that stays, as a terminal does.
struct Shell {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Shell {
    fn start() -> Self {
        let binary = std::path::Path::new(env!("CARGO_BIN_EXE_pctransfers"));
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new("bash");
        for (name, _) in std::env::vars() {
            if name.starts_with("PCTRANSFERS_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .env(
                "PATH",
                format!("{}:{path}", binary.parent().unwrap().display()),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdin: child.stdin.take().unwrap(),
            stdout: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    /// What the command printed on both streams, and its exit code.
    fn run(&mut self, command: &str) -> (String, i32) {
        writeln!(self.stdin, "{command} 2>&1\necho \"-- $?\"").unwrap();
        let mut said = String::new();
        loop {
            let mut line = String::new();
            assert!(
                self.stdout.read_line(&mut line).unwrap() > 0,
                "{command}: {said}"
            );
            match line.strip_prefix("-- ") {
                Some(code) => return (said, code.trim().parse().unwrap()),
                None => said.push_str(&line),
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

#[tokio::test]
async fn the_first_run_goes_as_the_readme_says() {
    let emulator = Emulator::start().await.unwrap();
    let url = emulator.url();
    // The shells block, and the emulator must go on meanwhile.
    let story = tokio::task::spawn_blocking(move || {
        let (mut source, mut target) = (Shell::start(), Shell::start());
        let mut story = String::new();
        for (role, commands) in blocks() {
            let shell = match role {
                "source" => &mut source,
                "target" => &mut target,
                // What is installed is what cargo has built; the emulator runs already.
                "emulator" => {
                    assert_eq!(commands[1..], ["pctransfers emulator"]);
                    continue;
                }
                other => panic!("no such role: {other}"),
            };
            for line in commands {
                let (command, code) = line.split_once(" # exits with ").unwrap_or((line, "0"));
                // What the guide explains is what it has just met.
                if command.contains(" explain ") {
                    let hint = format!("See             {command}\n");
                    assert!(story.contains(&hint), "{command}\n{story}");
                }
                let (said, ended) = shell.run(&command.replace(DEFAULT, &url));
                assert_eq!(ended.to_string(), code, "{role}: {command}\n{said}");
                writeln!(story, "{role}$ {command}\n{said}").unwrap();
            }
        }
        story
    })
    .await
    .unwrap();

    // What took effect, as the emulator tells it: two transfers, each created and accepted.
    let effects = emulator.effects();
    assert_eq!(effects.len(), 4, "{effects:?}");
    assert!(
        story.contains("has settled: everything has moved"),
        "{story}"
    );
    assert!(story.contains("Name        "), "{story}");
    let moved = data_set::FREE_SUBSCRIPTIONS[0];
    assert!(story.contains(moved), "{story}");
}

/// The lines that the guide has the reader paste are those that the emulator prints.
#[test]
fn the_emulator_prints_both_roles() {
    let mut child = run::bare_command()
        .args(["emulator", "--listen", "127.0.0.1:0", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut printed = Vec::new();
    let mut url = String::new();
    while printed.len() < 10 {
        let line = lines.next().unwrap().unwrap();
        if let Some(at) = line.strip_prefix("Partner Center emulator at ") {
            at.clone_into(&mut url);
        }
        if line.starts_with("export ") {
            printed.push(line.replace(&url, DEFAULT));
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let pasted: Vec<String> = blocks()
        .into_iter()
        .flat_map(|(_, commands)| commands)
        .filter(|line| line.starts_with("export "))
        .map(str::to_owned)
        .collect();
    assert_eq!(printed, pasted);
}
