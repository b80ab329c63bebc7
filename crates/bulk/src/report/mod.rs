//! Reports: what became of each subscription, out of a journal.

mod csv;
mod error;
mod failed_input;
mod formula;
mod row;

use std::io;

use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{JournalView, Summary};

pub use csv::write_csv;
pub use error::ReportError;
pub use failed_input::{FailedInput, write_failed_as_input};
pub use row::{ReportOutcome, ReportRow};

/// A report as JSON has it: one row for each subscription.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// The base URL of the API that the plan was for.
    pub endpoint: String,
    /// The rows of the plan, counted.
    pub summary: Summary,
    /// One row for each subscription, in the order of the plan.
    pub rows: Vec<ReportRow>,
}

impl Report {
    /// The JSON Schema of a report.
    pub fn json_schema() -> serde_json::Value {
        schemars::schema_for!(Self).to_value()
    }
}

/// Writes the report of a journal as JSON, in the form of a [`Report`]. Only a few rows are in
/// memory at a time.
///
/// # Errors
///
/// The journal cannot be read, or the report not be written.
pub fn write_json(view: &JournalView, mut out: impl io::Write) -> Result<(), ReportError> {
    // The members before the rows, without the closing brackets.
    let head = Report {
        endpoint: view.identity()?.endpoint,
        summary: view.summary()?,
        rows: Vec::new(),
    };
    let head = serde_json::to_string(&head).map_err(io::Error::from)?;
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
