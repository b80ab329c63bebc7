//! Runs a journal to its end, shows how far it is, and lets Ctrl-C stop it.

use std::time::Instant;

use partner_center_bulk::{
    Finished, Journal, JournalError, JournalView, Operation, RunOptions, Runner, StopReason,
};

use super::interrupts::Interrupts;
use super::progress::RunProgress;
use super::result;
use crate::arguments::{GlobalOptions, RunArguments};
use crate::commands::progress::Meter;
use crate::connection::Connection;
use crate::end::End;
use crate::failure::Failure;

/// The settings of a run.
pub(super) fn options(
    arguments: &RunArguments,
    connection: &Connection,
) -> Result<RunOptions, Failure> {
    let seconds = std::time::Duration::from_secs;
    let mut options = RunOptions::default()
        .concurrency(usize::try_from(arguments.concurrency).unwrap_or(usize::MAX))
        .rate(arguments.rate)
        .wait(seconds(arguments.wait))
        .resend_delay(seconds(arguments.resend_delay))
        // The report names the subscriptions before the transfer, which answers leave out.
        .read_details(true);
    if let Some(rate) = arguments.customer_rate {
        options = options.customer_rate(rate);
    }
    if let Some(tenant) = connection.caller()? {
        options = options.tenant(tenant);
    }
    Ok(options)
}

/// Runs what is left of a journal. The first interrupt lets running calls end, and the second one
/// ends at once.
pub(super) async fn run(
    global: &GlobalOptions,
    connection: &Connection,
    journal: Journal,
    operation: Operation,
    options: RunOptions,
    interrupts: &mut Interrupts,
) -> Result<End, Failure> {
    let path = journal.path().to_owned();
    // Not kept open: the last one who closes a journal moves all changes into its file, which only
    // its writer can.
    let summary = || JournalView::open(&path)?.summary();
    let before = summary().map_err(|error| unusable(&error))?;
    let mut progress = RunProgress::new(operation, &before, Instant::now());
    let runner = Runner::new(connection.client().clone(), journal).options(options);
    let mut run = runner.start().map_err(|error| unusable(&error))?;
    let mut meter = Meter::start(global, &progress.line(&before, Instant::now()));
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            biased;
            () = interrupts.pressed(if is_stopping { 2 } else { 1 }) => {
                if is_stopping {
                    // Cuts off the calls, so that the counts are those of the journal from now on. A
                    // resume reads back what became of them.
                    drop(run);
                    break None;
                }
                is_stopping = true;
                run.stop();
                progress.stop();
                meter.say(
                    "\nInterrupted: running calls end, and no other is made. Press Ctrl-C again to \
                     end now.\n",
                );
            }
            () = meter.tick() => {
                // The calls go on if the journal cannot be read for a moment.
                if let Ok(summary) = summary() {
                    meter.show(progress.line(&summary, Instant::now()));
                }
            }
            event = run.next_event() => match event {
                Some(event) => progress.note(&event, Instant::now()),
                None => break Some(run.finish().await.map_err(|error| unwritten(&error))?),
            },
        }
    };
    drop(meter);
    let (summary, stopped) = match ended {
        Some(Finished {
            summary, stopped, ..
        }) => (summary, stopped),
        None => (
            summary().map_err(|error| unwritten(&error))?,
            Some(StopReason::Requested),
        ),
    };
    Ok(result::end(
        global,
        &path,
        operation,
        &summary,
        stopped.as_ref(),
    ))
}

/// A journal that cannot be used, so that nothing was sent.
pub(super) fn unusable(error: &JournalError) -> Failure {
    Failure::Usage(error.to_string())
}

/// A journal that can no longer be used during a run.
fn unwritten(error: &JournalError) -> Failure {
    Failure::Local(error.to_string())
}
