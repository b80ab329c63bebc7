//! How a run ended: counts, next steps and the exit code.

use std::fmt::Write as _;
use std::path::Path;

use partner_center_bulk::wording::{count, number};
use partner_center_bulk::{JournalError, JournalView, Operation, RowRecord, StopReason, Summary};
use partner_center_transfers::printable;
use serde::Serialize;

use super::wording::past;
use crate::arguments::GlobalOptions;
use crate::commands::command_line::{quoted, service_options};
use crate::end::End;
use crate::outcome::CommandOutcome;
use crate::{exit, suggestion, terminal};

/// The document of a run.
#[derive(Serialize)]
struct Document<'a> {
    outcome: CommandOutcome,
    operation: Operation,
    journal: String,
    summary: &'a Summary,
    /// Null if the run did not end early.
    stopped: Option<Stopped>,
}

#[derive(Serialize)]
struct Stopped {
    reason: &'static str,
    message: String,
}

/// The end of a run.
pub(super) fn end(
    global: &GlobalOptions,
    journal: &Path,
    operation: Operation,
    summary: &Summary,
    stopped: Option<&StopReason>,
) -> End {
    // A stop after the last row has no effect.
    let stopped = stopped.filter(|_| summary.is_resumable());
    let (outcome, code) = outcome(summary, stopped);
    let document = Document {
        outcome,
        operation,
        journal: journal.display().to_string(),
        summary,
        stopped: stopped.map(|reason| Stopped {
            reason: match reason {
                StopReason::Requested => "requested",
                StopReason::Refused(_) => "refused",
                StopReason::Unreachable(_) => "unreachable",
                _ => "other",
            },
            message: reason.to_string(),
        }),
    };
    let text = || {
        if global.quiet {
            ids(journal)
        } else {
            text(global, journal, operation, summary, stopped)
        }
    };
    let errors = match stopped {
        None => String::new(),
        Some(StopReason::Requested) => {
            terminal::error_line("interrupted; the journal has what was done and what is left")
        }
        Some(reason) if was_sent(summary) => {
            terminal::error_line(&format!("{reason}; the other rows are as they were"))
        }
        Some(reason) => terminal::error_line(&format!("{reason}; nothing was sent")),
    };
    End::new(global, code, text, &document).with_errors(errors)
}

/// Whether the service may have applied anything.
fn was_sent(summary: &Summary) -> bool {
    summary.not_sent < summary.rows
}

/// The outcome and the exit code. What a person must look at comes before what takes more time, and
/// that before what has failed for good.
fn outcome(summary: &Summary, stopped: Option<&StopReason>) -> (CommandOutcome, u8) {
    if matches!(stopped, Some(StopReason::Requested)) {
        (CommandOutcome::Interrupted, exit::INTERRUPTED)
    } else if summary.unknown + summary.sending > 0 {
        (CommandOutcome::Unknown, exit::UNKNOWN)
    } else if !was_sent(summary) {
        (CommandOutcome::Error, exit::USAGE)
    } else if summary.not_sent > 0 {
        (CommandOutcome::Error, exit::OTHER)
    } else if summary.processing > 0 {
        (CommandOutcome::NotSettled, exit::NOT_SETTLED)
    } else if summary.done + summary.in_part == 0 {
        (CommandOutcome::Failed, exit::PARTIAL)
    } else if summary.in_part + summary.failed > 0 {
        (CommandOutcome::Partial, exit::PARTIAL)
    } else {
        (CommandOutcome::Complete, exit::SUCCESS)
    }
}

/// The counts of a journal, such as `312 transfers: 308 moved, 4 failed`.
pub(super) fn counts(operation: Operation, summary: &Summary) -> String {
    let mut counts = Vec::new();
    for (rows, what) in [
        (summary.done, past(operation)),
        (summary.in_part, "moved in part"),
        (summary.failed, "failed"),
        (summary.unknown, "unknown"),
        (summary.sending, "perhaps sent and not read back yet"),
        (summary.processing, "still being processed"),
        (summary.not_sent, "not sent"),
    ] {
        if rows > 0 {
            counts.push(format!("{} {what}", number(rows)));
        }
    }
    format!("{}: {}", count(summary.rows, "transfer"), counts.join(", "))
}

fn text(
    global: &GlobalOptions,
    journal: &Path,
    operation: Operation,
    summary: &Summary,
    stopped: Option<&StopReason>,
) -> String {
    let mut text = counts(operation, summary) + "\n";
    // The journal of a temporary emulator cannot be run by another one.
    if summary.is_resumable() && !global.emulator {
        let resume = resume_line(global, journal);
        let next = match stopped {
            Some(StopReason::Refused(_)) if !was_sent(summary) => format!(
                "If another partner must run the plan{}, delete {} and run bulk {operation} as that \
                 partner. Otherwise correct the credentials and run {resume}",
                partner(operation),
                journal.display()
            ),
            _ => format!("To go on, run {resume}"),
        };
        text += &suggestion::text(&next);
    }
    if summary.needs_person() > 0 {
        let line = command_line("status", journal);
        text += &suggestion::text(&format!("To see which rows need a person, run {line}"));
    }
    let line = command_line("report --format csv --out report.csv", journal);
    text + &suggestion::text(&format!("For a report on each subscription, run {line}"))
}

/// Which partner an operation is for, if that is the same for all transfers.
fn partner(operation: Operation) -> &'static str {
    match operation {
        Operation::Withdraw => " (the source partner withdraws transfers)",
        Operation::Reject => " (the target partner rejects transfers)",
        Operation::Cancel => " (the target partner cancels transfers)",
        _ => "",
    }
}

/// The command that continues a run.
pub(super) fn resume_line(global: &GlobalOptions, journal: &Path) -> String {
    let path = quoted(&journal.to_string_lossy());
    let options = service_options(global);
    suggestion::command(&format!(
        "pctransfers bulk resume --journal {path}{options}"
    ))
}

/// A command that only reads a journal.
fn command_line(command: &str, journal: &Path) -> String {
    let (name, options) = command.split_once(' ').unwrap_or((command, ""));
    let path = quoted(&journal.to_string_lossy());
    let line = format!("pctransfers bulk {name} --journal {path} {options}");
    suggestion::command(line.trim_end())
}

/// The transfers that were changed, one per line.
fn ids(journal: &Path) -> String {
    use partner_center_bulk::Outcome::{Done, InPart};
    let mut ids = String::new();
    let each = |row: RowRecord| {
        if let (Some(Done | InPart), Some(id)) = (row.outcome, row.transfer) {
            let _ = writeln!(ids, "{}", printable(&id));
        }
        Ok::<_, JournalError>(())
    };
    let read = JournalView::open(journal).and_then(|view| view.for_each(each));
    if let Err(error) = read {
        terminal::warn(&error.to_string());
    }
    ids
}

#[cfg(test)]
mod tests {
    use partner_center_bulk::{Operation, StopReason, Summary};

    use super::{counts, outcome};

    fn summary(change: impl FnOnce(&mut Summary)) -> Summary {
        let mut summary = Summary::default();
        change(&mut summary);
        summary.rows = summary.not_sent
            + summary.sending
            + summary.processing
            + summary.settled()
            + summary.unknown;
        summary
    }

    /// A change of the counts, and the exit code.
    type Case = (fn(&mut Summary), u8);

    #[test]
    fn the_exit_code_says_what_is_to_do() {
        let cases: [Case; 11] = [
            (|it| it.done = 3, 0),
            (|it| (it.done, it.in_part) = (3, 1), 3),
            (|it| (it.done, it.failed) = (3, 1), 3),
            (|it| it.failed = 3, 3),
            (|it| (it.done, it.processing) = (3, 1), 7),
            (|it| (it.failed, it.processing) = (3, 1), 7),
            (|it| (it.processing, it.unknown) = (3, 1), 5),
            (|it| (it.done, it.sending) = (3, 1), 5),
            (|it| (it.not_sent, it.unknown) = (3, 1), 5),
            (|it| (it.done, it.not_sent) = (3, 1), 1),
            (|it| it.not_sent = 3, 2),
        ];
        for (change, code) in cases {
            let summary = summary(change);
            assert_eq!(outcome(&summary, None).1, code, "{summary:?}");
            let stopped = Some(&StopReason::Requested);
            assert_eq!(outcome(&summary, stopped).1, 130, "{summary:?}");
            let refused = StopReason::Refused("login".to_owned());
            assert_eq!(outcome(&summary, Some(&refused)).1, code, "{summary:?}");
        }
    }

    #[test]
    fn counts_leave_out_what_did_not_happen() {
        let some = summary(|it| (it.done, it.in_part, it.sending) = (1_300, 6, 2));
        assert_eq!(
            counts(Operation::Accept, &some),
            "1,308 transfers: 1,300 moved, 6 moved in part, 2 perhaps sent and not read back yet"
        );
    }
}
