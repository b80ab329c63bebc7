//! What came of a command, before anyone thinks of how to show it.

use partner_center_transfers::types::{
    TransferEligibility, TransferEntity, TransferId, TransferStatus, TransferSubmitResult,
};
use partner_center_transfers::{
    AcceptOutcome, Error, RequestId, Response, SubscriptionResult, SubscriptionSummary,
    TransferPhase, Verdict, WaitOutcome,
};
use serde_json::value::RawValue;

use crate::exit::Exit;

/// What came of a command, with all that there is to tell of it. Boxed where it is large.
#[derive(Debug)]
pub(crate) enum Report {
    /// The service accepted the transfer, or said why it moved nothing.
    Accepted(Box<Accepted>),
    /// Any other change that is answered with the transfer.
    Changed {
        action: Action,
        answer: Box<Response<TransferEntity>>,
    },
    Withdrawn {
        transfer: TransferId,
        answer: Response<()>,
    },
    Shown(Box<Response<TransferEntity>>),
    Transfers(Listed<TransferEntity>),
    Eligibility(Listed<TransferEligibility>),
    WaitOutcome {
        transfer: TransferId,
        waited: WaitOutcome,
    },
    /// The answer to a change was lost, and this is what was read afterwards.
    Confirmed(Box<Confirmed>),
    /// The answer to the question was no.
    Declined,
    Failed(Failure),
}

#[derive(Debug)]
pub(crate) struct Accepted {
    pub(crate) transfer: TransferId,
    pub(crate) acceptance: AcceptOutcome,
    pub(crate) answer: Response<TransferSubmitResult>,
    /// The transfer as it was before, if it was read.
    pub(crate) before: Option<TransferEntity>,
    /// The transfer as it settled, or while the service works on it: read where the answer does
    /// not say all.
    pub(crate) after: Option<TransferEntity>,
}

impl Accepted {
    /// What became of each subscription, if it is known which ones there are.
    pub(crate) fn by_subscription(&self) -> Option<Vec<SubscriptionSummary<'_>>> {
        match (&self.after, &self.before) {
            (Some(after), _) if after.is_settled() => Some(after.by_subscription()),
            (_, Some(before)) => Some(self.answer.get().by_subscription(before)),
            (_, None) => None,
        }
    }

    /// Whether it is known of each subscription that it has moved or failed, as far as it is known
    /// which ones there are.
    pub(crate) fn says_all(&self) -> bool {
        let is_silent = |outcome: &SubscriptionSummary<'_>| {
            matches!(outcome.result, SubscriptionResult::NotMentioned)
        };
        let outcomes = self.by_subscription();
        !outcomes.iter().flatten().any(is_silent)
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match (&self.acceptance, &self.after) {
            (_, Some(after)) => end_of(after),
            (AcceptOutcome::Complete { .. }, None) => Outcome::Complete,
            (AcceptOutcome::Partial { .. }, None) => Outcome::Partial,
            (AcceptOutcome::Failed { .. }, None) => Outcome::Failed,
            (AcceptOutcome::Unknown, None) => Outcome::Unknown,
        }
    }
}

/// A list, as far as it is to be shown and in that order, each item also as it came.
#[derive(Debug)]
pub(crate) struct Listed<T> {
    pub(crate) answer: Box<Response<Vec<T>>>,
    pub(crate) shown: Vec<(T, Box<RawValue>)>,
}

#[derive(Debug)]
pub(crate) struct Confirmed {
    pub(crate) action: Action,
    /// The transfer that was to be changed; a create has none yet.
    pub(crate) id: Option<TransferId>,
    pub(crate) error: Error,
    pub(crate) verdict: Verdict,
    /// What was read, such as `applied: the transfer is Complete`.
    pub(crate) sentence: String,
    /// What was read: several only where nobody can say which of them a create has made.
    pub(crate) transfers: Vec<TransferEntity>,
}

/// What changes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    /// Licence-based.
    Accept,
    AcceptNewCommerce,
    Reject,
    Cancel,
    Withdraw,
}

/// A change that was sent, by the id that it carries.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) action: Action,
    pub(crate) request_id: RequestId,
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked for cannot be done as it was asked.
    Usage(String),
    /// This machine is in the way.
    Local(String),
    /// Someone has interrupted it, after this change was sent if there is one.
    Interrupted(Option<Sent>),
    /// The client or the service says so.
    Call(Error),
}

/// The outcome in one word. The words are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    Partial,
    Failed,
    Created,
    /// Of new commerce: the service works on it.
    Accepted,
    Rejected,
    Cancelled,
    Withdrawn,
    Read,
    NotApplied,
    NotSettled,
    /// The transfer came to an end in which nothing moves.
    Ended,
    Refused,
    /// The service is in trouble, or too busy; it may fare better later.
    Unavailable,
    Unknown,
    Declined,
    Interrupted,
    Error,
}

impl Report {
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Accepted(accepted) => accepted.outcome(),
            // Most likely the service still works on it; if not, its answer says how it went.
            Self::Changed {
                action: Action::AcceptNewCommerce,
                answer,
            } if answer.get().is_settled() => end_of(answer.get()),
            Self::Changed {
                action: action @ (Action::Reject | Action::Cancel),
                answer,
            } => match answer.get().phase() {
                TransferPhase::Open => Outcome::NotApplied,
                TransferPhase::InProgress => Outcome::NotSettled,
                TransferPhase::Processed | TransferPhase::Expired => Outcome::Ended,
                _ => action.outcome(),
            },
            Self::Changed { action, .. } => action.outcome(),
            Self::Withdrawn { .. } => Outcome::Withdrawn,
            Self::Shown(_) | Self::Transfers(_) | Self::Eligibility(_) => Outcome::Read,
            Self::WaitOutcome { waited, .. } => match waited {
                WaitOutcome::Settled(transfer) => end_of(transfer),
                WaitOutcome::TimedOut(_) => Outcome::NotSettled,
                _ => Outcome::Ended,
            },
            Self::Confirmed(confirmed) => confirmed.outcome(),
            Self::Declined => Outcome::Declined,
            Self::Failed(failure) => failure.outcome(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match (self, self.outcome()) {
            (Self::Failed(failure), Outcome::Error) if failure.is_usage() => Exit::Usage,
            (_, outcome) => outcome.exit(),
        }
    }
}

impl Confirmed {
    fn outcome(&self) -> Outcome {
        match (self.verdict, self.action, &self.transfers[..]) {
            (Verdict::Applied, Action::Accept | Action::AcceptNewCommerce, [transfer]) => {
                end_of(transfer)
            }
            (Verdict::Applied, action, _) => action.outcome(),
            (Verdict::NotApplied, ..) => Outcome::NotApplied,
            (Verdict::NotYetSettled, ..) => Outcome::NotSettled,
            (Verdict::Overtaken, ..) => Outcome::Ended,
            _ => Outcome::Unknown,
        }
    }
}

/// What a transfer that was read came to.
fn end_of(transfer: &TransferEntity) -> Outcome {
    let outcomes = transfer.by_subscription();
    let has_failed = |outcome: &SubscriptionSummary<'_>| {
        matches!(outcome.result, SubscriptionResult::Failed { .. })
    };
    let failed = outcomes
        .iter()
        .filter(|outcome| has_failed(outcome))
        .count();
    match transfer.phase() {
        TransferPhase::Rejected | TransferPhase::Cancelled | TransferPhase::Expired => {
            Outcome::Ended
        }
        _ if !transfer.is_settled() => Outcome::NotSettled,
        // What some line items do not say, the status does.
        _ if transfer.status == Some(TransferStatus::PartiallyComplete) => Outcome::Partial,
        _ if failed == 0 => Outcome::Complete,
        _ if failed == outcomes.len() => Outcome::Failed,
        _ => Outcome::Partial,
    }
}

impl Action {
    /// As in "failed to accept".
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Accept | Self::AcceptNewCommerce => "accept",
            Self::Reject => "reject",
            Self::Cancel => "cancel",
            Self::Withdraw => "withdraw",
        }
    }

    fn outcome(self) -> Outcome {
        match self {
            Self::Create => Outcome::Created,
            Self::Accept | Self::AcceptNewCommerce => Outcome::Accepted,
            Self::Reject => Outcome::Rejected,
            Self::Cancel => Outcome::Cancelled,
            Self::Withdraw => Outcome::Withdrawn,
        }
    }

    /// As in "was accepted".
    pub(crate) fn past(self) -> &'static str {
        self.outcome().word()
    }
}

impl Failure {
    fn outcome(&self) -> Outcome {
        match self {
            Self::Interrupted(None) => Outcome::Interrupted,
            Self::Interrupted(Some(_)) => Outcome::Unknown,
            // Before all else: a refusal that leaves this open is none to rely on.
            Self::Call(error) if error.may_have_been_applied() => Outcome::Unknown,
            Self::Call(error) if is_outage(error) => Outcome::Unavailable,
            Self::Call(error) if error.is_service() => Outcome::Refused,
            Self::Usage(_) | Self::Local(_) | Self::Call(_) => Outcome::Error,
        }
    }

    fn is_usage(&self) -> bool {
        match self {
            Self::Usage(_) => true,
            Self::Local(_) | Self::Interrupted(_) => false,
            Self::Call(error) => error.is_invalid_input() || error.is_configuration(),
        }
    }

    /// One sentence.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Usage(message) | Self::Local(message) => message.clone(),
            Self::Interrupted(None) => "interrupted; nothing was changed".to_owned(),
            Self::Interrupted(Some(Sent { action, request_id })) => format!(
                "interrupted; the service may have carried out the {}: read {} before you try \
                 again, with --request-id {request_id}",
                action.verb(),
                match action {
                    Action::Create => "the customer's transfers",
                    _ => "the transfer",
                }
            ),
            Self::Call(error) => error.to_string(),
        }
    }

    /// The id of the call, if one was made.
    pub(crate) fn request_id(&self) -> Option<RequestId> {
        match self {
            Self::Interrupted(sent) => sent.map(|sent| sent.request_id),
            Self::Call(error) => error.request_id(),
            Self::Usage(_) | Self::Local(_) => None,
        }
    }

    /// The client's error, if it came that far.
    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Self::Call(error) => Some(error),
            Self::Usage(_) | Self::Local(_) | Self::Interrupted(_) => None,
        }
    }

    /// Whether the service may have changed something.
    pub(crate) fn may_have_been_applied(&self) -> bool {
        self.outcome() == Outcome::Unknown
    }
}

/// Whether the service answered, and was in trouble or too busy.
fn is_outage(error: &Error) -> bool {
    let broken = error
        .status()
        .is_some_and(|status| status.is_server_error());
    error.is_service() && (broken || error.is_transient())
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl Outcome {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Created => "created",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Cancelled => "cancelled",
            Self::Withdrawn => "withdrawn",
            Self::Read => "read",
            Self::NotApplied => "notApplied",
            Self::NotSettled => "notSettled",
            Self::Ended => "ended",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Unknown => "unknown",
            Self::Declined => "declined",
            Self::Interrupted => "interrupted",
            Self::Error => "error",
        }
    }

    fn exit(self) -> Exit {
        match self {
            Self::Complete
            | Self::Created
            | Self::Accepted
            | Self::Rejected
            | Self::Cancelled
            | Self::Withdrawn
            | Self::Read => Exit::Done,
            Self::Partial => Exit::Partial,
            Self::Failed | Self::Ended | Self::Refused => Exit::Refused,
            Self::Unknown => Exit::Unknown,
            Self::NotApplied => Exit::NotApplied,
            Self::NotSettled => Exit::NotSettled,
            Self::Interrupted => Exit::Interrupted,
            Self::Unavailable | Self::Declined | Self::Error => Exit::Other,
        }
    }
}
