//! Reports as text for people, as JSON for scripts, and as CSV for spreadsheets.

mod accept;
mod csv;
mod json;
mod list;
mod new_transfer;
mod read_back;
mod record;
mod sweep;
mod table;
mod tables;
mod text;
mod time;
mod transfer;
mod value;
mod verbatim;

use crate::arguments::OutputFormat;
use crate::invocation::Ended;
use crate::report::Report;

pub(crate) use self::csv::error_code_table;
pub(crate) use self::json::{json, json_line, record_line};
pub(crate) use self::new_transfer::new_transfer;
pub use self::record::result_schema;
pub(crate) use self::tables::error_codes;
pub(crate) use self::text::failure;
pub(crate) use self::time::with_offset;
pub(crate) use self::transfer::transfer_in_question;

/// A notice about the result for standard error, such as that a list is empty.
pub(crate) fn notice(report: &Report, format: OutputFormat, quiet: bool) -> String {
    match format {
        OutputFormat::Text if !quiet => text::notice(report),
        _ => String::new(),
    }
}

/// The text for standard output.
pub(crate) fn result(report: &Report, run: Ended<'_>, format: OutputFormat, quiet: bool) -> String {
    match format {
        OutputFormat::Text if quiet => text::ids(report),
        OutputFormat::Text => text::report(report, &run.profile()),
        OutputFormat::Json => json::document(report, run),
        OutputFormat::Jsonl => json::lines(report, run),
        OutputFormat::Csv | OutputFormat::Tsv => csv::report(report, format),
    }
}
