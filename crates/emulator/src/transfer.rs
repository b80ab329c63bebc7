//! The states of one transfer, and what an accept makes of it.
//!
//! Active → accepted: complete, partially complete or failed; or active → withdrawn, which is no
//! state here, because the transfer is gone. Only an active transfer can be accepted or
//! withdrawn.
//!
//! The service's page on transfers names these states; "Failed" is what it calls a line item that
//! became no order, used here for a transfer of which none did.

use std::fmt;

use bytes::Bytes;

/// Where a transfer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Can be accepted and withdrawn.
    Active,
    /// The service works on it.
    InProgress,
    /// Each group of line items became an order.
    Complete,
    /// Some groups became orders.
    PartiallyComplete,
    /// No group became an order.
    Failed,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// What an accept leads to. Fixed beforehand for now; it will be worked out from the line items.
#[derive(Clone, Debug)]
pub(crate) struct Submission {
    /// A `TransferSubmitResult`, as JSON.
    pub(crate) result: Bytes,
    /// The state after it.
    pub(crate) becomes: State,
}

/// One transfer.
#[derive(Clone, Debug)]
pub(crate) struct Transfer {
    state: State,
    submission: Submission,
}

impl Transfer {
    pub(crate) fn new(state: State, submission: Submission) -> Self {
        Self { state, submission }
    }

    /// Accepts it and gives the result, or the state that does not allow it.
    pub(crate) fn accept(&mut self) -> Result<Bytes, State> {
        self.require_active()?;
        self.state = self.submission.becomes;
        Ok(self.submission.result.clone())
    }

    /// Whether it may be withdrawn, or the state that does not allow it. To withdraw is to
    /// forget it, so that is done where it is kept.
    pub(crate) fn may_be_withdrawn(&self) -> Result<(), State> {
        self.require_active()
    }

    fn require_active(&self) -> Result<(), State> {
        match self.state {
            State::Active => Ok(()),
            other => Err(other),
        }
    }
}
