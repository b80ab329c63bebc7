//! Writes the report of a journal.

use std::fs::File;
use std::io;
use std::process::ExitCode;

use partner_center_bulk::{JournalView, write_csv, write_json};

use crate::arguments::{BulkReport, GlobalOptions, ReportFormat};
use crate::exit;
use crate::failure::Failure;

/// Writes the report to a file or to standard output.
pub(super) fn run(_global: &GlobalOptions, options: &BulkReport) -> Result<ExitCode, Failure> {
    let view =
        JournalView::open(&options.journal).map_err(|error| Failure::Usage(error.to_string()))?;
    let failed = |error: &dyn std::fmt::Display| Failure::Local(error.to_string());
    let out: Box<dyn io::Write> = match &options.out {
        None => Box::new(io::stdout().lock()),
        Some(path) => Box::new(File::create(path).map_err(|error| failed(&error))?),
    };
    let written = match options.format {
        ReportFormat::Csv => write_csv(&view, out),
        ReportFormat::Json => write_json(&view, out),
    };
    written.map_err(|error| failed(&error))?;
    Ok(exit::SUCCESS.into())
}
