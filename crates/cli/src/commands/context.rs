//! What a command that calls the service works with.

use std::cell::Cell;

use crate::arguments::GlobalOptions;
use crate::connection::Connection;
use crate::failure::SentChange;
use crate::spinner::Spinner;

#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) global: &'a GlobalOptions,
    pub(super) connection: &'a Connection,
    /// The change that was sent. If the command is interrupted after that, the outcome is unknown.
    pub(super) sent_change: Cell<Option<SentChange>>,
}

impl Context<'_> {
    /// Starts a spinner, unless it would mix with the log.
    pub(super) fn spinner(&self, message: &str) -> Spinner {
        spinner(self.global, message)
    }
}

/// Starts a spinner, unless it would mix with the log.
pub(super) fn spinner(global: &GlobalOptions, message: &str) -> Spinner {
    if global.quiet || global.verbose > 0 {
        Spinner::hidden()
    } else {
        Spinner::start(message)
    }
}
