//! A row that waits for its next step.

use crate::journal::RowState;
use crate::journal::row::{OpenRow, RowUpdate};

/// A row that waits for its next step.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) row: OpenRow,
    pub(super) step: Step,
    /// Whether an attempt may have been applied, so that no answer to a later one is final.
    pub(super) ambiguous: bool,
    /// Whether an attempt was turned away by a rate limit. A later refusal is read back, since the
    /// service refuses what that attempt has done nevertheless.
    pub(super) turned_away: bool,
    /// The number of steps in a row that failed for a reason that may pass.
    pub(super) failures: u32,
    /// How often the change was sent without an answer in this run.
    pub(super) sends: u32,
    /// A refusal of a later attempt than one that may have been applied.
    pub(super) refusal: Option<Box<RowUpdate>>,
}

/// The next step of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Send the change.
    Send,
    /// Read whether the change was applied.
    Confirm,
    /// Read whether the service has processed it.
    Poll,
}

impl Pending {
    pub(super) fn new(row: OpenRow) -> Self {
        let step = match row.state {
            RowState::Sending => Step::Confirm,
            RowState::Processing => Step::Poll,
            _ => Step::Send,
        };
        Self {
            ambiguous: row.state == RowState::Sending,
            row,
            step,
            turned_away: false,
            failures: 0,
            sends: 0,
            refusal: None,
        }
    }

    /// The state of the row if nothing more is found out about it.
    pub(super) fn resting_state(&self) -> RowState {
        match self.step {
            Step::Poll => RowState::Processing,
            _ if self.ambiguous => RowState::Sending,
            _ => RowState::Planned,
        }
    }
}
