//! The result of an accept as text.

use partner_center_transfers::AcceptOutcome;
use partner_center_transfers::types::{Order, TransferError};
use serde_json::{Map, Value};

use super::tables;
use super::transfer::progress;
use super::value::{count, printable};
use crate::report::AcceptReport;

/// A summary, the tables and the next step.
pub(super) fn accepted(report: &AcceptReport) -> String {
    let transfer = report.transfer;
    let subscriptions = &report
        .by_subscription()
        .map_or_else(String::new, |results| {
            let table = tables::subscriptions(&results, "not mentioned");
            format!("\nSubscriptions\n\n{table}\n")
        });
    let state = match report.after {
        Some(_) => format!(
            "; according to the transfer, {}",
            progress(report.command_outcome())
        ),
        None => String::new(),
    };
    let not_mentioned = if report.mentions_all() {
        ""
    } else {
        "Run pctransfers get for the result of the subscriptions that are not mentioned.\n"
    };
    match &report.outcome {
        AcceptOutcome::Complete { orders } => format!(
            "Transfer {transfer} was accepted: {}{state}.\n{subscriptions}{}{not_mentioned}",
            count(orders.len(), "order"),
            order_section(orders),
        ),
        AcceptOutcome::Partial { orders, errors } => format!(
            "Transfer {transfer} was accepted in part: {}, {}{state}.\n{subscriptions}{}{}\n\
             Next step: fix the cause and create a new transfer for the failed subscriptions.\n\
             Subscriptions that have moved stay moved.\n{not_mentioned}",
            count(orders.len(), "order"),
            count(errors.len(), "error"),
            order_section(orders),
            error_section(errors, subscriptions),
        ),
        AcceptOutcome::Unknown => format!(
            "The response to the accept of transfer {transfer} has neither orders nor \
             errors{}{state}.\n{}",
            reason(&report.response.get().extra),
            if report.after.is_some() {
                subscriptions
            } else {
                "\nNext step: check the transfer with pctransfers get before you try again.\n"
            },
        ),
        AcceptOutcome::Failed { errors } => format!(
            "Nothing of transfer {transfer} was moved: {}{state}.\n{subscriptions}{}\n\
             Next step: fix the cause and create a new transfer.\n",
            count(errors.len(), "error"),
            error_section(errors, subscriptions),
        ),
    }
}

/// The code and the description in a response without orders and errors. It may be an error that
/// was sent with a success status.
fn reason(members: &Map<String, Value>) -> String {
    let mut text = String::new();
    for name in ["code", "description"] {
        let value = match members.get(name) {
            Some(Value::String(text)) => printable(text),
            Some(Value::Number(number)) => number.to_string(),
            _ => continue,
        };
        text = format!("{text}, {name}: {value}");
    }
    text
}

fn order_section(orders: &[Order]) -> String {
    format!("\nOrders\n\n{}\n", tables::orders(orders))
}

/// The errors that the table of subscriptions does not show.
fn error_section(errors: &[TransferError], subscriptions: &str) -> String {
    let errors: Vec<&TransferError> = errors
        .iter()
        .filter(|error| subscriptions.is_empty() || error.line_items.is_empty())
        .collect();
    if errors.is_empty() {
        return String::new();
    }
    format!("\nErrors\n\n{}\n", tables::errors(&errors))
}
