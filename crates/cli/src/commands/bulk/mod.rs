//! `pctransfers bulk`: many transfers at once.

mod dry_run;
mod finding;
mod input;
mod interrupts;
mod progress;
mod question;
pub(super) mod report;
mod result;
mod resume;
mod run;
mod start;
mod status;
mod survey;
mod wording;

use std::process::ExitCode;

use crate::arguments::{BulkCommand, GlobalOptions};
use crate::end::End;
use crate::failure::Failure;
use crate::{runtime, terminal};

/// Runs a command for many transfers, and returns its exit code.
pub(crate) fn run(global: &GlobalOptions, command: &BulkCommand) -> Result<ExitCode, Failure> {
    match command {
        BulkCommand::Report(options) => report::run(global, options),
        BulkCommand::Status(options) => Ok(status::status(global, options)?.print()),
        BulkCommand::Resume(options) => run_until_end(global, resume::resume(global, options)),
        _ => match command.plan() {
            Some((operation, options)) => match start::check(global, operation, options)? {
                Ok(plan) => run_until_end(global, start::start(global, operation, options, plan)),
                Err(problems) => Ok(problems.print()),
            },
            None => unreachable!("each other command has a plan"),
        },
    }
}

fn run_until_end(
    global: &GlobalOptions,
    work: impl Future<Output = Result<End, Failure>>,
) -> Result<ExitCode, Failure> {
    terminal::enable_log(global.verbose);
    runtime::run(async {
        let end = Box::pin(work).await;
        end.unwrap_or_else(|failure| End::of_failure(global, "bulk", failure))
    })
}
