//! How the client and the service are set up, and the flaws that show that the judge can fail.

use partner_center_transfers::RetryPolicy;

use super::fault::{Answer, Delivery, FAULTS, Fault, PAGE_429_AFTER};
use super::operation::Operation;

/// The settings of the client and the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The default policy of retries, and a service that recognizes request ids.
    Default,
    /// `retry_ambiguous`, and a service that recognizes request ids.
    RetryAmbiguous,
    /// The default policy of retries, and a service that forgets request ids.
    NoIdempotency,
}

impl Mode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Default, Self::RetryAmbiguous, Self::NoIdempotency];

    /// The name in tables and arguments.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::RetryAmbiguous => "retry-ambiguous",
            Self::NoIdempotency => "no-idempotency",
        }
    }

    pub(super) fn idempotency(self) -> bool {
        self != Self::NoIdempotency
    }
}

/// A flaw of the client, the service or the network that breaks a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The network doubles creates, and the service forgets request ids.
    DoubledCreates,
    /// The client retries ambiguous results although the service forgets request ids.
    BlindRetries,
    /// The network refuses calls that were applied with an error code.
    FalseRefusals,
    /// The network confirms calls that it did not deliver.
    FalseSuccesses,
    /// The network answers reads with "not found" and with empty lists.
    FalseReads,
}

impl Flaw {
    /// The fault that replaces some of a call's faults.
    pub(super) fn fault(self, operation: Operation, reads: bool) -> Option<Fault> {
        let fault = |delivery, answer| Fault {
            name: "flaw",
            delivery,
            answer,
        };
        let (list, transfer) = ("200 OK", "404 Not Found");
        match self {
            Self::DoubledCreates if operation.creates() && !reads => {
                Some(fault(Delivery::TwiceAtOnce, Answer::Whole))
            }
            Self::FalseRefusals if !reads => Some(fault(
                Delivery::Once,
                Answer::Forged(
                    "409 Conflict",
                    r#"{"code": 900102, "description": "refused"}"#,
                ),
            )),
            Self::FalseSuccesses if operation == Operation::Withdraw && !reads => {
                Some(fault(Delivery::Never, Answer::Forged("204 No Content", "")))
            }
            Self::FalseReads if reads && operation.creates() => {
                Some(fault(Delivery::Never, Answer::Forged(list, "[]")))
            }
            Self::FalseReads if reads => Some(fault(
                Delivery::Never,
                Answer::Forged(transfer, r#"{"code": 900100, "description": "not found"}"#),
            )),
            _ => None,
        }
    }
}

/// The policy of retries of the client.
pub(super) fn policy(mode: Mode, flaw: Option<Flaw>) -> RetryPolicy {
    let ambiguous = mode == Mode::RetryAmbiguous || flaw == Some(Flaw::BlindRetries);
    RetryPolicy::default().retry_ambiguous(ambiguous)
}

/// The faults that an attempt to change something can have.
pub(super) fn faults_of_changes(operation: Operation, mode: Mode) -> Vec<Fault> {
    let possible = FAULTS.into_iter();
    let possible = possible.filter(|fault| fault.is_possible(operation, mode.idempotency()));
    possible
        .chain(operation.creates().then_some(PAGE_429_AFTER))
        .collect()
}

/// The faults that a read can have.
pub(super) fn faults_of_reads() -> Vec<Fault> {
    FAULTS.into_iter().filter(Fault::is_for_reads).collect()
}
