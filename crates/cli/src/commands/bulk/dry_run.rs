//! Shows what would be done with each row of a plan.

use std::fmt::Write as _;

use partner_center_bulk::Operation;
use partner_center_bulk::wording::{count, number};
use serde::Serialize;

use super::finding::{Expected, Finding};
use super::survey::Survey;
use crate::arguments::{GlobalOptions, OutputFormat};
use crate::end::End;
use crate::outcome::CommandOutcome;
use crate::{exit, output};

/// The document of a dry run.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    outcome: CommandOutcome,
    operation: Operation,
    rows: &'a [Finding],
    summary: Summary,
}

/// The rows of the plan, counted.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    rows: u64,
    subscriptions: u64,
    applied: u64,
    in_part: u64,
    failed: u64,
    not_read: u64,
}

/// The end of a dry run: one line or object for each row, and the counts.
pub(super) fn end(global: &GlobalOptions, operation: Operation, survey: &Survey) -> End {
    let findings = &survey.findings;
    if global.output == OutputFormat::Jsonl {
        let lines = findings.iter().map(output::json_line).collect();
        return End::printing(global, lines, exit_code(survey));
    }
    let document = Document {
        outcome: CommandOutcome::Read,
        operation,
        rows: findings,
        summary: Summary {
            rows: findings.len() as u64,
            subscriptions: survey.subscriptions().0,
            applied: survey.expected(Expected::Applied),
            in_part: survey.expected(Expected::InPart),
            failed: survey.expected(Expected::Failed),
            not_read: survey.expected(Expected::NotRead),
        },
    };
    let text = || text(global, operation, survey);
    End::new(global, exit_code(survey), text, &document)
}

/// The exit code that the run would have, as far as that can be known.
fn exit_code(survey: &Survey) -> u8 {
    if survey.expected(Expected::NotRead) > 0 {
        exit::UNKNOWN
    } else if survey.expected(Expected::Failed) + survey.expected(Expected::InPart) > 0 {
        exit::PARTIAL
    } else {
        exit::SUCCESS
    }
}

fn text(global: &GlobalOptions, operation: Operation, survey: &Survey) -> String {
    let mut text = String::new();
    for finding in &survey.findings {
        if global.quiet {
            let id = finding.transfer.as_ref().unwrap_or(&finding.customer);
            let _ = writeln!(text, "{id}");
        } else {
            let _ = writeln!(text, "{}", finding.line(operation));
        }
    }
    if global.quiet {
        return text;
    }
    text + &format!("\n{}. Nothing was changed.\n", summary(operation, survey))
}

/// Such as `Would accept 2 of 4 transfers with 4 subscriptions; 1 would fail; 1 could not be read`.
fn summary(operation: Operation, survey: &Survey) -> String {
    let [in_part, failed, not_read] =
        [Expected::InPart, Expected::Failed, Expected::NotRead].map(|it| survey.expected(it));
    let all = survey.findings.len() as u64;
    let would = all - failed - not_read;
    let transfers = count(all, "transfer");
    let transfers = if would == all {
        transfers
    } else {
        format!("{} of {transfers}", number(would))
    };
    let is_made = |expected| matches!(expected, Expected::Applied | Expected::InPart);
    let subscriptions = survey.with_subscriptions(is_made);
    let mut summary = format!("Would {operation} {transfers}{subscriptions}");
    for (rows, what) in [
        (in_part, "would move in part only"),
        (failed, "would fail"),
        (not_read, "could not be read"),
    ] {
        if rows > 0 {
            let _ = write!(summary, "; {} {what}", number(rows));
        }
    }
    summary
}
