//! Faults on demand: what a network, a gateway or the service can do to a request.
//!
//! A fault waits for requests of its operation. It can skip some, has a maximum count, and applies
//! with a probability. The seed decides which requests it applies to, so a test can be repeated.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::options::MAX_SECONDS;
use crate::service::operation::Operation;

/// A fault, and the requests that it applies to.
///
/// ```
/// use partner_center_emulator::{FaultKind, InjectedFault, Operation};
///
/// // The first two accepts take effect, and their responses are lost.
/// let fault = InjectedFault::new(FaultKind::ResetAfterEffect)
///     .operation(Operation::Accept)
///     .count(2);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InjectedFault {
    /// The kind of fault.
    #[serde(rename = "fault")]
    kind: FaultKind,
    /// The operation that it applies to; all operations if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
    /// The number of requests to skip first.
    #[serde(default)]
    skip: u32,
    /// The number of requests that it applies to; all of them if missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    count: Option<u32>,
    /// The probability for each request, from 0 to 1.
    #[serde(default = "always")]
    #[schemars(range(min = 0.0, max = 1.0))]
    probability: f64,
    /// The seed of the random numbers that the probability is compared with.
    #[serde(default)]
    seed: u64,
}

fn always() -> f64 {
    1.0
}

/// A kind of fault.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum FaultKind {
    /// Delays the request before it takes effect, by the emulator's clock. Another fault can apply
    /// to the same request.
    Latency {
        /// The delay.
        milliseconds: u64,
    },
    /// An error of the service, in its envelope.
    Status {
        /// The HTTP status.
        #[schemars(range(min = 400, max = 599))]
        status: u16,
        /// The code of the service. If missing, the status as text.
        #[serde(default)]
        code: Option<u32>,
        /// The seconds of a `Retry-After` header.
        #[serde(default)]
        retry_after_seconds: Option<u64>,
        /// Whether the request takes effect nevertheless.
        #[serde(default)]
        after_effect: bool,
    },
    /// The HTML page of a gateway.
    Html {
        /// The HTTP status.
        #[schemars(range(min = 400, max = 599))]
        status: u16,
        /// Whether the request takes effect nevertheless.
        #[serde(default)]
        after_effect: bool,
    },
    /// The request takes effect, and the connection ends after half of the response body.
    TruncatedBody,
    /// The connection is reset before the request takes effect.
    ResetBeforeEffect,
    /// The request takes effect, and the connection is reset instead of a response.
    ResetAfterEffect,
    /// No response is sent, and the connection stays open until the client closes its side. If 200
    /// connections are open, a new one ends the one that has stalled longest.
    Stall {
        /// Whether the request takes effect nevertheless.
        #[serde(default)]
        after_effect: bool,
    },
}

impl FaultKind {
    /// Whether the request takes effect.
    pub(crate) fn takes_effect(&self) -> bool {
        match self {
            Self::Status { after_effect, .. }
            | Self::Html { after_effect, .. }
            | Self::Stall { after_effect } => *after_effect,
            Self::ResetBeforeEffect => false,
            Self::Latency { .. } | Self::TruncatedBody | Self::ResetAfterEffect => true,
        }
    }
}

impl InjectedFault {
    /// Creates a fault that applies to every request.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            operation: None,
            skip: 0,
            count: None,
            probability: always(),
            seed: 0,
        }
    }

    /// Limits the fault to one operation.
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Skips this many requests first.
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Limits the fault to this many requests.
    pub fn count(mut self, requests: u32) -> Self {
        self.count = Some(requests);
        self
    }

    /// Applies to each request with a probability from 0 to 1. The same seed selects the same
    /// requests.
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.probability = probability;
        self.seed = seed;
        self
    }

    /// Checks the ranges of the numbers.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(format!(
                "probability: {} is not from 0 to 1",
                self.probability
            ));
        }
        if self.count == Some(0) {
            return Err(format!(
                "count: 0 is not from 1 to {}; without a count the fault applies to all requests",
                u32::MAX
            ));
        }
        let check = |name: &str, number: u64, min: u64, max: u64| match number {
            _ if (min..=max).contains(&number) => Ok(()),
            _ => Err(format!("fault.{name}: {number} is not from {min} to {max}")),
        };
        match self.kind {
            FaultKind::Latency { milliseconds } => {
                check("milliseconds", milliseconds, 0, MAX_SECONDS * 1000)
            }
            FaultKind::Status {
                status,
                retry_after_seconds,
                ..
            } => {
                check("status", status.into(), 400, 599)?;
                let seconds = retry_after_seconds.unwrap_or_default();
                check("retryAfterSeconds", seconds, 0, MAX_SECONDS)
            }
            FaultKind::Html { status, .. } => check("status", status.into(), 400, 599),
            _ => Ok(()),
        }
    }
}

/// The faults that apply to one request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RequestFaults {
    pub(crate) latency: Duration,
    pub(crate) kind: Option<FaultKind>,
}

/// The waiting faults, in the order in which they were injected, each with its random numbers.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<(InjectedFault, fastrand::Rng)>);

impl Faults {
    pub(crate) fn add(&mut self, fault: InjectedFault) {
        let random = fastrand::Rng::with_seed(fault.seed);
        self.0.push((fault, random));
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Returns the faults that still wait, with their remaining counts.
    pub(crate) fn waiting(&self) -> Vec<InjectedFault> {
        self.0.iter().map(|(fault, _)| fault.clone()).collect()
    }

    /// Takes the faults for the next request of an operation: the sum of the latencies, and the
    /// first other fault that applies.
    pub(crate) fn take(&mut self, operation: Operation) -> RequestFaults {
        let mut taken = RequestFaults::default();
        for (fault, random) in &mut self.0 {
            let latency = match fault.kind {
                FaultKind::Latency { milliseconds } => Some(Duration::from_millis(milliseconds)),
                _ => None,
            };
            let other = fault.operation.is_some_and(|only| only != operation);
            if other || (latency.is_none() && taken.kind.is_some()) {
                continue;
            }
            if fault.skip > 0 {
                fault.skip -= 1;
                continue;
            }
            if fault.count == Some(0) || random.f64() >= fault.probability {
                continue;
            }
            if let Some(count) = &mut fault.count {
                *count -= 1;
            }
            match latency {
                Some(latency) => taken.latency = taken.latency.saturating_add(latency),
                None => taken.kind = Some(fault.kind.clone()),
            }
        }
        self.0.retain(|(fault, _)| fault.count != Some(0));
        taken
    }
}
