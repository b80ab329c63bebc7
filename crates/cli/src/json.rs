//! The report for scripts: exactly one JSON document, or one in a line, or a line for each item
//! of a list.
//!
//! It is written whenever the arguments could be read; where they could not, nobody knows that
//! it was wanted.
//!
//! The service's answer stands in it as it came, members unknown to this version and the form of
//! numbers included, so that nothing has to be taken on trust.

use partner_center_transfers::types::{ErrorCode, TransferEntity};
use partner_center_transfers::{
    Error, Response, SubscriptionResult, SubscriptionSummary, Verdict, WaitOutcome,
};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::report::{Action, Failure, Listed, Report};

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    outcome: &'static str,
    /// The HTTP status; null if no answer came.
    status: Option<u16>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    /// What the service said; null if it said nothing.
    answer: Option<Answer>,
    /// What became of each subscription, where it is known which ones there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriptions: Option<Vec<Subscription<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_back: Option<ReadBack<'a>>,
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

/// What became of one subscription.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Subscription<'a> {
    #[serde(rename = "subscriptionId")]
    id: Option<&'a str>,
    /// `moved`, `failed` or `notMentioned`.
    result: &'static str,
    order_id: Option<&'a str>,
    code: Option<&'a ErrorCode>,
    cause: Option<&'a str>,
}

/// What was read after the answer was lost.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadBack<'a> {
    verdict: &'static str,
    message: String,
    /// As it was read; null if it was not, or if nobody can say which one it is.
    transfer: Option<&'a TransferEntity>,
    /// All that may be it, after a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfers: Option<&'a [TransferEntity]>,
}

/// The report: one document, or one in a line; a list is then a line for each of its items.
pub(crate) fn report(report: &Report, form: Form) -> String {
    match (form, report) {
        (Form::Lines, Report::Transfers(listed)) => lines(listed),
        (Form::Lines, Report::Eligibility(listed)) => lines(listed),
        (Form::Lines, _) => written(&document(report), Form::Lines),
        (Form::Document, _) => written(&document(report), Form::Document),
    }
}

/// How JSON is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    Document,
    Lines,
}

/// JSON with a line break at its end.
pub(crate) fn written(value: &impl Serialize, form: Form) -> String {
    let text = match form {
        Form::Document => serde_json::to_string_pretty(value),
        Form::Lines => serde_json::to_string(value),
    };
    let text = text.expect("text, numbers and JSON under keys that are text are always JSON");
    match form {
        Form::Document => text + "\n",
        // What came from the service is kept with its line breaks, which stand between the parts
        // of JSON and never within a text.
        Form::Lines => text.replace(['\n', '\r'], "") + "\n",
    }
}

fn lines<T>(listed: &Listed<T>) -> String {
    let items = listed.shown.iter();
    items.map(|(_, raw)| written(raw, Form::Lines)).collect()
}

fn document(report: &Report) -> Document<'_> {
    let mut document = match report {
        Report::Accepted(accepted) => Document {
            subscriptions: accepted.by_subscription().map(subscriptions),
            ..Document::from(&accepted.answer)
        },
        Report::Changed { answer, .. } | Report::Shown(answer) => Document {
            subscriptions: Some(subscriptions(answer.get().by_subscription())),
            ..Document::from(&**answer)
        },
        Report::Withdrawn { answer, .. } => Document::from(answer),
        Report::Transfers(listed) => Document::from(listed),
        Report::Eligibility(listed) => Document::from(listed),
        Report::WaitOutcome { waited, .. } => match waited {
            WaitOutcome::Settled(transfer) | WaitOutcome::TimedOut(transfer) => {
                Document::from(&**transfer)
            }
            _ => Document::default(),
        },
        Report::Confirmed(confirmed) => {
            let read = match &confirmed.transfers[..] {
                [transfer] => Some(transfer),
                _ => None,
            };
            let read_back = ReadBack {
                verdict: match confirmed.verdict {
                    Verdict::Applied => "applied",
                    Verdict::NotApplied => "notApplied",
                    Verdict::NotYetSettled => "notYetSettled",
                    Verdict::Overtaken => "overtaken",
                    _ => "unknown",
                },
                message: confirmed.sentence.clone(),
                transfer: read,
                transfers: (confirmed.action == Action::Create).then_some(&confirmed.transfers),
            };
            Document {
                read_back: Some(read_back),
                subscriptions: read.map(|read| subscriptions(read.by_subscription())),
                ..Document::of_error(&confirmed.error)
            }
        }
        Report::Declined => Document::default(),
        Report::Failed(failure) => Document::from(failure),
    };
    document.outcome = report.outcome().word();
    document
}

fn subscriptions(outcomes: Vec<SubscriptionSummary<'_>>) -> Vec<Subscription<'_>> {
    outcomes.into_iter().map(Subscription::from).collect()
}

impl<'a> From<SubscriptionSummary<'a>> for Subscription<'a> {
    fn from(outcome: SubscriptionSummary<'a>) -> Self {
        let (result, order_id, code, cause) = match outcome.result {
            SubscriptionResult::Moved { order_id } => ("moved", order_id, None, None),
            SubscriptionResult::Failed { code, cause } => ("failed", None, code, cause),
            _ => ("notMentioned", None, None, None),
        };
        Self {
            id: outcome.subscription_id,
            result,
            order_id,
            code,
            cause,
        }
    }
}

impl<T> From<&Response<T>> for Document<'_> {
    fn from(response: &Response<T>) -> Self {
        Self {
            status: Some(response.status().as_u16()),
            request_id: Some(response.request_id().to_string()),
            correlation_id: Some(response.correlation_id().to_string()),
            answer: answer(response.body(), response.decode_body()),
            ..Self::default()
        }
    }
}

/// A list answers with what is shown of it, and not with all that came.
impl<T> From<&Listed<T>> for Document<'_> {
    fn from(listed: &Listed<T>) -> Self {
        let shown: Vec<&RawValue> = listed.shown.iter().map(|(_, raw)| &**raw).collect();
        Self {
            answer: to_raw_value(&shown).ok().map(Answer::Json),
            ..Self::from(&*listed.answer)
        }
    }
}

impl<'a> From<&'a TransferEntity> for Document<'a> {
    fn from(transfer: &'a TransferEntity) -> Self {
        Self {
            answer: to_raw_value(transfer).ok().map(Answer::Json),
            subscriptions: Some(subscriptions(transfer.by_subscription())),
            ..Self::default()
        }
    }
}

impl From<&Failure> for Document<'_> {
    fn from(failure: &Failure) -> Self {
        match failure.error() {
            Some(error) => Self::of_error(error),
            None => Self {
                request_id: failure.request_id().map(|id| id.to_string()),
                error: Some(ErrorMembers {
                    message: failure.message(),
                    code: None,
                    description: None,
                    may_have_been_applied: failure.may_have_been_applied(),
                }),
                ..Self::default()
            },
        }
    }
}

impl Document<'_> {
    fn of_error(error: &Error) -> Self {
        let code = error.code().map(|code| {
            code.as_number()
                .map_or_else(|| Code::Text(code.to_string()), Code::Number)
        });
        Self {
            status: error.status().map(|status| status.as_u16()),
            request_id: error.request_id().map(|id| id.to_string()),
            correlation_id: error.correlation_id().map(|id| id.to_string()),
            answer: error
                .body()
                .and_then(|body| answer(body, error.decode_body())),
            error: Some(ErrorMembers {
                message: error.to_string(),
                code,
                description: error.description().map(str::to_owned),
                may_have_been_applied: error.may_have_been_applied(),
            }),
            ..Self::default()
        }
    }
}

/// The body, as JSON if it is that.
fn answer(body: &[u8], json: Option<Box<RawValue>>) -> Option<Answer> {
    match json {
        Some(json) => Some(Answer::Json(indented(&json))),
        None if body.is_empty() => None,
        None => Some(Answer::Text(String::from_utf8_lossy(body).into_owned())),
    }
}

/// The same JSON, indented as a member of the document. A line break can only stand between
/// the parts of JSON and never within a text, so this changes nothing that counts.
fn indented(json: &RawValue) -> Box<RawValue> {
    RawValue::from_string(json.get().replace('\n', "\n  ")).unwrap_or_else(|_| json.to_owned())
}
