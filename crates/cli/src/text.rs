//! The report for people: a sentence that says what happened, the tables, and the ids to quote
//! to Microsoft's support. Colours are in it always; the streams take them out again.

mod accept;
mod lost_answer;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use partner_center_transfers::types::{TransferEntity, TransferId};
use partner_center_transfers::{
    Error, Response, ServiceCode, Timestamp, TransferPhase, Verdict, WaitOutcome, explain,
};

use crate::report::{Outcome, Report};
use crate::tables::{self, shown};

const ERROR: Style = AnsiColor::Red.on_default().bold();

/// What goes to standard output; nothing if the command failed.
pub(crate) fn report(report: &Report) -> String {
    match report {
        Report::Accepted(accepted) => accept::shown(accepted) + &ids(&accepted.answer),
        Report::Changed { action, answer } => {
            let (past, id) = (action.past(), shown(answer.get().id.as_ref()));
            let status = shown(answer.get().status.as_ref());
            let came = match report.outcome() {
                // The answer came, and is another one than was to be expected.
                Outcome::NotApplied | Outcome::NotSettled | Outcome::Ended => {
                    format!("Transfer {id} was not {past}: the answer says {status}.")
                }
                outcome @ (Outcome::Failed | Outcome::Partial) => {
                    format!("Transfer {id} was {past}: {}.", end(outcome))
                }
                _ => format!("Transfer {id} was {past}."),
            };
            let next = match report.outcome() {
                Outcome::Accepted | Outcome::NotSettled => {
                    "\nNext step: the service works on it; pctransfers wait tells when it is done.\n"
                }
                _ => "",
            };
            format!("{came}\n\n{}{next}", transfer(answer.get())) + &ids(answer)
        }
        Report::Withdrawn { transfer, answer } => {
            format!("Transfer {transfer} was withdrawn.\n") + &ids(answer)
        }
        Report::Shown(answer) => transfer(answer.get()),
        Report::Transfers(listed) => match listed.answer.get().len() {
            0 => "The service lists no transfers of this customer for you.\n".to_owned(),
            all => {
                let number = listed.shown.len();
                let of = if number == all {
                    String::new()
                } else {
                    format!(" of {all}")
                };
                let table = tables::transfers(listed.shown.iter().map(|(transfer, _)| transfer));
                match number {
                    0 => format!("None of {} matches.\n", count(all, "transfer")),
                    _ => format!("{table}\n\n{number}{of} shown\n"),
                }
            }
        },
        Report::Eligibility(listed) if listed.shown.is_empty() => {
            "The service lists no subscriptions of this customer for you.\n".to_owned()
        }
        Report::Eligibility(listed) => {
            tables::eligibility(listed.shown.iter().map(|(subscription, _)| subscription)) + "\n"
        }
        Report::WaitOutcome { transfer, waited } => {
            self::waited(*transfer, waited, report.outcome())
        }
        Report::Confirmed(confirmed) => lost_answer::shown(confirmed),
        Report::Declined => "Nothing was sent.\n".to_owned(),
        Report::Failed(_) => String::new(),
    }
}

/// The report as ids alone, one in a line: of transfers, of orders, or of the subscriptions that
/// can be transferred.
pub(crate) fn quiet(report: &Report) -> String {
    let of = |transfer: &TransferEntity| transfer.id.clone();
    let ids: Vec<Option<String>> = match report {
        Report::Accepted(accepted) => {
            let orders = &accepted.answer.get().orders;
            orders.iter().map(|order| order.id.clone()).collect()
        }
        Report::Changed { answer, .. } | Report::Shown(answer) => vec![of(answer.get())],
        Report::Withdrawn { transfer, .. } | Report::WaitOutcome { transfer, .. } => {
            vec![Some(transfer.to_string())]
        }
        Report::Transfers(listed) => listed
            .shown
            .iter()
            .map(|(transfer, _)| of(transfer))
            .collect(),
        Report::Eligibility(listed) => {
            let eligible = listed
                .shown
                .iter()
                .filter(|(item, _)| item.is_eligible == Some(true));
            eligible.map(|(item, _)| item.id.clone()).collect()
        }
        Report::Confirmed(confirmed) if confirmed.verdict == Verdict::Applied => {
            match confirmed.id {
                Some(id) => vec![Some(id.to_string())],
                None => confirmed.transfers.iter().map(of).collect(),
            }
        }
        Report::Confirmed(_) | Report::Declined | Report::Failed(_) => Vec::new(),
    };
    ids.into_iter()
        .flatten()
        .map(|id| printable(&id) + "\n")
        .collect()
}

/// What goes to standard error: why the command failed, or what led to reading back.
pub(crate) fn failure(report: &Report) -> String {
    let (message, error) = match report {
        Report::Failed(failure) => (failure.message(), failure.error()),
        Report::Confirmed(confirmed) => (confirmed.error.to_string(), Some(&confirmed.error)),
        _ => return String::new(),
    };
    let mut text = format!("{ERROR}error:{ERROR:#} {}\n", printable(&message));
    if let Report::Confirmed(confirmed) = report {
        let _ = writeln!(text, "Read back: {}", printable(&confirmed.sentence));
    }
    let code = error.and_then(Error::code).and_then(ServiceCode::as_number);
    if let Some(known) = code.and_then(explain) {
        let _ = writeln!(text, "See             pctransfers explain {}", known.code);
    }
    if let Some(id) = error.and_then(Error::correlation_id) {
        let _ = writeln!(text, "Correlation id  {id}");
    }
    text
}

/// A transfer by itself.
pub(crate) fn transfer(transfer: &TransferEntity) -> String {
    let mut text = format!("Transfer        {}\n", shown(transfer.id.as_ref()));
    let mut line = |name: &str, values: [Option<&String>; 2]| {
        let values: Vec<String> = values
            .into_iter()
            .flatten()
            .map(|value| printable(value))
            .collect();
        if !values.is_empty() {
            let _ = writeln!(text, "{name:15} {}", values.join(", "));
        }
    };
    let time = |time: &Option<Timestamp>| time.as_ref().map(ToString::to_string);
    line(
        "Status",
        [
            transfer.status.as_ref().map(ToString::to_string).as_ref(),
            None,
        ],
    );
    line(
        "Customer",
        [
            transfer.customer_tenant_id.as_ref(),
            transfer.customer_name.as_ref(),
        ],
    );
    line(
        "Source",
        [
            transfer.source_partner_tenant_id.as_ref(),
            transfer.source_partner_name.as_ref(),
        ],
    );
    line(
        "Target",
        [
            transfer.target_partner_tenant_id.as_ref(),
            transfer.target_partner_name.as_ref(),
        ],
    );
    line("Created", [time(&transfer.created_time).as_ref(), None]);
    line("Completed", [time(&transfer.completed_time).as_ref(), None]);
    line("Expires", [time(&transfer.expiration_time).as_ref(), None]);
    let outcomes = transfer.by_subscription();
    if !outcomes.is_empty() {
        let silent = match transfer.phase() {
            TransferPhase::Open | TransferPhase::InProgress => "-",
            _ => "not mentioned",
        };
        let _ = write!(text, "\n{}\n", tables::subscriptions(&outcomes, silent));
    }
    text
}

/// How far a transfer has come that was read.
fn end(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Complete => "everything has moved",
        Outcome::Partial => "some subscriptions have moved, others have not",
        Outcome::NotSettled => "the service still works on it",
        _ => "nothing has moved",
    }
}

fn waited(id: TransferId, waited: &WaitOutcome, outcome: Outcome) -> String {
    match waited {
        WaitOutcome::Settled(transfer) => {
            let end = end(outcome);
            format!(
                "Transfer {id} has settled: {end}.\n\n{}",
                self::transfer(transfer)
            )
        }
        WaitOutcome::TimedOut(transfer) => format!(
            "Transfer {id} has not settled in that time. Wait again, or longer with --max-wait.\n\n{}",
            self::transfer(transfer)
        ),
        _ => format!("Transfer {id} is not there any more: most likely it was withdrawn.\n"),
    }
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
