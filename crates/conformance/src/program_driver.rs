//! A driver that is a separate program, in any language.

use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::driver::Driver;
use crate::json_text::json_text;
use crate::protocol::{Conclusion, DriverCall, DriverInfo};
use crate::server::ScenarioServer;

/// How many characters of a program's output appear in a message.
const MAX_SHOWN: usize = 400;

/// A program that is started once for each question. It reads one JSON document from standard input
/// and writes one to standard output.
#[derive(Clone, Debug)]
pub struct ProgramDriver {
    command: Vec<String>,
    limit: Duration,
}

/// A question, as the program reads it.
#[derive(Serialize)]
#[serde(tag = "ask", rename_all = "camelCase")]
enum Question<'a> {
    Capabilities,
    Call(&'a DriverCall),
}

impl ProgramDriver {
    /// Takes the program with its arguments, and the time limit for one question.
    pub fn new(command: Vec<String>, limit: Duration) -> Self {
        Self { command, limit }
    }

    /// Makes the program call its client, and returns the conclusion.
    ///
    /// # Errors
    ///
    /// If the program itself failed. The message says how to fix it.
    pub async fn conclude(&self, call: &DriverCall) -> Result<Conclusion, String> {
        self.ask(&Question::Call(call)).await
    }

    async fn ask<T: DeserializeOwned>(&self, question: &Question<'_>) -> Result<T, String> {
        let output = self.run(question).await?;
        let stderr = match excerpt(&output.stderr) {
            text if text.is_empty() => text,
            text => format!("; its standard error: {text}"),
        };
        if !output.status.success() {
            return Err(format!("the driver {}{stderr}", ended(output.status)));
        }
        let stdout = excerpt(&output.stdout);
        let text = json_text(&output.stdout);
        let mut json = serde_json::Deserializer::from_str(&text);
        let answer = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let inner = error.inner();
            if stdout.is_empty() {
                format!("the driver printed nothing; expected one JSON document{stderr}")
            } else if inner.is_data() {
                format!("the driver's answer is invalid: {}: {inner}", error.path())
            } else {
                format!("the driver printed invalid JSON: {stdout}{stderr}")
            }
        })?;
        json.end()
            .map_err(|_| format!("the driver printed more than one JSON document: {stdout}"))?;
        Ok(answer)
    }

    /// Starts the program with the question as its input, and waits until it ends.
    async fn run(&self, question: &Question<'_>) -> Result<Output, String> {
        let Some((program, arguments)) = self.command.split_first() else {
            return Err("no driver given; expected a program after `--`".to_owned());
        };
        let mut question = serde_json::to_vec(question)
            .map_err(|error| format!("cannot write the question as JSON: {error}"))?;
        question.push(b'\n');
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("cannot start the driver `{program}`: {error}"))?;
        let stdin = child.stdin.take();
        let talk = async {
            if let Some(mut stdin) = stdin {
                // A driver may answer without reading the question.
                let _ = stdin.write_all(&question).await;
            }
            child.wait_with_output().await
        };
        tokio::time::timeout(self.limit, talk)
            .await
            .map_err(|_| {
                format!(
                    "the driver did not end within {:?} and was killed; allow more with --limit",
                    self.limit
                )
            })?
            .map_err(|error| format!("cannot read the driver's output: {error}"))
    }
}

impl Driver for ProgramDriver {
    async fn info(&self) -> Result<DriverInfo, String> {
        self.ask(&Question::Capabilities).await
    }

    async fn call(
        &self,
        call: &DriverCall,
        _: &ScenarioServer,
    ) -> Result<Option<Conclusion>, String> {
        self.conclude(call).await.map(Some)
    }
}

fn ended(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => {
            format!("ended with exit code {code}; expected 0, even if the client's call failed")
        }
        None => "crashed".to_owned(),
    }
}

/// Returns the end of the output on one line.
fn excerpt(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count().checked_sub(MAX_SHOWN) {
        None | Some(0) => line,
        Some(extra) => format!("... {}", line.chars().skip(extra).collect::<String>()),
    }
}
