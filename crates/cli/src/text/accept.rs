//! What an accept came to, for people.

use partner_center_transfers::AcceptOutcome;
use partner_center_transfers::types::{Order, TransferError};

use super::{count, printable};
use crate::report::Accepted;
use crate::tables;

/// The sentence, the tables and the next step.
pub(super) fn shown(accepted: &Accepted) -> String {
    let Accepted {
        transfer,
        acceptance,
        answer,
        after,
        ..
    } = accepted;
    let extra = &answer.get().extra;
    let by_subscription = &accepted
        .by_subscription()
        .map_or_else(String::new, |outcomes| {
            let table = tables::subscriptions(&outcomes, "not mentioned");
            format!("\nSubscriptions\n\n{table}\n")
        });
    // The answer left some out, and the transfer says what became of them.
    let by_itself = match after {
        Some(_) => format!(
            "; by the transfer itself, {}",
            super::end(accepted.outcome())
        ),
        None => String::new(),
    };
    let silent = if accepted.says_all() {
        ""
    } else {
        "What became of those not mentioned, the transfer tells: pctransfers get.\n"
    };
    match acceptance {
        AcceptOutcome::Complete { orders } => format!(
            "Transfer {transfer} was accepted: {}{by_itself}.\n{by_subscription}{}{silent}",
            count(orders.len(), "order"),
            order_section(orders),
        ),
        AcceptOutcome::Partial { orders, errors } => format!(
            "Transfer {transfer} was accepted in part: {}, {}{by_itself}.\n{by_subscription}{}{}\n\
             Next step: fix the cause and create a new transfer for the failed subscriptions;\n\
             those already moved stay moved.\n{silent}",
            count(orders.len(), "order"),
            count(errors.len(), "error"),
            order_section(orders),
            error_section(errors, by_subscription),
        ),
        AcceptOutcome::Unknown => format!(
            "Transfer {transfer} gave no order, and the service {}{by_itself}.\n{}",
            unlisted_reason(extra),
            match after {
                Some(_) => by_subscription,
                None => {
                    "\nNext step: look at the transfer, with pctransfers get, before you try again.\n"
                }
            },
        ),
        AcceptOutcome::Failed { errors } => format!(
            "Transfer {transfer} gave no order: {}{by_itself}.\n{by_subscription}{}\n\
             Next step: fix the cause and create a new transfer.\n",
            count(errors.len(), "error"),
            error_section(errors, by_subscription),
        ),
    }
}

/// What stands in an answer that lists neither orders nor errors: a fault, perhaps, under a status
/// that promises more.
fn unlisted_reason(extra: &serde_json::Map<String, serde_json::Value>) -> String {
    let member = |name: &str| match extra.get(name)? {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match (member("code"), member("description")) {
        (None, None) => "does not say why".to_owned(),
        (Some(said), None) | (None, Some(said)) => format!("says {}", printable(&said)),
        (Some(code), Some(text)) => format!("says {}: {}", printable(&code), printable(&text)),
    }
}

fn order_section(orders: &[Order]) -> String {
    format!("\nOrders\n\n{}\n", tables::orders(orders))
}

/// The errors that the table of subscriptions does not show already.
fn error_section(errors: &[TransferError], by_subscription: &str) -> String {
    let is_shown =
        |error: &&TransferError| !by_subscription.is_empty() && !error.line_items.is_empty();
    let left: Vec<TransferError> = errors
        .iter()
        .filter(|error| !is_shown(error))
        .cloned()
        .collect();
    if left.is_empty() {
        return String::new();
    }
    format!("\nErrors\n\n{}\n", tables::errors(&left))
}
