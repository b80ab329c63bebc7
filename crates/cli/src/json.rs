//! The report for scripts: exactly one JSON document.
//!
//! It is written whenever the arguments could be read; where they could not, nobody knows that
//! it was wanted.
//!
//! The service's answer stands in it as it came, members unknown to this version and the form of
//! numbers included, so that nothing has to be taken on trust.

use partner_center_transfers::{Error, Response};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::report::{Failure, Report};

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    outcome: &'static str,
    /// The HTTP status; null if no answer came.
    status: Option<u16>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    /// What the service said; null if it said nothing.
    answer: Option<Answer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorMembers>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Json(Box<RawValue>),
    /// A body that is no JSON, such as a gateway's page.
    Text(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorMembers {
    message: String,
    code: Option<Code>,
    description: Option<String>,
    may_have_been_applied: bool,
}

/// A number where the service's code is one, which is nearly always.
#[derive(Serialize)]
#[serde(untagged)]
enum Code {
    Number(i64),
    Text(String),
}

/// The document, with a line break at its end.
pub(crate) fn report(report: &Report) -> String {
    let mut document = match report {
        Report::Accepted { answer, .. } => Document::from(&**answer),
        Report::Withdrawn { answer, .. } => Document::from(answer),
        Report::Failed(failure) => Document::from(failure),
    };
    document.outcome = report.outcome().word();
    let mut text = serde_json::to_string_pretty(&document)
        .expect("text, numbers and JSON under keys that are text are always JSON");
    text.push('\n');
    text
}

impl<T> From<&Response<T>> for Document {
    fn from(response: &Response<T>) -> Self {
        Self {
            status: Some(response.status().as_u16()),
            request_id: Some(response.request_id().to_string()),
            correlation_id: Some(response.correlation_id().to_string()),
            answer: answer(response.body()),
            ..Self::default()
        }
    }
}

impl From<&Failure> for Document {
    fn from(failure: &Failure) -> Self {
        let error = failure.error();
        let code = error.and_then(Error::code).map(|code| {
            code.as_number()
                .map_or_else(|| Code::Text(code.to_string()), Code::Number)
        });
        Self {
            status: error.and_then(Error::status).map(|status| status.as_u16()),
            request_id: error.and_then(Error::request_id).map(|id| id.to_string()),
            correlation_id: error
                .and_then(Error::correlation_id)
                .map(|id| id.to_string()),
            answer: error.and_then(Error::body).and_then(answer),
            error: Some(ErrorMembers {
                message: failure.message(),
                code,
                description: error.and_then(Error::description).map(str::to_owned),
                may_have_been_applied: error.is_some_and(Error::may_have_been_applied),
            }),
            ..Self::default()
        }
    }
}

fn answer(body: &[u8]) -> Option<Answer> {
    // Some gateways put a byte order mark before it, which JSON does not allow.
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    if body.is_empty() {
        return None;
    }
    Some(match serde_json::from_slice::<&RawValue>(body) {
        Ok(json) => Answer::Json(indented(json)),
        Err(_) => Answer::Text(String::from_utf8_lossy(body).into_owned()),
    })
}

/// The same JSON, indented as a member of the document. A line break can only stand between
/// the parts of JSON and never within a text, so this changes nothing that counts.
fn indented(json: &RawValue) -> Box<RawValue> {
    RawValue::from_string(json.get().replace('\n', "\n  ")).unwrap_or_else(|_| json.to_owned())
}
