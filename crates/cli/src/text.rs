//! The report for people: a sentence that says what happened, the tables, and the ids to quote
//! to Microsoft's support.

use std::fmt::Write as _;

use partner_center_transfers::types::{Order, TransferError, TransferId};
use partner_center_transfers::{Error, Outcome as Acceptance, Response};

use crate::report::{Failure, Report};
use crate::tables;

/// What goes to standard output; nothing if the command failed.
pub(crate) fn report(report: &Report) -> String {
    match report {
        Report::Accepted {
            transfer,
            acceptance,
            answer,
        } => accepted(*transfer, acceptance, &answer.get().extra) + &ids(answer),
        Report::Withdrawn { transfer, answer } => {
            format!("Transfer {transfer} was withdrawn.\n") + &ids(answer)
        }
        Report::Failed(_) => String::new(),
    }
}

/// What goes to standard error if the command failed.
pub(crate) fn failure(failure: &Failure) -> String {
    let mut text = format!("error: {}\n", printable(&failure.message()));
    if let Some(id) = failure.error().and_then(Error::correlation_id) {
        let _ = writeln!(text, "Correlation id  {id}");
    }
    text
}

fn accepted(
    transfer: TransferId,
    acceptance: &Acceptance,
    extra: &serde_json::Map<String, serde_json::Value>,
) -> String {
    match acceptance {
        Acceptance::Complete { orders } => format!(
            "Transfer {transfer} was accepted: {}.\n{}",
            count(orders.len(), "order"),
            order_section(orders),
        ),
        Acceptance::Partial { orders, errors } => format!(
            "Transfer {transfer} was accepted in part: {}, {}.\n{}{}\n\
             Next step: fix the cause and create a new transfer for the failed subscriptions;\n\
             those already moved stay moved.\n",
            count(orders.len(), "order"),
            count(errors.len(), "error"),
            order_section(orders),
            error_section(errors),
        ),
        Acceptance::Failed { errors } if errors.is_empty() => format!(
            "Transfer {transfer} gave no order, and the service {}.\n\
             \n\
             Next step: look at the transfer in Partner Center before you try again.\n",
            unlisted_reason(extra)
        ),
        Acceptance::Failed { errors } => format!(
            "Transfer {transfer} gave no order: {}.\n{}\n\
             Next step: fix the cause and create a new transfer.\n",
            count(errors.len(), "error"),
            error_section(errors),
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

fn error_section(errors: &[TransferError]) -> String {
    format!("\nErrors\n\n{}\n", tables::errors(errors))
}

fn ids<T>(answer: &Response<T>) -> String {
    format!(
        "\nRequest id      {}\nCorrelation id  {}\n",
        answer.request_id(),
        answer.correlation_id()
    )
}

fn count(number: usize, what: &str) -> String {
    match number {
        1 => format!("1 {what}"),
        _ => format!("{number} {what}s"),
    }
}

/// Text of the service on one line and without control characters: what it sends must not be
/// able to steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    let replace = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(replace).collect()
}

#[cfg(test)]
mod tests {
    use super::{count, printable};

    #[test]
    fn what_the_service_says_cannot_steer_the_terminal() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\nc\u{9b}d"),
            "a\u{fffd}[2Jb  c\u{fffd}d"
        );
        assert_eq!(printable("Prise d’œuvre – 全球"), "Prise d’œuvre – 全球");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(count(0, "order"), "0 orders");
        assert_eq!(count(1, "order"), "1 order");
        assert_eq!(count(2, "order"), "2 orders");
    }
}
