//! Reports as CSV that opens in Excel as it is.

use std::io;

use csv::{Terminator, WriterBuilder};

use crate::formula::neutral;
use crate::journal::{JournalError, JournalView};

use super::error::ReportError;
use super::row::ReportRow;

/// The columns before those that are carried.
const COLUMNS: [&str; 20] = [
    "row",
    "operation",
    "customer",
    "transfer",
    "subscription",
    "order",
    "subscription_after",
    "offer",
    "quantity",
    "outcome",
    "code",
    "cause",
    "remedy",
    "created",
    "sent",
    "accepted",
    "completed",
    "expires",
    "request_id",
    "reference",
];

/// Writes the report of a journal as CSV: UTF-8 with a mark, commas, and a row for each
/// subscription. The columns that the input carried come last.
///
/// A spreadsheet takes a cell for a formula if it starts with `=`, `+`, `-`, `@`, a tab or a carriage
/// return. Such a cell gets an apostrophe before it, which a plan that is read removes.
///
/// # Errors
///
/// The journal cannot be read, or the report not be written.
pub fn write_csv(view: &JournalView, mut out: impl io::Write) -> Result<(), ReportError> {
    let _snapshot = view.snapshot()?;
    let carried = carried_columns(view)?;
    out.write_all("\u{FEFF}".as_bytes())?;
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(out);
    let names = carried.iter().map(|name| {
        if COLUMNS.contains(&name.as_str()) {
            format!("{name} (input)")
        } else {
            name.clone()
        }
    });
    let header = COLUMNS.map(str::to_owned).into_iter().chain(names);
    writer.write_record(header.map(neutral))?;
    view.for_each(|record| {
        for row in super::row::rows(&record) {
            let carried = carried.iter().map(|name| row.carried.get(name).cloned());
            let cells = cells(&row).into_iter().chain(carried);
            writer.write_record(cells.map(|cell| neutral(cell.unwrap_or_default())))?;
        }
        Ok::<_, ReportError>(())
    })?;
    writer.flush()?;
    Ok(())
}

/// The names of all carried columns, in the order in which they come up.
pub(super) fn carried_columns(view: &JournalView) -> Result<Vec<String>, JournalError> {
    let mut names = Vec::new();
    view.for_each(|record| {
        for (name, _) in record.carried {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Ok::<_, JournalError>(())
    })?;
    Ok(names)
}

/// The cells of the first columns.
fn cells(row: &ReportRow) -> [Option<String>; COLUMNS.len()] {
    [
        Some(row.row.to_string()),
        Some(row.operation.clone()),
        Some(row.customer.clone()),
        row.transfer.clone(),
        row.subscription.clone(),
        row.order.clone(),
        row.subscription_after.clone(),
        row.offer.clone(),
        row.quantity.map(|quantity| quantity.to_string()),
        Some(row.outcome.as_str().to_owned()),
        row.code.clone(),
        row.cause.clone(),
        row.remedy.clone(),
        row.created.clone(),
        row.sent.clone(),
        row.accepted.clone(),
        row.completed.clone(),
        row.expires.clone(),
        row.request_id.clone(),
        row.reference.clone(),
    ]
}
