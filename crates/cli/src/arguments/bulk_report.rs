//! `pctransfers bulk report`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(crate) struct BulkReport {
    /// Journal to read
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,

    /// Format of the report
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(crate) format: ReportFormat,

    /// File to write the report to [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// A table that Excel opens as it is
    Csv,
    /// One JSON document
    Json,
}
