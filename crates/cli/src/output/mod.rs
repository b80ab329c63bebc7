//! Reports as text for people and as JSON for scripts.

mod accept;
mod json;
mod new_transfer;
mod read_back;
mod record;
mod tables;
mod text;
mod transfer;
mod value;
mod verbatim;

use crate::arguments::OutputFormat;
use crate::invocation::Ended;
use crate::report::Report;

pub(crate) use self::json::{json, json_line, record_line};
pub(crate) use self::new_transfer::new_transfer;
pub use self::record::result_schema;
pub(crate) use self::tables::error_codes;
pub(crate) use self::text::failure;
pub(crate) use self::transfer::transfer_in_question;
pub(crate) use self::value::count;

/// The text for standard output.
pub(crate) fn result(report: &Report, run: Ended<'_>, format: OutputFormat, quiet: bool) -> String {
    match format {
        OutputFormat::Text if quiet => text::ids(report),
        OutputFormat::Text => text::report(report),
        OutputFormat::Json => json::document(report, run),
        OutputFormat::Jsonl => json::lines(report, run),
    }
}
