//! The outcome of a command in one word, and the changes that a command can make.

use schemars::JsonSchema;
use serde::Serialize;

use crate::exit;

/// The outcome of a command in one word. Scripts rely on the words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) enum CommandOutcome {
    /// All subscriptions of the transfer have moved.
    Complete,
    /// Some subscriptions have moved, others have not; or some of many customers could not be read.
    Partial,
    /// The transfer was accepted, and no subscription has moved.
    Failed,
    /// The transfer was created.
    Created,
    /// The source partner has accepted a new-commerce transfer, and the service is processing it.
    Accepted,
    /// The transfer was rejected.
    Rejected,
    /// The transfer was cancelled.
    Cancelled,
    /// The transfer was withdrawn.
    Withdrawn,
    /// The answer contains what was read.
    Read,
    /// The change was not applied, according to the response or to the state that was read back.
    NotApplied,
    /// The service is still processing the transfer, or the wait ended first.
    NotSettled,
    /// The transfer has ended without moving anything: it was rejected or cancelled, has expired, or no
    /// longer exists. Or it has ended in another way than the change asked for.
    Ended,
    /// The service refused the call.
    Refused,
    /// The service has a problem or is too busy, and has applied nothing; a later call may succeed.
    Unavailable,
    /// The service may have applied the change: read the state before a repetition.
    Unknown,
    /// The user declined the change, and nothing was sent.
    Declined,
    /// The command was interrupted before a change was sent.
    Interrupted,
    /// The command failed in another way. With exit code 2 the arguments or the settings are invalid, or
    /// a check before the change failed, and no change was sent.
    #[default]
    Error,
    #[serde(rename = "error")]
    #[schemars(skip)]
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
