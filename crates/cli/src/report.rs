//! What came of a command, before anyone thinks of how to show it.

use partner_center_transfers::types::{TransferId, TransferSubmitResult};
use partner_center_transfers::{Error, Outcome as Acceptance, Response};

use crate::exit::Exit;

/// What came of a command, with all that there is to tell of it.
#[derive(Debug)]
pub(crate) enum Report {
    /// The service accepted the transfer, or said why it moved nothing.
    Accepted {
        transfer: TransferId,
        acceptance: Acceptance,
        // Boxed: it is far larger than what the other variants hold.
        answer: Box<Response<TransferSubmitResult>>,
    },
    Withdrawn {
        transfer: TransferId,
        answer: Response<()>,
    },
    Failed(Failure),
}

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What was asked for cannot be done as it was asked.
    Usage(String),
    /// This machine is in the way.
    Local(String),
    /// The client or the service says so.
    Call(Error),
}

/// The outcome in one word. The words are a promise to scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Complete,
    Partial,
    Failed,
    Withdrawn,
    Refused,
    Unknown,
    Error,
}

impl Report {
    pub(crate) fn accepted(transfer: TransferId, answer: Response<TransferSubmitResult>) -> Self {
        Self::Accepted {
            transfer,
            acceptance: answer.get().clone().outcome(),
            answer: Box::new(answer),
        }
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Accepted { acceptance, .. } => match acceptance {
                Acceptance::Complete { .. } => Outcome::Complete,
                Acceptance::Partial { .. } => Outcome::Partial,
                Acceptance::Failed { .. } => Outcome::Failed,
            },
            Self::Withdrawn { .. } => Outcome::Withdrawn,
            Self::Failed(failure) => failure.outcome(),
        }
    }

    pub(crate) fn exit(&self) -> Exit {
        match (self, self.outcome()) {
            (Self::Failed(failure), Outcome::Error) if failure.is_usage() => Exit::Usage,
            (_, Outcome::Complete | Outcome::Withdrawn) => Exit::Done,
            (_, Outcome::Partial) => Exit::Partial,
            (_, Outcome::Failed | Outcome::Refused) => Exit::Refused,
            (_, Outcome::Unknown) => Exit::Unknown,
            (_, Outcome::Error) => Exit::Other,
        }
    }
}

impl Failure {
    fn outcome(&self) -> Outcome {
        match self {
            // Before all else: a refusal that leaves this open is none to rely on.
            Self::Call(error) if error.may_have_been_applied() => Outcome::Unknown,
            Self::Call(error) if error.is_service() => Outcome::Refused,
            Self::Usage(_) | Self::Local(_) | Self::Call(_) => Outcome::Error,
        }
    }

    fn is_usage(&self) -> bool {
        match self {
            Self::Usage(_) => true,
            Self::Local(_) => false,
            Self::Call(error) => error.is_invalid_input() || error.is_configuration(),
        }
    }

    /// One sentence.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Usage(message) | Self::Local(message) => message.clone(),
            Self::Call(error) => error.to_string(),
        }
    }

    /// The client's error, if it came that far.
    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Self::Call(error) => Some(error),
            Self::Usage(_) | Self::Local(_) => None,
        }
    }
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
            Self::Withdrawn => "withdrawn",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Error => "error",
        }
    }
}
