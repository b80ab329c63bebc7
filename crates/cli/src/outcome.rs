//! The outcome of a command in one word, and the changes that a command can make.

use serde::Serialize;

use crate::exit;

/// The outcome of a command. JSON output names it, and scripts rely on the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CommandOutcome {
    Complete,
    Partial,
    Failed,
    Created,
    /// A new-commerce transfer was accepted, and the service is still processing it.
    Accepted,
    Rejected,
    Cancelled,
    Withdrawn,
    Read,
    NotApplied,
    NotSettled,
    /// The transfer has ended without moving anything.
    Ended,
    Refused,
    /// The service has a problem or is too busy; a later call may succeed.
    Unavailable,
    Unknown,
    Declined,
    Interrupted,
    #[default]
    Error,
    #[serde(rename = "error")]
    UsageError,
}

impl CommandOutcome {
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Complete
            | Self::Created
            | Self::Accepted
            | Self::Rejected
            | Self::Cancelled
            | Self::Withdrawn
            | Self::Read => exit::SUCCESS,
            Self::Unavailable | Self::Declined | Self::Error => exit::OTHER,
            Self::UsageError => exit::USAGE,
            Self::Partial => exit::PARTIAL,
            Self::Failed | Self::Ended | Self::Refused => exit::REFUSED,
            Self::Unknown => exit::UNKNOWN,
            Self::NotApplied => exit::NOT_APPLIED,
            Self::NotSettled => exit::NOT_SETTLED,
            Self::Interrupted => exit::INTERRUPTED,
        }
    }
}

/// A change to the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    /// Accept a license-based transfer.
    Accept,
    AcceptNewCommerce,
    Reject,
    Cancel,
    Withdraw,
}

impl Action {
    /// The verb, the past participle, and the outcome if the change was applied.
    fn describe(self) -> (&'static str, &'static str, CommandOutcome) {
        match self {
            Self::Create => ("create", "created", CommandOutcome::Created),
            Self::Accept | Self::AcceptNewCommerce => {
                ("accept", "accepted", CommandOutcome::Accepted)
            }
            Self::Reject => ("reject", "rejected", CommandOutcome::Rejected),
            Self::Cancel => ("cancel", "cancelled", CommandOutcome::Cancelled),
            Self::Withdraw => ("withdraw", "withdrawn", CommandOutcome::Withdrawn),
        }
    }

    /// The verb, as in "failed to accept".
    pub(crate) fn verb(self) -> &'static str {
        self.describe().0
    }

    /// The past participle, as in "was accepted".
    pub(crate) fn past(self) -> &'static str {
        self.describe().1
    }

    /// The outcome if the change was applied.
    pub(crate) fn outcome(self) -> CommandOutcome {
        self.describe().2
    }

    /// What to check before the change is repeated.
    pub(crate) fn read_target(self) -> &'static str {
        match self {
            Self::Create => "the customer's transfers",
            _ => "the transfer",
        }
    }
}
