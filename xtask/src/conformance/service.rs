//! A client against the emulator, which has state: what the client tells its caller is compared,
//! and the emulator's ledger says what took effect.

use std::io::Write as _;
use std::process::{Command, Stdio};

use partner_center_emulator::scenario::Conclusion;
use partner_center_emulator::{Emulator, Fault, FaultKind, data_set};
use serde_json::json;
use uuid::Uuid;

use super::report::Case;

/// A call, and what comes of it.
pub(super) struct Exchange {
    /// As the table has it.
    pub(super) name: &'static str,
    operation: &'static str,
    /// Who calls.
    partner: Uuid,
    transfer: Uuid,
    /// What strikes it.
    fault: Option<FaultKind>,
    expected: Expected,
}

/// What the client tells its caller. Only an answer has an effect.
enum Expected {
    Answer {
        status: u16,
        /// How many orders and transfer errors, where there may be some.
        content: Option<(usize, usize)>,
    },
    Error {
        status: u16,
        code: Option<u32>,
    },
}

/// A transfer that no data set has.
const UNKNOWN: Uuid = Uuid::from_u128(0x9999_9999_aaaa_4bbb_8ccc_0000_0000_0009);

/// The cases of the table, in its order.
pub(super) fn exchanges() -> [Exchange; 6] {
    let refused = |name, operation, partner, transfer, status, code| Exchange {
        name,
        operation,
        partner,
        transfer,
        fault: None,
        expected: Expected::Error { status, code },
    };
    let accepted = |name, transfer, orders, errors| Exchange {
        name,
        operation: "accept_transfer",
        partner: data_set::TARGET,
        transfer,
        fault: None,
        expected: Expected::Answer {
            status: 200,
            content: Some((orders, errors)),
        },
    };
    [
        accepted("accept", data_set::ACCEPTED_WHOLE, 2, 0),
        accepted("partial accept", data_set::ACCEPTED_IN_PART, 2, 1),
        Exchange {
            name: "withdraw",
            operation: "withdraw_transfer",
            partner: data_set::SOURCE,
            transfer: data_set::TO_WITHDRAW,
            fault: None,
            expected: Expected::Answer {
                status: 204,
                content: None,
            },
        },
        refused(
            "404",
            "withdraw_transfer",
            data_set::SOURCE,
            UNKNOWN,
            404,
            Some(900_100),
        ),
        refused(
            "409",
            "accept_transfer",
            data_set::TARGET,
            data_set::IN_PROGRESS,
            409,
            Some(900_101),
        ),
        Exchange {
            fault: Some(FaultKind::Status {
                status: 429,
                code: None,
                retry_after_seconds: Some(57),
                after_effect: false,
            }),
            ..refused(
                "429",
                "accept_transfer",
                data_set::TARGET,
                data_set::ACCEPTED_WITHOUT_ORDER,
                429,
                None,
            )
        },
    ]
}

/// A call for each further status that the document has for refusals, but two: 401, because a client
/// may send the call again with another token, and 501, because Prism then answers in place of the
/// server.
pub(super) fn documented_refusals() -> impl Iterator<Item = Exchange> {
    let statuses = [
        ("400", 400),
        ("403", 403),
        ("405", 405),
        ("406", 406),
        ("408", 408),
        ("412", 412),
        ("500", 500),
        ("502", 502),
        ("503", 503),
        ("504", 504),
    ];
    statuses.into_iter().map(|(name, status)| Exchange {
        name,
        operation: "withdraw_transfer",
        partner: data_set::SOURCE,
        transfer: UNKNOWN,
        fault: Some(FaultKind::Status {
            status,
            code: Some(800_003),
            retry_after_seconds: None,
            after_effect: false,
        }),
        expected: Expected::Error {
            status,
            code: Some(800_003),
        },
    })
}

/// Makes the calls with a driver. They go to `url`, which need not be the emulator's own.
///
/// # Errors
///
/// If the emulator cannot be used at all.
pub(super) fn run(
    emulator: &Emulator,
    url: &str,
    driver: &[String],
    exchanges: &[Exchange],
) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for exchange in exchanges {
        let before = emulator.effects().len();
        if let Some(fault) = &exchange.fault {
            emulator
                .inject(Fault::new(fault.clone()).count(1))
                .map_err(|error| format!("failed to inject a fault: {error}"))?;
        }
        let token = emulator
            .token(exchange.partner)
            .ok_or("the built-in data set has lost a partner")?;
        let got = ask(driver, exchange, url, &token);
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
        let (expected, good, effect) = match self.expected {
            Expected::Answer { status, content } => {
                let good = got.answer.as_ref().is_some_and(|answer| {
                    let counted = answer.orders.zip(answer.errors);
                    answer.status == Some(status) && content.is_none_or(|all| counted == Some(all))
                });
                let content = content.map_or(String::new(), |(orders, errors)| {
                    format!(" with {orders} orders and {errors} errors")
                });
                (format!("an answer {status}{content}"), good, 1)
            }
            Expected::Error { status, code } => {
                // Number or text: one code.
                let spelled = |code: &serde_json::Value| code.to_string().replace('"', "");
                let good = got.error.as_ref().is_some_and(|error| {
                    let said = error.code.as_ref().map(spelled);
                    error.status == Some(status) && said == code.map(|code| code.to_string())
                });
                let code = code.map_or("no code".to_owned(), |code| format!("code {code}"));
                (format!("an error {status} with {code}"), good, 0)
            }
        };
        if !good {
            return Some(format!("expected {expected}, got {}", shown()));
        }
        (effects != effect)
            .then(|| format!("expected {effect} effect(s), the ledger has {effects}"))
    }
}

fn ask(
    driver: &[String],
    exchange: &Exchange,
    url: &str,
    token: &str,
) -> Result<Conclusion, String> {
    let (program, arguments) = driver.split_first().ok_or("client.json names no driver")?;
    let question = json!({
        "ask": "call",
        "scenario": exchange.name,
        "url": url,
        "token": token,
        "renewedToken": token,
        "operation": exchange.operation,
        "inputs": {
            "customer-id": data_set::CUSTOMER,
            "transfer-id": exchange.transfer,
            "MS-RequestId": Uuid::new_v4(),
            "MS-CorrelationId": Uuid::new_v4(),
        },
        "options": { "maxAttempts": 1 },
        "times": 1,
    });
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
