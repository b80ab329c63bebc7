//! Runs a client against the emulator, and checks its reports and the changes that the emulator
//! recorded.

use partner_center_conformance::{Conclusion, ProgramDriver};
use partner_center_emulator::model::{DataSet, Transfer};
use partner_center_emulator::{Emulator, FaultKind, InjectedFault, data_set};
use serde_json::json;
use uuid::{Uuid, uuid};

use super::emulator_cases::{EmulatorCase, Partner, cases};
use super::results::CaseResult;

const SECOND_PENDING: Uuid = uuid!("99999999-aaaa-4bbb-8ccc-000000000010");

const TOO_MANY_REQUESTS: FaultKind = FaultKind::Status {
    status: 429,
    code: None,
    retry_after_seconds: Some(57),
    after_effect: false,
};

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
        .change(add_pending_transfer)
        .map_err(|error| format!("failed to add a transfer: {error}"))?;
    let mut results = Vec::new();
    for case in cases() {
        let before = emulator.effects().len();
        if case.is_rate_limited {
            emulator
                .inject(InjectedFault::new(TOO_MANY_REQUESTS).count(1))
                .map_err(|error| format!("failed to inject a fault: {error}"))?;
        }
        let partner = match case.partner {
            Partner::Source => data_set::SOURCE,
            Partner::Target => data_set::TARGET,
        };
        let token = emulator
            .token(partner)
            .ok_or("the built-in data set lacks a partner")?;
        let got = ask(driver, &case, &emulator.url(), &token).await;
        emulator.clear_faults();
        let failure = match got {
            Ok(got) => case.judge(&got, emulator.effects().len() - before),
            Err(problem) => Some(problem),
        };
        results.push(CaseResult {
            name: case.name,
            failure,
        });
    }
    Ok(results)
}

/// Adds a second pending transfer, since one is canceled and one is accepted.
fn add_pending_transfer(data: &mut DataSet) {
    let mut transfers = data.transfers.iter();
    let pending = transfers.find(|transfer| transfer.id == data_set::PENDING);
    let second = pending.map(|pending| Transfer {
        id: SECOND_PENDING,
        ..pending.clone()
    });
    data.transfers.extend(second);
}

async fn ask(
    driver: &ProgramDriver,
    case: &EmulatorCase,
    url: &str,
    token: &str,
) -> Result<Conclusion, String> {
    let mut question = json!({
        "scenario": case.name,
        "url": url,
        "token": token,
        "renewedToken": token,
        "operation": case.operation,
        "inputs": case.inputs,
        "body": case.body,
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
