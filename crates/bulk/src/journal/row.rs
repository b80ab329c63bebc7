//! The rows of a journal: their states, outcomes and records.

use std::fmt;

use partner_center_transfers::RequestId;
use partner_center_transfers::types::CustomerId;
use serde::Serialize;

use crate::plan::Change;

macro_rules! words {
    ($name:ident { $($variant:ident = $word:literal),* }) => {
        impl $name {
            /// The word in the journal.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),*
                }
            }

            pub(crate) fn from_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

/// How far a row has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RowState {
    /// Not sent, or sent and certainly not applied. It will be sent.
    Planned,
    /// May have been sent. The result is not known yet, and is read back before anything else.
    Sending,
    /// Accepted, and the service still processes it.
    Processing,
    /// Has an [`Outcome`].
    Settled,
    /// The result cannot be found out. A person must look; the row is never sent again.
    Unknown,
}

words!(RowState {
    Planned = "planned",
    Sending = "sending",
    Processing = "processing",
    Settled = "settled",
    Unknown = "unknown"
});

/// What became of a settled row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// As planned.
    Done,
    /// Some of the subscriptions moved, others failed.
    InPart,
    /// Nothing was changed or moved.
    Failed,
}

words!(Outcome {
    Done = "done",
    InPart = "in_part",
    Failed = "failed"
});

/// A row that is still to be run.
#[derive(Clone, Debug)]
pub(crate) struct OpenRow {
    pub(crate) position: i64,
    pub(crate) key: String,
    pub(crate) row: i64,
    pub(crate) customer: CustomerId,
    pub(crate) change: Change,
    pub(crate) state: RowState,
    pub(crate) request_id: Option<RequestId>,
    /// What was read before the change was sent.
    pub(crate) before: Option<String>,
    /// The start of the last attempt of the change.
    pub(crate) last_sent: Option<String>,
}

/// What a row becomes, along with the end of an attempt.
#[derive(Clone, Debug)]
pub(crate) struct RowUpdate {
    pub(crate) state: RowState,
    pub(crate) outcome: Option<Outcome>,
    pub(crate) transfer: Option<String>,
    pub(crate) status: Option<u16>,
    pub(crate) code: Option<String>,
    pub(crate) cause: Option<String>,
    pub(crate) remedy: Option<String>,
    pub(crate) answer: Option<String>,
    pub(crate) read_back: Option<String>,
    pub(crate) expires: Option<String>,
}

impl RowUpdate {
    pub(crate) fn state(state: RowState) -> Self {
        Self {
            state,
            outcome: None,
            transfer: None,
            status: None,
            code: None,
            cause: None,
            remedy: None,
            answer: None,
            read_back: None,
            expires: None,
        }
    }

    pub(crate) fn settled(outcome: Outcome) -> Self {
        Self {
            outcome: Some(outcome),
            ..Self::state(RowState::Settled)
        }
    }

    pub(crate) fn unknown(cause: impl Into<String>) -> Self {
        Self {
            cause: Some(cause.into()),
            remedy: Some(
                "look at the customer's transfers in Partner Center, and decide whether to send it \
                 again in a new plan"
                    .to_owned(),
            ),
            ..Self::state(RowState::Unknown)
        }
    }
}
