//! A client's own program as a driver: it reads one JSON document and writes one.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::driver::Driver;
use super::protocol::{About, Asked, Conclusion};
use super::server::Server;

/// How much of what a program said stands in a message.
const SHOWN: usize = 400;

/// A program that is started once for each question.
#[derive(Clone, Debug)]
pub struct Program {
    command: Vec<String>,
    limit: Duration,
}

/// A question, as the program reads it.
#[derive(Serialize)]
#[serde(tag = "ask", rename_all = "camelCase")]
enum Question<'a> {
    Capabilities,
    Call(&'a Asked),
}

impl Program {
    /// The program and its arguments, and how long it may take to answer.
    pub fn new(command: Vec<String>, limit: Duration) -> Self {
        Self { command, limit }
    }

    async fn ask<T: DeserializeOwned>(&self, question: &Question<'_>) -> Result<T, String> {
        let Some((program, arguments)) = self.command.split_first() else {
            return Err("no driver is given; expected a program after `--`".to_owned());
        };
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("the driver `{program}` cannot be started: {error}"))?;
        let mut question = serde_json::to_vec(question)
            .map_err(|error| format!("the question cannot be written as JSON: {error}"))?;
        question.push(b'\n');
        let stdin = child.stdin.take();
        let talk = async {
            if let Some(mut stdin) = stdin {
                // A program that answers without reading is a strange one, but no broken one.
                let _ = stdin.write_all(&question).await;
            }
            child.wait_with_output().await
        };
        let output = tokio::time::timeout(self.limit, talk)
            .await
            .map_err(|_| {
                format!(
                    "the driver did not end within {:?}, and was stopped; give it longer with --limit",
                    self.limit
                )
            })?
            .map_err(|error| format!("the driver cannot be heard: {error}"))?;
        let said = shown(&output.stderr);
        let also = if said.is_empty() {
            String::new()
        } else {
            format!("; on stderr it said: {said}")
        };
        if !output.status.success() {
            return Err(format!("the driver {}{also}", ended(output.status)));
        }
        let mut json = serde_json::Deserializer::from_slice(&output.stdout);
        let answer = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let inner = error.inner();
            let printed = shown(&output.stdout);
            if printed.is_empty() {
                format!("the driver printed nothing; expected one JSON document{also}")
            } else if inner.is_data() {
                format!(
                    "the driver's answer is not as expected: {}: {inner}",
                    error.path()
                )
            } else {
                format!("the driver printed no JSON: {printed}{also}")
            }
        })?;
        json.end().map_err(|_| {
            let printed = shown(&output.stdout);
            format!("the driver printed more than one JSON document: {printed}")
        })?;
        Ok(answer)
    }
}

impl Driver for Program {
    async fn about(&self) -> Result<About, String> {
        self.ask(&Question::Capabilities).await
    }

    async fn call(&self, asked: &Asked, _: &Server) -> Result<Option<Conclusion>, String> {
        self.ask(&Question::Call(asked)).await.map(Some)
    }
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with exit code {code}; expected 0 whatever came of the call"),
        None => "crashed".to_owned(),
    }
}

/// The last of what was said, in one line.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let length = line.chars().count();
    if length <= SHOWN {
        return line;
    }
    let end: String = line.chars().skip(length - SHOWN).collect();
    format!("... {end}")
}
