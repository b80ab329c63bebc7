//! The result of an accept as text.

use std::fmt::Write as _;

use partner_center_terminal::width;
use partner_center_transfers::types::TransferError;
use partner_center_transfers::{AcceptOutcome, printable};
use serde_json::{Map, Value};

use super::tables;
use super::transfer::progress;
use crate::report::AcceptReport;
use crate::suggestion;
use partner_center_bulk::wording::count;

/// A summary, the tables and the next step.
pub(super) fn accepted(report: &AcceptReport) -> String {
    let (transfer, body) = (report.transfer, report.response.get());
    let orders = count(body.orders.len(), "order");
    let errors = count(body.transfer_errors.len(), "error");
    let (summary, next_step) = match &report.outcome {
        AcceptOutcome::Complete { .. } => {
            (format!("Transfer {transfer} was accepted: {orders}"), "")
        }
        AcceptOutcome::Partial { .. } => (
            format!("Transfer {transfer} was accepted in part: {orders}, {errors}"),
            "\nNext step: fix the cause and create a new transfer for the failed subscriptions.\n\
             Subscriptions that have moved stay moved.\n",
        ),
        AcceptOutcome::Failed { .. } => (
            format!("Nothing of transfer {transfer} was moved: {errors}"),
            "\nNext step: fix the cause and create a new transfer.\n",
        ),
        AcceptOutcome::Unknown => (
            format!(
                "The response to the accept of transfer {transfer} has neither orders nor \
                 errors{}",
                reason(&body.extra)
            ),
            "",
        ),
    };
    let mut text = summary;
    if report.after.is_some() {
        text += "; according to the transfer, ";
        text += progress(report.command_outcome());
    }
    text += ".\n";
    let subscriptions = report.by_subscription();
    if let Some(results) = &subscriptions {
        let table = tables::subscriptions(results, "not mentioned", width::of_stdout());
        let _ = write!(text, "\nSubscriptions\n\n{table}\n");
    }
    if !body.orders.is_empty() {
        let _ = write!(text, "\nOrders\n\n{}\n", tables::orders(&body.orders));
    }
    // The table of subscriptions shows the errors of line items.
    let errors: Vec<&TransferError> = body
        .transfer_errors
        .iter()
        .filter(|error| subscriptions.is_none() || error.line_items.is_empty())
        .collect();
    if !errors.is_empty() {
        let _ = write!(text, "\nErrors\n\n{}\n", tables::errors(&errors));
    }
    text += next_step;
    text + &read_again(report)
}

/// How to read what the response does not say.
fn read_again(report: &AcceptReport) -> String {
    let get = report.next.as_ref().map(|next| &next.get);
    match (&report.outcome, &report.after, get) {
        (AcceptOutcome::Unknown, None, get) => {
            let with = get.map_or_else(String::new, |get| format!(" with {get}"));
            let check = format!("Next step: before you try again, check the transfer{with}");
            "\n".to_owned() + &suggestion::text(&check)
        }
        (AcceptOutcome::Unknown, Some(_), _) | (_, _, None) => String::new(),
        (_, _, Some(_)) if report.mentions_all() => String::new(),
        (_, _, Some(get)) => suggestion::text(&format!(
            "For the result of the subscriptions that are not mentioned, run {get}"
        )),
    }
}

/// The code and the description in a response without orders and errors. It may be an error that
/// was sent with a success status.
fn reason(members: &Map<String, Value>) -> String {
    let mut text = String::new();
    for name in ["code", "description"] {
        let value = match members.get(name) {
            Some(Value::String(text)) => printable(text).into_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        let _ = write!(text, ", {name}: {value}");
    }
    text
}
