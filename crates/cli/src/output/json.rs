//! Reports as JSON for scripts.
//!
//! There is always exactly one document, or one line per item of a list. The service's response is
//! in it with all its members, known or not. Characters that control a terminal are escaped.

use std::borrow::Cow;
use std::fmt::Write as _;

use partner_center_transfers::types::{CustomerId, ErrorCode, TransferEntity};
use partner_center_transfers::{
    Error, Response, ServiceCode, SubscriptionResult, SubscriptionSummary, Verdict, WaitOutcome,
    printable,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::verbatim::Verbatim;
use crate::failure::{Failure, message_of};
use crate::outcome::{Action, CommandOutcome};
use crate::report::{ListReport, ReadBackReport, Report, SweepReport};

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    outcome: CommandOutcome,
    /// The HTTP status; null if there was no response.
    status: Option<u16>,
    request_id: Option<String>,
    correlation_id: Option<String>,
    /// The body of the response; null if there is none.
    answer: Option<Body<'a>>,
    /// The result for each subscription, if the subscriptions are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriptions: Option<Vec<Subscription<'a>>>,
    /// Which of many customers were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    customers: Option<Customers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    read_back: Option<ReadBack<'a>>,
    /// Why the response was lost, if the change was applied according to the read-back.
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<WarningMembers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorMembers>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Body<'a> {
    Json(Verbatim<'a>),
    List(Vec<Verbatim<'a>>),
    Transfer(&'a TransferEntity),
    /// A body that is not JSON, such as a gateway's HTML page.
    Text(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WarningMembers {
    message: String,
    /// A number if possible.
    code: Option<ErrorCode>,
    description: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorMembers {
    message: String,
    /// A number if possible.
    code: Option<ErrorCode>,
    description: Option<String>,
    /// What else the error body says, such as which fields are invalid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<String>,
    /// The challenges in `WWW-Authenticate`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    challenges: Vec<Challenge>,
    may_have_been_applied: bool,
}

/// Why the service rejected the token. Members that it did not send are left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Challenge {
    scheme: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_description: Option<String>,
    /// In base64, as it was sent: what a new token must contain.
    #[serde(skip_serializing_if = "Option::is_none")]
    claims: Option<String>,
}

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

/// Which of many customers were read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Customers {
    read: usize,
    failed: Vec<NotRead>,
    /// How many customers were left when the command stopped.
    left: usize,
}

/// A customer that could not be read.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NotRead {
    customer_id: String,
    #[serde(flatten)]
    error: ErrorMembers,
}

impl From<&(CustomerId, Box<Error>)> for NotRead {
    fn from((customer, error): &(CustomerId, Box<Error>)) -> Self {
        Self {
            customer_id: customer.to_string(),
            error: error_members(message_of(error), Some(error)),
        }
    }
}

/// The state that was read back after the response was lost.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadBack<'a> {
    verdict: &'static str,
    message: &'a str,
    /// The transfer; null if it was not found or is not the only candidate.
    transfer: Option<&'a TransferEntity>,
    /// All candidates, after a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    transfers: Option<&'a [TransferEntity]>,
}

/// The report as one indented document.
pub(super) fn document(report: &Report) -> String {
    json(&Document::from(report))
}

/// The report on one line, or one line for each item of a list.
pub(super) fn lines(report: &Report) -> String {
    match report {
        Report::Transfers(list) => verbatim(list).iter().map(json_line).collect(),
        Report::Eligibility(list) => verbatim(list).iter().map(json_line).collect(),
        Report::Sweep(sweep) => swept(sweep).iter().map(json_line).collect(),
        _ => json_line(&Document::from(report)),
    }
}

const INFALLIBLE: &str = "strings, numbers and JSON with string keys always serialize";

/// Indented JSON with a line break at the end.
pub(crate) fn json(value: &impl Serialize) -> String {
    escaped(serde_json::to_string_pretty(value).expect(INFALLIBLE)) + "\n"
}

/// Compact JSON with a line break at the end.
pub(crate) fn json_line(value: &impl Serialize) -> String {
    escaped(serde_json::to_string(value).expect(INFALLIBLE)) + "\n"
}

/// Escapes the characters in strings that [`printable`] would replace. Parsers read the same text,
/// and a terminal shows what it is.
fn escaped(json: String) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~' | b'\n');
    if json.bytes().all(is_plain) {
        return json;
    }
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        let (mut utf8, mut utf16) = ([0; 4], [0; 2]);
        let as_text: &str = character.encode_utf8(&mut utf8);
        if character == '\n' || printable(as_text) == as_text {
            text.push(character);
        } else {
            for unit in character.encode_utf16(&mut utf16) {
                let _ = write!(text, "\\u{unit:04x}");
            }
        }
    }
    text
}

fn swept(sweep: &SweepReport) -> Vec<Verbatim<'_>> {
    let raw = sweep.items.iter().map(|item| &item.raw);
    raw.map(|raw| Verbatim::new(Cow::Borrowed(raw))).collect()
}

fn verbatim<T>(list: &ListReport<T>) -> Vec<Verbatim<'_>> {
    let raw = list.items.iter().map(|(_, raw)| raw);
    raw.map(|raw| Verbatim::new(Cow::Borrowed(raw))).collect()
}

impl<'a> From<&'a Report> for Document<'a> {
    fn from(report: &'a Report) -> Self {
        let mut document = Self {
            outcome: report.outcome(),
            ..Self::default()
        };
        match report {
            Report::Accepted(accepted) => {
                document.set_response(&accepted.response);
                let results = accepted.by_subscription();
                document.subscriptions = results.map(|results| subscriptions(&results));
            }
            Report::Changed { response, .. } | Report::Transfer(response) => {
                document.set_response(response);
                document.set_subscriptions(response.get());
            }
            Report::Withdrawn { response, .. } => document.set_response(response),
            Report::Transfers(list) => document.set_list(list),
            Report::Eligibility(list) => document.set_list(list),
            Report::Sweep(sweep) => document.set_sweep(sweep),
            Report::Waited { outcome, .. } => {
                if let WaitOutcome::Settled(transfer) | WaitOutcome::TimedOut(transfer) = outcome {
                    document.answer = Some(Body::Transfer(transfer));
                    document.set_subscriptions(transfer);
                }
            }
            Report::ReadBack(read_back) => document.set_read_back(read_back),
            Report::Declined => {}
            Report::Failed(failure) => {
                document.set_error(failure.message(), failure.error());
                if let (Failure::Interrupted(Some(sent)), Some(error)) =
                    (failure, &mut document.error)
                {
                    document.request_id = Some(sent.request_id.to_string());
                    error.may_have_been_applied = true;
                }
            }
        }
        document
    }
}

impl<'a> Document<'a> {
    fn set_response<T>(&mut self, response: &Response<T>) {
        self.status = Some(response.status().as_u16());
        self.request_id = Some(response.request_id().to_string());
        self.correlation_id = Some(response.correlation_id().to_string());
        self.answer = body(response.body(), response.decode_body());
    }

    /// Sets the items to show as the body.
    fn set_list<T>(&mut self, list: &'a ListReport<T>) {
        self.set_response(&list.response);
        self.answer = Some(Body::List(verbatim(list)));
    }

    fn set_sweep(&mut self, sweep: &'a SweepReport) {
        self.answer = Some(Body::List(swept(sweep)));
        self.customers = Some(Customers {
            read: sweep.read,
            failed: sweep.failed.iter().map(NotRead::from).collect(),
            left: sweep.customers - sweep.read - sweep.failed.len(),
        });
        if let Some(error) = &sweep.stopped {
            let answer = self.answer.take();
            self.set_error(message_of(error), Some(error));
            self.answer = answer;
        }
    }

    fn set_subscriptions(&mut self, transfer: &'a TransferEntity) {
        self.subscriptions = Some(subscriptions(&transfer.by_subscription()));
    }

    fn set_read_back(&mut self, report: &'a ReadBackReport) {
        let transfer = match &report.transfers[..] {
            [transfer] => Some(transfer),
            _ => None,
        };
        self.set_error(report.error_message(), Some(&report.error));
        if let Some(message) = report.warning() {
            let error = self.error.take();
            let (code, description) = error.map_or((None, None), |it| (it.code, it.description));
            self.warning = Some(WarningMembers {
                message,
                code,
                description,
            });
        }
        if let Some(transfer) = transfer {
            self.set_subscriptions(transfer);
        }
        self.read_back = Some(ReadBack {
            verdict: match report.verdict {
                Verdict::Applied => "applied",
                Verdict::NotApplied => "notApplied",
                Verdict::NotYetSettled => "notYetSettled",
                Verdict::Overtaken => "overtaken",
                _ => "unknown",
            },
            message: &report.message,
            transfer,
            transfers: (report.action == Action::Create).then_some(&report.transfers),
        });
    }

    fn set_error(&mut self, message: String, error: Option<&Error>) {
        self.status = error.and_then(|error| Some(error.status()?.as_u16()));
        self.request_id = error.and_then(|error| Some(error.request_id()?.to_string()));
        self.correlation_id = error.and_then(|error| Some(error.correlation_id()?.to_string()));
        self.answer = error.and_then(|error| body(error.body()?, error.decode_body()));
        self.error = Some(error_members(message, error));
    }
}

fn error_members(message: String, error: Option<&Error>) -> ErrorMembers {
    let code = |code: &ServiceCode| match code.as_number() {
        Some(number) => ErrorCode::Integer(number),
        None => ErrorCode::String(code.to_string()),
    };
    ErrorMembers {
        message,
        code: error.and_then(Error::code).map(code),
        description: error.and_then(Error::description).map(str::to_owned),
        details: error.map_or_else(Vec::new, |error| error.details().to_vec()),
        challenges: error.map_or_else(Vec::new, challenges),
        may_have_been_applied: error.is_some_and(Error::may_have_been_applied),
    }
}

fn challenges(error: &Error) -> Vec<Challenge> {
    let challenges = error.auth_challenges();
    let members = challenges.iter().map(|challenge| Challenge {
        scheme: challenge.scheme().to_owned(),
        error: challenge.error().map(str::to_owned),
        error_description: challenge.error_description().map(str::to_owned),
        claims: challenge.claims().map(str::to_owned),
    });
    members.collect()
}

fn subscriptions<'a>(results: &[SubscriptionSummary<'a>]) -> Vec<Subscription<'a>> {
    results.iter().map(subscription).collect()
}

fn subscription<'a>(summary: &SubscriptionSummary<'a>) -> Subscription<'a> {
    let (result, order_id, code, cause) = match summary.result {
        SubscriptionResult::Moved { order_id } => ("moved", order_id, None, None),
        SubscriptionResult::Failed { code, cause } => ("failed", None, code, cause),
        _ => ("notMentioned", None, None, None),
    };
    Subscription {
        id: summary.subscription_id,
        result,
        order_id,
        code,
        cause,
    }
}

fn body<'a>(bytes: &[u8], json: Option<Box<RawValue>>) -> Option<Body<'a>> {
    match json {
        Some(json) => Some(Body::Json(Verbatim::new(Cow::Owned(json)))),
        None if bytes.is_empty() => None,
        None => Some(Body::Text(String::from_utf8_lossy(bytes).into_owned())),
    }
}
