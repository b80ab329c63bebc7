//! What a run reports while it goes on.

use std::fmt;
use std::time::Duration;

use partner_center_transfers::types::CustomerId;

use crate::journal::{Outcome, RowState};

/// Something that happened in a run.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// A row has a result for now. It is in the journal already.
    Row(RowEvent),
    /// Requests wait: those for one customer, or all.
    Paused {
        /// The customer; `None` for all.
        customer: Option<CustomerId>,
        /// The time from now on.
        time: Duration,
        /// Why.
        reason: PauseReason,
    },
    /// The run waits before it reads rows: those that the service still processes, or those of an
    /// earlier run whose requests can still be under way.
    Waiting {
        /// How many rows these are.
        rows: u64,
        /// The time until the last of them is read.
        time: Duration,
    },
    /// The run ends early: running calls end, and no other is sent.
    Stopping(StopReason),
}

/// The result of a row.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct RowEvent {
    /// The place in the plan, from 1.
    pub position: i64,
    /// The name of the row.
    pub key: String,
    /// The row of the input file as a spreadsheet numbers it, so that the header is row 1. Without a
    /// file it is the position.
    pub row: i64,
    /// The customer.
    pub customer: CustomerId,
    /// Settled, processing or unknown; planned or sending for a row that this run gives up, and a
    /// resume continues.
    pub state: RowState,
    /// The outcome of a settled row.
    pub outcome: Option<Outcome>,
    /// Why it failed, or why it has no outcome.
    pub cause: Option<String>,
}

/// Why requests wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PauseReason {
    /// The service limits the rate (status 429).
    RateLimited,
    /// There is no connection, or the service is not available for the moment.
    Unavailable,
}

/// Why a run ends before all rows are sent. The other rows stay as they are; a resume continues.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// [`Run::stop`](super::Run::stop) was called.
    Requested,
    /// The service or the login refuses the caller, so that each further row would fail likewise.
    Refused(String),
    /// The service cannot be reached, after several tries.
    Unreachable(String),
}

/// One sentence.
impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requested => f.write_str("stopped on request"),
            Self::Refused(error) => write!(f, "the caller is refused: {error}"),
            Self::Unreachable(error) => write!(f, "the service cannot be reached: {error}"),
        }
    }
}
