//! `pctransfers bulk report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct BulkReport {
    /// Journal to read
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,

    /// Format of the report
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        required_unless_present = "failed_as_input"
    )]
    pub(crate) format: Option<ReportFormat>,

    /// File to write the report to [default: standard output]
    ///
    /// Only an earlier report or an empty file is replaced.
    #[arg(long, value_name = "FILE", requires = "format")]
    pub(crate) out: Option<PathBuf>,

    /// CSV file to write the failed subscriptions to, as the input of bulk create
    ///
    /// Without --format, only this file is written.
    /// A transfer that was accepted cannot be accepted again: the failed subscriptions need a new
    /// one. Fix the causes first. No existing file is replaced.
    #[arg(long, value_name = "FILE")]
    pub(crate) failed_as_input: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// A table that Excel opens as it is
    Csv,
    /// One JSON document; crates/bulk/report.schema.json is its JSON Schema
    Json,
    /// One page to read, send and print; it loads nothing
    Html,
}
