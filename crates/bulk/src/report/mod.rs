//! Reports: what became of each subscription, out of a journal.

mod csv;
mod error;
mod failed_input;
mod html;
mod row;
mod totals;

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{JournalError, JournalView, Summary};

pub use csv::write_csv;
pub use error::ReportError;
pub use failed_input::{FailedInput, write_failed_as_input};
pub use html::write_html;
pub use row::{ReportOutcome, ReportRow};
pub use totals::ReportTotals;

/// A report as JSON has it: one row for each subscription.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// The base URL of the API that the plan was for.
    pub endpoint: String,
    /// The tenant of the calling partner, if it was given.
    pub tenant: Option<String>,
    /// When the journal was created.
    pub created: String,
    /// The rows of the plan, counted.
    pub summary: Summary,
    /// The rows of the report, counted.
    pub totals: ReportTotals,
    /// One row for each subscription, in the order of the plan.
    pub rows: Vec<ReportRow>,
}

impl Report {
    /// The JSON Schema of a report: the content of `report.schema.json`.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }

    /// A report without its rows.
    fn without_rows(view: &JournalView) -> Result<Self, JournalError> {
        let identity = view.identity()?;
        Ok(Self {
            endpoint: identity.endpoint,
            tenant: identity.tenant,
            created: view.created()?,
            summary: view.summary()?,
            totals: ReportTotals::read(view)?,
            rows: Vec::new(),
        })
    }
}

/// Writes the report of a journal as JSON, in the form of a [`Report`]. Only a few rows are in
/// memory at a time.
///
/// # Errors
///
/// The journal cannot be read, or the report not be written.
pub fn write_json(view: &JournalView, mut out: impl io::Write) -> Result<(), ReportError> {
    let _snapshot = view.snapshot()?;
    // The members before the rows, without the closing brackets.
    let head = serde_json::to_string(&Report::without_rows(view)?).map_err(io::Error::from)?;
    let head = head.strip_suffix("]}").unwrap_or(&head);
    out.write_all(head.as_bytes())?;
    let mut is_first = true;
    view.for_each(|record| {
        for row in row::rows(&record) {
            out.write_all(if is_first { b"\n" } else { b",\n" })?;
            is_first = false;
            serde_json::to_writer(&mut out, &row).map_err(io::Error::from)?;
        }
        Ok::<_, ReportError>(())
    })?;
    out.write_all(b"\n]}\n")?;
    Ok(())
}
