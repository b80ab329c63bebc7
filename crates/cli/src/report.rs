//! The result of a command, independent of how it is shown.

use partner_center_transfers::types::{
    CustomerId, TransferEligibility, TransferEntity, TransferId, TransferStatus,
    TransferSubmitResult,
};
use partner_center_transfers::{
    AcceptOutcome, Error, Response, SubscriptionResult, SubscriptionSummary, TransferPhase,
    Verdict, WaitOutcome,
};
use serde_json::value::RawValue;

use crate::failure::{self, Failure, message_after_read_back, message_of};
use crate::outcome::{Action, CommandOutcome};

/// The result of a command. Large variants are boxed.
#[derive(Debug)]
pub(crate) enum Report {
    /// The response to an accept of a license-based transfer.
    Accepted(Box<AcceptReport>),
    /// The response to any other change that returns the transfer.
    Changed {
        action: Action,
        response: Box<Response<TransferEntity>>,
        next: Option<NextCommands>,
    },
    Withdrawn {
        transfer: TransferId,
        response: Response<()>,
    },
    Transfer(Box<Response<TransferEntity>>),
    Transfers(ListReport<TransferEntity>),
    /// The transfers of many customers.
    Sweep(Box<SweepReport>),
    Eligibility(ListReport<TransferEligibility>),
    Waited {
        transfer: TransferId,
        outcome: WaitOutcome,
    },
    /// The response to a change was lost, and the state was read back.
    ReadBack(Box<ReadBackReport>),
    /// The user declined the change.
    Declined,
    Failed(Failure),
}

#[derive(Debug)]
pub(crate) struct AcceptReport {
    pub(crate) customer: CustomerId,
    pub(crate) transfer: TransferId,
    pub(crate) outcome: AcceptOutcome,
    pub(crate) response: Response<TransferSubmitResult>,
    /// The transfer before the accept, if it was read.
    pub(crate) before: Option<TransferEntity>,
    /// The transfer after the accept. It is read only if the response is incomplete, and kept only
    /// if it is settled or in progress.
    pub(crate) after: Option<TransferEntity>,
    pub(crate) next: Option<NextCommands>,
}

/// Command lines for the transfer that was changed, marked by [`crate::suggestion`].
#[derive(Debug)]
pub(crate) struct NextCommands {
    pub(crate) get: String,
    pub(crate) wait: String,
}

impl AcceptReport {
    /// The result for each subscription, if the subscriptions are known.
    pub(crate) fn by_subscription(&self) -> Option<Vec<SubscriptionSummary<'_>>> {
        match (&self.after, &self.before) {
            (Some(after), _) if after.is_settled() => Some(after.by_subscription()),
            (_, Some(before)) => Some(self.response.get().by_subscription(before)),
            (_, None) => None,
        }
    }

    /// Whether each known subscription has moved or failed.
    pub(crate) fn mentions_all(&self) -> bool {
        let results = self.by_subscription().unwrap_or_default();
        !results
            .iter()
            .any(|summary| matches!(summary.result, SubscriptionResult::NotMentioned))
    }

    pub(crate) fn command_outcome(&self) -> CommandOutcome {
        match (&self.outcome, &self.after) {
            (_, Some(after)) => transfer_outcome(after),
            (AcceptOutcome::Complete { .. }, None) => CommandOutcome::Complete,
            (AcceptOutcome::Partial { .. }, None) => CommandOutcome::Partial,
            (AcceptOutcome::Failed { .. }, None) => CommandOutcome::Failed,
            (AcceptOutcome::Unknown, None) => CommandOutcome::Unknown,
        }
    }
}

/// A list, with the items to show in the order in which they are shown.
#[derive(Debug)]
pub(crate) struct ListReport<T> {
    pub(crate) customer: CustomerId,
    pub(crate) response: Box<Response<Vec<T>>>,
    /// The items, each with the JSON that the service sent.
    pub(crate) items: Vec<(T, Box<RawValue>)>,
}

/// The transfers of many customers, and the customers that could not be read.
#[derive(Debug)]
pub(crate) struct SweepReport {
    /// The transfers to show, in the order in which they are shown.
    pub(crate) items: Vec<ListedTransfer>,
    /// The number of all transfers of the customers that were read.
    pub(crate) found: usize,
    pub(crate) customers: usize,
    pub(crate) read: usize,
    pub(crate) failed: Vec<(CustomerId, Box<Error>)>,
    /// Why the other customers were not read.
    pub(crate) stopped: Option<Box<Error>>,
}

/// A transfer of one of several customers, with the JSON that the service sent.
#[derive(Debug)]
pub(crate) struct ListedTransfer {
    pub(crate) customer: CustomerId,
    pub(crate) transfer: TransferEntity,
    pub(crate) raw: Box<RawValue>,
}

impl SweepReport {
    /// Whether there is no result, because no customer could be read.
    pub(crate) fn has_failed(&self) -> bool {
        self.read == 0 && self.outcome() != CommandOutcome::Read
    }

    fn outcome(&self) -> CommandOutcome {
        match (&self.stopped, self.failed.first()) {
            (Some(error), _) => failure::outcome_of(error),
            (None, None) => CommandOutcome::Read,
            (None, Some((_, error))) if self.read == 0 => failure::outcome_of(error),
            (None, Some(_)) => CommandOutcome::Partial,
        }
    }
}

#[derive(Debug)]
pub(crate) struct ReadBackReport {
    pub(crate) action: Action,
    /// The transfer that was to be changed; `None` for a create.
    pub(crate) transfer: Option<TransferId>,
    pub(crate) error: Error,
    pub(crate) verdict: Verdict,
    /// What was found, such as `applied: the transfer is Complete`.
    pub(crate) message: String,
    /// The transfers that were found: several only if it is unclear which one a create has made.
    pub(crate) transfers: Vec<TransferEntity>,
    pub(crate) next: Option<NextCommands>,
}

impl ReadBackReport {
    /// What went wrong although the change was applied; `None` if it was not, or not for certain.
    pub(crate) fn warning(&self) -> Option<String> {
        (self.verdict == Verdict::Applied).then(|| self.error_message())
    }

    /// Why the response was lost. It advises to read the state back only if the command could not
    /// find out what that state means.
    pub(crate) fn error_message(&self) -> String {
        match self.verdict {
            Verdict::Applied
            | Verdict::NotApplied
            | Verdict::NotYetSettled
            | Verdict::Overtaken => message_after_read_back(&self.error),
            _ => message_of(&self.error),
        }
    }

    fn outcome(&self) -> CommandOutcome {
        match (self.verdict, self.action, &self.transfers[..]) {
            (Verdict::Applied, Action::Accept | Action::AcceptNewCommerce, [transfer]) => {
                transfer_outcome(transfer)
            }
            (Verdict::Applied, action, _) => action.outcome(),
            (Verdict::NotApplied, ..) => CommandOutcome::NotApplied,
            (Verdict::NotYetSettled, ..) => CommandOutcome::NotSettled,
            (Verdict::Overtaken, ..) => CommandOutcome::Ended,
            _ => CommandOutcome::Unknown,
        }
    }
}

impl Report {
    /// Adds the commands for a next step to the report of a change.
    pub(crate) fn set_next(&mut self, commands: NextCommands) {
        match self {
            Self::Accepted(report) => report.next = Some(commands),
            Self::Changed { next, .. } => *next = Some(commands),
            Self::ReadBack(report) => report.next = Some(commands),
            _ => {}
        }
    }

    pub(crate) fn outcome(&self) -> CommandOutcome {
        match self {
            Self::Accepted(accepted) => accepted.command_outcome(),
            // Most transfers are still in progress here; a settled one shows how it ended.
            Self::Changed {
                action: Action::AcceptNewCommerce,
                response,
                ..
            } if response.get().is_settled() => transfer_outcome(response.get()),
            Self::Changed {
                action: action @ (Action::Reject | Action::Cancel),
                response,
                ..
            } => match response.get().phase() {
                TransferPhase::Open => CommandOutcome::NotApplied,
                TransferPhase::InProgress => CommandOutcome::NotSettled,
                TransferPhase::Processed | TransferPhase::Expired => CommandOutcome::Ended,
                _ => action.outcome(),
            },
            Self::Changed { action, .. } => action.outcome(),
            Self::Withdrawn { .. } => CommandOutcome::Withdrawn,
            Self::Sweep(sweep) => sweep.outcome(),
            Self::Transfer(_) | Self::Transfers(_) | Self::Eligibility(_) => CommandOutcome::Read,
            Self::Waited { outcome, .. } => match outcome {
                WaitOutcome::Settled(transfer) => transfer_outcome(transfer),
                WaitOutcome::TimedOut(_) => CommandOutcome::NotSettled,
                _ => CommandOutcome::Ended,
            },
            Self::ReadBack(read_back) => read_back.outcome(),
            Self::Declined => CommandOutcome::Declined,
            Self::Failed(failure) => failure.outcome(),
        }
    }
}

/// The outcome that the state of a transfer shows.
fn transfer_outcome(transfer: &TransferEntity) -> CommandOutcome {
    let results = transfer.by_subscription();
    let failed = results
        .iter()
        .filter(|summary| matches!(summary.result, SubscriptionResult::Failed { .. }))
        .count();
    match transfer.phase() {
        TransferPhase::Rejected | TransferPhase::Cancelled | TransferPhase::Expired => {
            CommandOutcome::Ended
        }
        _ if !transfer.is_settled() => CommandOutcome::NotSettled,
        // Line items without a status do not show a partial result, the transfer's status does.
        _ if transfer.status == Some(TransferStatus::PartiallyComplete) => CommandOutcome::Partial,
        _ if failed == 0 => CommandOutcome::Complete,
        _ if failed == results.len() => CommandOutcome::Failed,
        _ => CommandOutcome::Partial,
    }
}
