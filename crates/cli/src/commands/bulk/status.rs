//! Shows how far the run of a journal has come.

use std::fmt::Write as _;

use partner_center_bulk::wording::{count, number};
use partner_center_bulk::{
    Identity, JournalError, JournalView, Operation, Outcome, RowRecord, RowState, Summary,
};
use partner_center_transfers::printable;
use serde::Serialize;

use super::resume::operation;
use super::run::unusable;
use super::wording::past;
use crate::arguments::{BulkStatus, GlobalOptions};
use crate::end::End;
use crate::exit;
use crate::failure::Failure;

/// How many rows are shown as text.
const SHOWN: usize = 50;

/// The document of a journal.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    journal: String,
    operation: Operation,
    endpoint: &'a str,
    tenant: Option<&'a str>,
    summary: &'a Summary,
    /// Unknown, in part and failed rows.
    rows_for_a_person: &'a [PersonRow<'a>],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PersonRow<'a> {
    /// The row of the input file, as a spreadsheet numbers it.
    row: i64,
    customer: &'a str,
    transfer: Option<&'a str>,
    state: RowState,
    outcome: Option<Outcome>,
    code: Option<&'a str>,
    cause: Option<&'a str>,
    remedy: Option<&'a str>,
    request_id: Option<&'a str>,
    reference: Option<&'a str>,
}

impl<'a> From<&'a RowRecord> for PersonRow<'a> {
    fn from(record: &'a RowRecord) -> Self {
        Self {
            row: record.row,
            customer: &record.customer,
            transfer: record.transfer.as_deref(),
            state: record.state,
            outcome: record.outcome,
            code: record.code.as_deref(),
            cause: record.cause.as_deref(),
            remedy: record.remedy.as_deref(),
            request_id: record.request_id.as_deref(),
            reference: record.reference.as_deref(),
        }
    }
}

/// Reads a journal, also while it is run.
pub(super) fn status(global: &GlobalOptions, options: &BulkStatus) -> Result<End, Failure> {
    let view = JournalView::open(&options.journal).map_err(|error| unusable(&error))?;
    let read = || -> Result<_, JournalError> {
        Ok((
            view.identity()?,
            operation(&view)?,
            view.summary()?,
            view.rows_for_a_person()?,
        ))
    };
    let (identity, operation, summary, rows) = read().map_err(|error| unusable(&error))?;
    let rows: Vec<PersonRow<'_>> = rows.iter().map(PersonRow::from).collect();
    let text = || {
        if global.quiet {
            ids(&rows)
        } else {
            text(options, &identity, operation, &summary, &rows)
        }
    };
    let document = Document {
        journal: options.journal.display().to_string(),
        operation,
        endpoint: &identity.endpoint,
        tenant: identity.tenant.as_deref(),
        summary: &summary,
        rows_for_a_person: &rows,
    };
    Ok(End::new(global, exit::SUCCESS, text, &document))
}

/// The transfers, or else the customers, of the rows that need a person.
fn ids(rows: &[PersonRow<'_>]) -> String {
    let ids = rows.iter().map(|row| row.transfer.unwrap_or(row.customer));
    ids.map(|id| printable(id).into_owned() + "\n").collect()
}

fn text(
    options: &BulkStatus,
    identity: &Identity,
    operation: Operation,
    summary: &Summary,
    rows: &[PersonRow<'_>],
) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "{name:17}  {}", printable(value));
    };
    line("Journal", &options.journal.display().to_string());
    line("Operation", operation.as_str());
    line("Service", &identity.endpoint);
    if let Some(tenant) = &identity.tenant {
        line("Tenant", tenant);
    }
    line("Transfers", &number(summary.rows));
    for (name, rows) in [
        (past(operation), summary.done),
        ("moved in part", summary.in_part),
        ("failed", summary.failed),
        ("unknown", summary.unknown),
        ("not read back", summary.sending),
        ("being processed", summary.processing),
        ("not sent", summary.not_sent),
    ] {
        line(&format!("  {name}"), &number(rows));
    }
    line("Next expiry", summary.next_expiry.as_deref().unwrap_or("-"));
    if rows.is_empty() {
        return text;
    }
    let _ = writeln!(text, "\n{} for a person:", count(rows.len() as u64, "row"));
    for row in rows.iter().take(SHOWN) {
        text += &row.line();
        text.push('\n');
    }
    match rows.len().saturating_sub(SHOWN) {
        0 => {}
        more => {
            let more = number(more as u64);
            let _ = writeln!(text, "and {more} more; bulk report has each subscription");
        }
    }
    text
}

impl PersonRow<'_> {
    /// Such as `row 7: failed, transfer T of customer C: cause; what to do`.
    fn line(&self) -> String {
        let what = match self.outcome {
            Some(Outcome::InPart) => "moved in part",
            Some(outcome) => outcome.as_str(),
            None => self.state.as_str(),
        };
        let transfer = match self.transfer {
            Some(id) => format!("transfer {id}"),
            None => "transfer".to_owned(),
        };
        let mut line = format!(
            "row {}: {what}, {transfer} of customer {}",
            self.row, self.customer
        );
        if let Some(reference) = self.reference {
            let _ = write!(line, " ({reference})");
        }
        let mut separator = ": ";
        for text in [self.cause, self.remedy].into_iter().flatten() {
            line += separator;
            line += text;
            separator = "; ";
        }
        if let Some(code) = self.code {
            let _ = write!(line, " [code {code}]");
        }
        printable(&line).into_owned()
    }
}
