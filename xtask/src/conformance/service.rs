//! A client against the emulator, which has state: what the client tells its caller is compared,
//! and the emulator's ledger says what took effect.

use std::io::Write as _;
use std::process::{Command, Stdio};

use partner_center_emulator::scenario::Conclusion;
use partner_center_emulator::{Emulator, InjectedFault, data_set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::exchanges::{Exchange, Expected, exchanges, prepare};
use super::report::Case;

/// Makes the calls of the table with a driver.
///
/// # Errors
///
/// If the emulator cannot be used at all.
pub(super) fn run(emulator: &Emulator, driver: &[String]) -> Result<Vec<Case>, String> {
    emulator
        .change(prepare)
        .map_err(|error| format!("failed to add a transfer: {error}"))?;
    let mut cases = Vec::new();
    for exchange in exchanges() {
        let before = emulator.effects().len();
        if let Some(fault) = &exchange.fault {
            emulator
                .inject(InjectedFault::new(fault.clone()).count(1))
                .map_err(|error| format!("failed to inject a fault: {error}"))?;
        }
        let token = emulator
            .token(exchange.call.partner)
            .ok_or("the built-in data set has lost a partner")?;
        let got = ask(driver, &exchange, &emulator.url(), &token);
        emulator.clear_faults();
        let failure = match got {
            Ok(got) => exchange.judge(&got, emulator.effects().len() - before),
            Err(problem) => Some(problem),
        };
        cases.push(Case {
            name: exchange.name.to_owned(),
            failure,
        });
    }
    Ok(cases)
}

impl Exchange {
    /// What differs, if anything does.
    fn judge(&self, got: &Conclusion, effects: usize) -> Option<String> {
        let shown = || serde_json::to_string(got).unwrap_or_default();
        let (expected, good, due) = match &self.expected {
            Expected::Answer {
                status,
                content,
                effects,
            } => {
                let good = got
                    .answer
                    .as_ref()
                    .is_some_and(|answer| answer.status == Some(*status) && content.is_in(answer));
                (format!("an answer {status} with {content}"), good, *effects)
            }
            Expected::Error { status, code } => {
                // Number or text: one code.
                let spelled = |code: &Value| code.to_string().replace('"', "");
                let good = got.error.as_ref().is_some_and(|error| {
                    let said = error.code.as_ref().map(spelled);
                    error.status == Some(*status) && said == code.map(|code| code.to_string())
                });
                let code = code.map_or("no code".to_owned(), |code| format!("code {code}"));
                (format!("an error {status} with {code}"), good, 0)
            }
        };
        if !good {
            return Some(format!("expected {expected}, got {}", shown()));
        }
        (effects != due).then(|| format!("expected {due} effect(s), the ledger has {effects}"))
    }
}

fn ask(
    driver: &[String],
    exchange: &Exchange,
    url: &str,
    token: &str,
) -> Result<Conclusion, String> {
    let (program, arguments) = driver.split_first().ok_or("client.json names no driver")?;
    let call = &exchange.call;
    let mut question = json!({
        "ask": "call",
        "scenario": exchange.name,
        "url": url,
        "token": token,
        "renewedToken": token,
        "operation": call.operation,
        "inputs": call.inputs,
        "options": { "maxAttempts": 1 },
        "times": 1,
    });
    question["inputs"]["customer-id"] = json!(data_set::CUSTOMER);
    for id in ["MS-RequestId", "MS-CorrelationId"] {
        question["inputs"][id] = json!(Uuid::new_v4());
    }
    if let Some(body) = &call.body {
        question["body"] = body.clone();
    }
    let failed = |error: std::io::Error| format!("failed to run {program}: {error}");
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin
            .write_all(question.to_string().as_bytes())
            .map_err(failed)?;
    }
    let output = child.wait_with_output().map_err(failed)?;
    serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        format!(
            "the driver's answer cannot be read: {error}; {}",
            said.trim_end()
        )
    })
}
