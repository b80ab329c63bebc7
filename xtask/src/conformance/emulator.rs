//! Runs a client against the emulator, and checks its reports and the changes that the emulator
//! recorded.

use partner_center_conformance::{Conclusion, ProgramDriver};
use partner_center_emulator::{Emulator, Fault, data_set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::emulator_cases::{EmulatorCase, ExpectedReport, add_data, cases};
use super::results::CaseResult;

/// Starts an emulator with the built-in data.
pub(super) async fn start() -> Result<Emulator, String> {
    Emulator::start()
        .await
        .map_err(|error| format!("failed to start the emulator: {error}"))
}

/// Runs all cases with a driver.
///
/// # Errors
///
/// If the emulator does not work.
pub(super) async fn run(
    emulator: &Emulator,
    driver: &ProgramDriver,
) -> Result<Vec<CaseResult>, String> {
    emulator
        .change(add_data)
        .map_err(|error| format!("failed to add a transfer: {error}"))?;
    let mut results = Vec::new();
    for case in cases() {
        let before = emulator.effects().len();
        if let Some(fault) = &case.fault {
            emulator
                .inject(Fault::new(fault.clone()).count(1))
                .map_err(|error| format!("failed to inject a fault: {error}"))?;
        }
        let token = emulator
            .token(case.call.partner)
            .ok_or("the built-in data set lacks a partner")?;
        let got = ask(driver, &case, &emulator.url(), &token).await;
        emulator.clear_faults();
        let failure = match got {
            Ok(got) => case.judge(&got, emulator.effects().len() - before),
            Err(problem) => Some(problem),
        };
        results.push(CaseResult {
            name: case.name.to_owned(),
            failure,
        });
    }
    Ok(results)
}

impl EmulatorCase {
    /// Returns what differs, if anything does.
    fn judge(&self, got: &Conclusion, effects: usize) -> Option<String> {
        let shown = || serde_json::to_string(got).unwrap_or_default();
        let (expected, good, due) = match &self.expected {
            ExpectedReport::Answer {
                status,
                content,
                effects,
            } => {
                let good = got.answer.as_ref().is_some_and(|answer| {
                    answer.status == Some(*status) && content.matches(answer)
                });
                (format!("an answer {status} with {content}"), good, *effects)
            }
            ExpectedReport::Error { status, code } => {
                // A code may be a number or text.
                let code_text = |code: &Value| code.to_string().replace('"', "");
                let good = got.error.as_ref().is_some_and(|error| {
                    let reported = error.code.as_ref().map(code_text);
                    error.status == Some(*status) && reported == code.map(|code| code.to_string())
                });
                let code = code.map_or("no code".to_owned(), |code| format!("code {code}"));
                (format!("an error {status} with {code}"), good, 0)
            }
        };
        if !good {
            return Some(format!("expected {expected}, got {}", shown()));
        }
        (effects != due).then(|| format!("expected {due} recorded change(s), got {effects}"))
    }
}

async fn ask(
    driver: &ProgramDriver,
    case: &EmulatorCase,
    url: &str,
    token: &str,
) -> Result<Conclusion, String> {
    let call = &case.call;
    let mut question = json!({
        "scenario": case.name,
        "url": url,
        "token": token,
        "renewedToken": token,
        "operation": call.operation,
        "inputs": call.inputs,
        "body": call.body,
        "options": { "maxAttempts": 1 },
        "times": 1,
    });
    question["inputs"]["customer-id"] = json!(data_set::CUSTOMER);
    for id in ["MS-RequestId", "MS-CorrelationId"] {
        question["inputs"][id] = json!(Uuid::new_v4());
    }
    let question = serde_json::from_value(question).map_err(|error| error.to_string())?;
    driver.conclude(&question).await
}
