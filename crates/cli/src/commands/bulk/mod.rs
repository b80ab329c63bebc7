//! `pctransfers bulk`: many transfers at once.

pub(super) mod report;

use std::process::ExitCode;

use crate::arguments::{BulkCommand, GlobalOptions};
use crate::failure::Failure;

/// Runs a command for many transfers, and returns its exit code.
pub(crate) fn run(global: &GlobalOptions, command: &BulkCommand) -> Result<ExitCode, Failure> {
    match command {
        BulkCommand::Report(options) => report::run(global, options),
        _ => Err(Failure::Local("not implemented yet".to_owned())),
    }
}
