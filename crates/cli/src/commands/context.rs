//! What a command that calls the service works with.

use std::cell::Cell;

use partner_center_transfers::Client;

use crate::arguments::GlobalOptions;
use crate::connection::Connection;
use crate::failure::{Failure, SentChange};
use crate::spinner::Spinner;

#[derive(Debug)]
pub(super) struct Context<'a> {
    pub(super) global: &'a GlobalOptions,
    connection: &'a Connection,
    sent_change: Cell<Option<SentChange>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(global: &'a GlobalOptions, connection: &'a Connection) -> Self {
        Self {
            global,
            connection,
            sent_change: Cell::new(None),
        }
    }

    pub(super) fn client(&self) -> &Client {
        self.connection.client()
    }

    /// The tenant id of the calling partner, if it is known.
    pub(super) fn caller(&self) -> Result<Option<String>, Failure> {
        self.connection.caller()
    }

    /// Starts a spinner, unless it would mix with the log.
    pub(super) fn spinner(&self, message: &str) -> Spinner {
        if self.global.quiet || self.global.verbose > 0 {
            Spinner::hidden()
        } else {
            Spinner::start(message)
        }
    }

    /// Records that a change is about to be sent: if the command is interrupted from now on, the
    /// outcome is unknown.
    pub(super) fn record_sent(&self, change: SentChange) {
        self.sent_change.set(Some(change));
    }

    pub(super) fn sent_change(&self) -> Option<SentChange> {
        self.sent_change.get()
    }
}
