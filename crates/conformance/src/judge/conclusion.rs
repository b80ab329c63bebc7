//! Checks the client's conclusion.

use serde_json::Value;

use super::judgement::{Judgement, or_none};
use super::result;
use crate::capability::Capability;
use crate::protocol::{Conclusion, RENEWED_TOKEN, ReportedAnswer, ReportedError, TOKEN};
use crate::scenario::expect::{ErrorKind, ExpectedAnswer, ExpectedConclusion, ExpectedError};
use crate::scenario::load::LoadedScenario;
use crate::scenario::reply::PreparedReply;
use crate::server::ReceivedRequest;

pub(super) fn judge(
    judgement: &mut Judgement<'_>,
    loaded: &LoadedScenario,
    expected: &ExpectedConclusion,
    received: &[ReceivedRequest],
    got: &Conclusion,
) {
    // The reply to the last request.
    let last = received.len().checked_sub(1);
    let reply = last.and_then(|last| loaded.replies.get(last));
    match (expected, &got.answer, &got.error) {
        (ExpectedConclusion::Answer(expected), Some(got), None) => {
            judge_answer(judgement, expected, reply, got);
        }
        (ExpectedConclusion::Error(expected), None, Some(got)) => {
            judge_error(judgement, expected, reply, got);
        }
        (ExpectedConclusion::Answer(expected), None, Some(got)) => {
            let expected = format!("an answer with status {}", expected.status);
            let got = describe(got.kind, got.status, got.message.as_deref());
            judgement.differs("conclusion", expected, got);
        }
        (ExpectedConclusion::Error(expected), Some(got), None) => {
            let expected = describe(Some(expected.kind), expected.status, None);
            let got = format!("an answer with status {}", or_none(got.status));
            judgement.differs("conclusion", expected, got);
        }
        (_, Some(_), Some(_)) => {
            judgement.differs("conclusion", "`answer` or `error`", "both");
        }
        (_, None, None) => judgement.differs("conclusion", "`answer` or `error`", "neither"),
    }
    let times = loaded.scenario.call.times;
    judge_call_details(judgement, expected, times, received, got);
}

fn describe(kind: Option<ErrorKind>, status: Option<u16>, message: Option<&str>) -> String {
    let kind = kind.map_or(String::new(), |kind| format!(" of kind {kind}"));
    let status = status.map_or(String::new(), |status| format!(" with status {status}"));
    let message = message.map_or(String::new(), |message| format!(" ({message})"));
    format!("an error{kind}{status}{message}")
}

fn judge_answer(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedAnswer,
    reply: Option<&PreparedReply>,
    got: &ReportedAnswer,
) {
    judgement.compare("status", Some(expected.status), got.status);
    if let Some(expected) = &expected.result {
        let sent = reply.and_then(PreparedReply::json).unwrap_or_default();
        let sent = sent.pointer(&expected.part).cloned().unwrap_or_default();
        let keeps_unknown =
            expected.unknown.is_empty() || judgement.judges(Capability::UnknownMembers);
        let got = got.result.as_ref().unwrap_or(&Value::Null);
        let differences = result::differences(expected, keeps_unknown, &sent, got);
        judgement.failures.extend(differences);
    }
    if let Some(expected) = &expected.outcome
        && judgement.judges(Capability::Outcome)
    {
        judgement.compare("outcome", Some(expected.is), got.outcome);
        judgement.compare("orders", Some(expected.orders), got.orders);
        judgement.compare("errors", Some(expected.errors), got.errors);
    }
}

fn judge_error(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedError,
    reply: Option<&PreparedReply>,
    got: &ReportedError,
) {
    if judgement.judges(Capability::ErrorKind) {
        judgement.compare("error.kind", Some(expected.kind), got.kind);
        judgement.compare("error.status", expected.status, got.status);
    } else if expected.kind == ErrorKind::Service {
        judgement.compare("error.status", expected.status, got.status);
    }
    if judgement.judges(Capability::Fault) {
        let code = expected.code.as_ref().map(code_text);
        judgement.compare("error.code", code, got.code.as_ref().map(code_text));
        let (expected, got) = (expected.description.as_ref(), got.description.as_ref());
        judgement.compare("error.description", expected, got);
    }
    if judgement.judges(Capability::RetryAfter) {
        let (expected, got) = (expected.retry_after_ms, got.retry_after_ms);
        let seconds = |ms: Option<u64>| ms.map(|ms| ms.div_ceil(1_000));
        if seconds(expected) != seconds(got) {
            judgement.compare("error.retryAfterMs", expected, got);
        }
    }
    if expected.body_kept && judgement.judges(Capability::ErrorBody) {
        let sent = reply.map(|reply| String::from_utf8_lossy(&reply.body).into_owned());
        let sent = sent.unwrap_or_default();
        let kept = got.body.clone().unwrap_or_default();
        if sent != kept {
            judgement.differs("error.body", format!("{sent:?}"), format!("{kept:?}"));
        }
    }
    let message = got.message.as_deref().unwrap_or_default();
    if let Some(name) = &expected.names
        && judgement.judges(Capability::InputCheck)
        && !normalized(message).contains(&normalized(name))
    {
        let expected = format!("the name {name}");
        judgement.differs("error.message", expected, format!("{message:?}"));
    }
    if message.contains(TOKEN) || message.contains(RENEWED_TOKEN) {
        judgement.differs("error.message", "no access token", "one");
    }
    if judgement.judges(Capability::Effect) {
        let expected = Some(expected.may_have_been_applied);
        judgement.compare(
            "error.mayHaveBeenApplied",
            expected,
            got.may_have_been_applied,
        );
    }
}

/// Checks what is reported for both answers and errors.
fn judge_call_details(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedConclusion,
    times: u32,
    received: &[ReceivedRequest],
    got: &Conclusion,
) {
    if judgement.judges(Capability::Attempts) {
        let count = u32::try_from(received.len()).unwrap_or(u32::MAX) / times;
        let attempts = match expected {
            ExpectedConclusion::Error(error) => error.attempts.unwrap_or(count),
            ExpectedConclusion::Answer(_) => count,
        };
        judgement.compare("attempts", Some(attempts), got.attempts);
    }
    let mut requests = received.iter().rev();
    let last = requests.find_map(|received| received.request.as_ref()?.as_ref().ok());
    let Some(last) = last else { return };
    if judgement.judges(Capability::ReportsIds) {
        for (what, header, got) in [
            ("requestId", "ms-requestid", &got.request_id),
            ("correlationId", "ms-correlationid", &got.correlation_id),
        ] {
            let sent = last.values(header).join(" and ");
            let sent = Some(sent.as_str()).filter(|sent| !sent.is_empty());
            judgement.compare(what, sent, got.as_deref());
        }
    }
}

/// Returns a code as text, since numbers and text are equivalent.
fn code_text(code: &Value) -> String {
    match code {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Normalizes a name, so that `transfer-id`, `transfer_id` and `transferId` are equal.
fn normalized(name: &str) -> String {
    name.chars()
        .filter(|char| char.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
