//! How a step of a row ends.

use std::time::Duration;

use crate::journal::row::RowUpdate;

use super::event::{Event, RowEvent, StopReason};
use super::pending::{Pending, Step};

/// How a step ended.
#[derive(Debug)]
pub(super) enum StepEnd {
    /// The row has a result for now, which is in the journal.
    Finished(RowEvent),
    /// The row is still processed, as before.
    StillProcessing,
    /// The row has a next step, after this time at the earliest.
    Again {
        pending: Box<Pending>,
        after: Duration,
        event: Option<Event>,
    },
    /// The run must end.
    Stop(StopReason),
}

pub(super) fn at_once(pending: Pending) -> StepEnd {
    again(pending, Duration::ZERO)
}

pub(super) fn again(pending: Pending, after: Duration) -> StepEnd {
    StepEnd::Again {
        pending: Box::new(pending),
        after,
        event: None,
    }
}

pub(super) fn finished(pending: Pending, update: &RowUpdate) -> StepEnd {
    StepEnd::Finished(RowEvent {
        position: pending.row.position,
        key: pending.row.key,
        row: pending.row.row,
        customer: pending.row.customer,
        state: update.state,
        outcome: update.outcome,
        cause: update.cause.clone(),
    })
}

/// After an attempt that may have been applied, the transfer is read before anything else.
pub(super) fn ambiguous(mut pending: Pending) -> StepEnd {
    pending.ambiguous = true;
    pending.sends += 1;
    pending.failures = 0;
    pending.step = Step::Confirm;
    at_once(pending)
}
