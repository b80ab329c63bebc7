//! Continues the run of a journal.

use partner_center_bulk::{Journal, JournalError, JournalView, Operation};

use super::interrupts::Interrupts;
use super::run;
use crate::arguments::{BulkResume, GlobalOptions};
use crate::connection::Connection;
use crate::end::End;
use crate::failure::Failure;

/// Runs what is left of a journal.
pub(super) async fn resume(global: &GlobalOptions, options: &BulkResume) -> Result<End, Failure> {
    let mut interrupts = Interrupts::start();
    let journal = Journal::open(&options.journal).map_err(|error| run::unusable(&error))?;
    let view = JournalView::open(&options.journal).map_err(|error| run::unusable(&error))?;
    let operation = operation(&view).map_err(|error| run::unusable(&error))?;
    drop(view);
    let connection = Connection::open_as(global, operation == Operation::Withdraw, true).await?;
    let settings = run::options(&options.run, &connection)?;
    Box::pin(run::run(
        global,
        &connection,
        journal,
        operation,
        settings,
        &mut interrupts,
    ))
    .await
}

/// The operation of the first row, which is that of all others.
pub(super) fn operation(view: &JournalView) -> Result<Operation, JournalError> {
    /// Why the reading of rows stops.
    enum Stop {
        Found(Operation),
        Failed(JournalError),
    }

    impl From<JournalError> for Stop {
        fn from(error: JournalError) -> Self {
            Self::Failed(error)
        }
    }

    match view.for_each(|row| Err(Stop::Found(row.change.operation()))) {
        Err(Stop::Found(operation)) => Ok(operation),
        Err(Stop::Failed(error)) => Err(error),
        // A plan has rows.
        Ok(()) => Ok(Operation::Accept),
    }
}
