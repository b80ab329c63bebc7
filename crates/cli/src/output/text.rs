//! Reports as text: a summary, tables, and the ids that Microsoft's support asks for.

use std::fmt::Write as _;

use partner_center_bulk::wording::count;
use partner_center_transfers::types::{TransferEntity, TransferId};
use partner_center_transfers::{Error, Response, Verdict, WaitOutcome, printable};

use super::accept::accepted;
use super::list::{self, is_on_terminal, lines};
use super::read_back::read_back;
use super::transfer::{progress, transfer, unmoved_transfer};
use super::value::or_dash;
use super::{sweep, tables};
use crate::outcome::{Action, CommandOutcome};
use crate::profile::Profile;
use crate::report::{ListReport, NextCommands, Report};
use crate::{suggestion, terminal};

/// The text for standard output; empty if the command failed. The profile has names of partners that
/// the service may leave out.
pub(super) fn report(report: &Report, profile: &Profile) -> String {
    if let Some(text) = without_items(report) {
        return if is_on_terminal() {
            text
        } else {
            String::new()
        };
    }
    match report {
        Report::Accepted(report) => accepted(report) + &call_ids(&report.response),
        Report::Changed {
            action,
            response,
            next,
        } => changed(*action, response, next.as_ref(), report.outcome(), profile),
        Report::Withdrawn { transfer, response } => {
            format!("Transfer {transfer} was withdrawn.\n") + &call_ids(response)
        }
        Report::Transfer(response) => transfer(response.get(), profile),
        Report::Transfers(list) => transfers(list, profile),
        Report::Sweep(sweep) => sweep::transfers(sweep, profile),
        Report::Eligibility(list) => lines(tables::eligibility(
            list.items.iter().map(|(subscription, _)| subscription),
        )),
        Report::Waited { transfer, outcome } => {
            waited(*transfer, outcome, report.outcome(), profile)
        }
        Report::ReadBack(report) => read_back(report, profile),
        Report::Declined => "Nothing was sent.\n".to_owned(),
        Report::Failed(_) => String::new(),
    }
}

/// The ids in the report, one per line: of transfers, of orders, or of subscriptions that can be
/// transferred.
pub(super) fn ids(report: &Report) -> String {
    let id = |transfer: &TransferEntity| transfer.id.clone();
    let ids: Vec<Option<String>> = match report {
        Report::Accepted(report) => {
            let orders = &report.response.get().orders;
            orders.iter().map(|order| order.id.clone()).collect()
        }
        Report::Changed { response, .. } | Report::Transfer(response) => vec![id(response.get())],
        Report::Withdrawn { transfer, .. } | Report::Waited { transfer, .. } => {
            vec![Some(transfer.to_string())]
        }
        Report::Transfers(list) => list
            .items
            .iter()
            .map(|(transfer, _)| id(transfer))
            .collect(),
        Report::Sweep(sweep) => sweep.items.iter().map(|item| id(&item.transfer)).collect(),
        Report::Eligibility(list) => {
            let items = list.items.iter().map(|(subscription, _)| subscription);
            let eligible = items.filter(|subscription| subscription.is_eligible == Some(true));
            eligible
                .map(|subscription| subscription.id.clone())
                .collect()
        }
        Report::ReadBack(report) if report.verdict == Verdict::Applied => match report.transfer {
            Some(transfer) => vec![Some(transfer.to_string())],
            None => report.transfers.iter().map(id).collect(),
        },
        Report::ReadBack(_) | Report::Declined | Report::Failed(_) => Vec::new(),
    };
    ids.into_iter()
        .flatten()
        .map(|id| printable(&id).into_owned() + "\n")
        .collect()
}

/// The text for standard error: why the command failed, or why the state was read back.
pub(crate) fn failure(report: &Report) -> String {
    let (mut text, error) = match report {
        Report::Failed(failure) => (terminal::error_lines(&failure.lines()), failure.error()),
        Report::Sweep(sweep) => return sweep::failures(sweep),
        Report::ReadBack(report) => {
            let line = match report.warning() {
                Some(warning) => terminal::warning_line(&warning),
                None => terminal::error_line(&report.error_message()),
            };
            (line, Some(&report.error))
        }
        _ => return String::new(),
    };
    if let Report::ReadBack(report) = report {
        let _ = writeln!(text, "Read back: {}", printable(&report.message));
    }
    if let Some(info) = error.and_then(Error::code_info) {
        let _ = writeln!(text, "See             pctransfers explain {}", info.code);
    }
    if let Some(id) = error.and_then(Error::correlation_id) {
        let _ = writeln!(text, "Correlation id  {id}");
    }
    text
}

fn changed(
    action: Action,
    response: &Response<TransferEntity>,
    next: Option<&NextCommands>,
    outcome: CommandOutcome,
    profile: &Profile,
) -> String {
    let (past, id) = (action.past(), or_dash(response.get().id.as_ref()));
    let summary = match outcome {
        // The response shows another state than expected.
        CommandOutcome::NotApplied | CommandOutcome::NotSettled | CommandOutcome::Ended => {
            let status = or_dash(response.get().status.as_ref());
            format!("Transfer {id} was not {past}: its status is {status}.")
        }
        CommandOutcome::Failed | CommandOutcome::Partial => {
            format!("Transfer {id} was {past}: {}.", progress(outcome))
        }
        _ => format!("Transfer {id} was {past}."),
    };
    let next_step = match (outcome, next) {
        (CommandOutcome::Accepted | CommandOutcome::NotSettled, Some(next)) => {
            let processing = "Next step: the service is processing the transfer; to see the result";
            "\n".to_owned() + &suggestion::text(&format!("{processing}, run {}", next.wait))
        }
        _ => String::new(),
    };
    let transfer = match outcome {
        CommandOutcome::Rejected | CommandOutcome::Cancelled => {
            unmoved_transfer(response.get(), profile)
        }
        _ => transfer(response.get(), profile),
    };
    format!("{summary}\n\n{transfer}{next_step}{}", call_ids(response))
}

fn transfers(report: &ListReport<TransferEntity>, profile: &Profile) -> String {
    let items = report.items.iter().map(|(transfer, _)| transfer);
    let table = tables::transfers(items, profile);
    list::list(&table, report.items.len(), report.response.get().len(), "")
}

/// What there is to say about a result without items: on standard output if that is a terminal.
/// Otherwise it is not one of the lines, each of which is an item.
fn without_items(report: &Report) -> Option<String> {
    let text = match report {
        Report::Transfers(list) if list.items.is_empty() => match list.response.get().len() {
            0 => "The service lists no transfers of this customer.\n".to_owned(),
            all => format!("None of {} matches.\n", count(all, "transfer")),
        },
        Report::Sweep(sweep) if sweep.items.is_empty() => sweep::without_items(sweep),
        Report::Eligibility(list) if list.items.is_empty() => {
            "The service lists no subscriptions of this customer.\n".to_owned()
        }
        _ => return None,
    };
    Some(text)
}

/// A notice about the text of a report, for standard error.
pub(super) fn notice(report: &Report) -> String {
    let notice = without_items(report).filter(|_| !is_on_terminal());
    notice.unwrap_or_default()
}

fn waited(
    id: TransferId,
    outcome: &WaitOutcome,
    command: CommandOutcome,
    profile: &Profile,
) -> String {
    match outcome {
        WaitOutcome::Settled(settled) => format!(
            "Transfer {id} has settled: {}.\n\n{}",
            progress(command),
            transfer(settled, profile)
        ),
        WaitOutcome::TimedOut(last) => format!(
            "Transfer {id} has not settled yet. Run the command again, or wait longer with \
             --max-wait.\n\n{}",
            transfer(last, profile)
        ),
        _ => format!("Transfer {id} no longer exists; most likely it was withdrawn.\n"),
    }
}

fn call_ids<T>(response: &Response<T>) -> String {
    format!(
        "\nRequest id      {}\nCorrelation id  {}\n",
        response.request_id(),
        response.correlation_id()
    )
}
