//! Reports as JSON for scripts.
//!
//! There is always exactly one document, or one line per item of a list. The service's response is
//! in it with all its members, known or not. Characters that control a terminal are escaped.
//! [`record`](super::record) declares the members.

use std::borrow::Cow;
use std::fmt::Write as _;

use jiff::Timestamp;
use partner_center_transfers::types::{CustomerId, ErrorCode, TransferEntity};
use partner_center_transfers::{
    Error, Response, ServiceCode, SubscriptionResult, SubscriptionSummary, Verdict, WaitOutcome,
    printable,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::record::{
    Body, Challenge, Customers, ErrorMembers, NotRead, ReadBack, Record, Subscription,
    SubscriptionWord, VerdictWord, WarningMembers,
};
use super::verbatim::Verbatim;
use crate::failure::{Failure, message_of};
use crate::invocation::Ended;
use crate::outcome::Action;
use crate::report::{ListReport, ReadBackReport, Report, SweepReport};

/// The report as one indented document.
pub(super) fn document(report: &Report, run: Ended<'_>) -> String {
    json(&record(report, run))
}

/// The report on one line, or one line for each item of a list.
pub(super) fn lines(report: &Report, run: Ended<'_>) -> String {
    match report {
        Report::Transfers(list) => verbatim(list).iter().map(json_line).collect(),
        Report::Eligibility(list) => verbatim(list).iter().map(json_line).collect(),
        Report::Sweep(sweep) => swept(sweep).iter().map(json_line).collect(),
        _ => record_line(report, run),
    }
}

/// The whole record on one line.
pub(crate) fn record_line(report: &Report, run: Ended<'_>) -> String {
    json_line(&record(report, run))
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

fn not_read((customer, error): &(CustomerId, Box<Error>)) -> NotRead {
    NotRead {
        customer_id: customer.to_string(),
        error: error_members(message_of(error), Some(error)),
    }
}

fn verbatim<T>(list: &ListReport<T>) -> Vec<Verbatim<'_>> {
    let raw = list.items.iter().map(|(_, raw)| raw);
    raw.map(|raw| Verbatim::new(Cow::Borrowed(raw))).collect()
}

fn record<'a>(report: &'a Report, run: Ended<'_>) -> Record<'a> {
    let invocation = run.invocation;
    let service = invocation.service.get();
    let mut record = Record {
        operation: invocation.operation,
        customer_id: invocation.customer.map(|id| id.to_string()),
        transfer_id: match invocation.transfer {
            Some(id) => Some(id.to_string()),
            None => created(report),
        },
        started_at: time(invocation.started_at),
        ended_at: time(run.at),
        tenant: service.and_then(|service| service.tenant.clone()),
        endpoint: service.map(|service| service.endpoint.clone()),
        outcome: report.outcome(),
        exit_code: run.exit_code,
        ..Record::default()
    };
    record.set_report(report);
    record
}

/// In UTC, to the millisecond.
fn time(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// The id of the transfer that a create has made, if it is known.
fn created(report: &Report) -> Option<String> {
    match report {
        Report::Changed { response, .. } => response.get().id.clone(),
        Report::ReadBack(report) if report.verdict == Verdict::Applied => {
            match &report.transfers[..] {
                [transfer] => transfer.id.clone(),
                _ => None,
            }
        }
        _ => None,
    }
}

impl<'a> Record<'a> {
    fn set_report(&mut self, report: &'a Report) {
        match report {
            Report::Accepted(accepted) => {
                self.set_response(&accepted.response);
                let results = accepted.by_subscription();
                self.subscriptions = results.map(|results| subscriptions(&results));
            }
            Report::Changed { response, .. } | Report::Transfer(response) => {
                self.set_response(response);
                self.set_subscriptions(response.get());
            }
            Report::Withdrawn { response, .. } => self.set_response(response),
            Report::Transfers(list) => self.set_list(list),
            Report::Eligibility(list) => self.set_list(list),
            Report::Sweep(sweep) => self.set_sweep(sweep),
            Report::Waited { outcome, .. } => {
                if let WaitOutcome::Settled(transfer) | WaitOutcome::TimedOut(transfer) = outcome {
                    self.answer = Some(Body::Transfer(transfer));
                    self.set_subscriptions(transfer);
                }
            }
            Report::ReadBack(read_back) => self.set_read_back(read_back),
            Report::Declined => {}
            Report::Failed(failure) => {
                self.set_error(failure.message(), failure.error());
                if let (Failure::Interrupted(Some(sent)), Some(error)) = (failure, &mut self.error)
                {
                    self.request_id = Some(sent.request_id.to_string());
                    error.may_have_been_applied = true;
                }
            }
        }
    }

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
            failed: sweep.failed.iter().map(not_read).collect(),
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
                Verdict::Applied => VerdictWord::Applied,
                Verdict::NotApplied => VerdictWord::NotApplied,
                Verdict::NotYetSettled => VerdictWord::NotYetSettled,
                Verdict::Overtaken => VerdictWord::Overtaken,
                _ => VerdictWord::Unknown,
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
        SubscriptionResult::Moved { order_id } => (SubscriptionWord::Moved, order_id, None, None),
        SubscriptionResult::Failed { code, cause } => (SubscriptionWord::Failed, None, code, cause),
        _ => (SubscriptionWord::NotMentioned, None, None, None),
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
