//! Faults on demand: what a network, a gateway or the service does to a request now and then.
//!
//! A fault waits for requests of its operation. It lets some pass if it is told so, strikes as
//! often as it may, and each time with its probability; which ones it strikes is decided by its
//! seed, so a test can be run again.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::Operation;

/// A fault, and which requests it strikes.
///
/// ```
/// use partner_center_emulator::{Fault, FaultKind, Operation};
///
/// // The first two accepts are done, and their answers lost.
/// let fault = Fault::new(FaultKind::ResetAfterEffect)
///     .operation(Operation::Accept)
///     .count(2);
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Fault {
    /// What happens.
    #[serde(rename = "fault")]
    kind: FaultKind,
    /// The operation whose requests it strikes; all if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<Operation>,
    /// How many of those requests pass before it strikes the first.
    #[serde(default)]
    skip: u32,
    /// How many it strikes; without end if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    /// How likely it strikes each of them, from 0 to 1.
    #[serde(default = "always")]
    #[schemars(range(min = 0.0, max = 1.0))]
    probability: f64,
    /// Decides which ones it strikes, where it does not strike all.
    #[serde(default)]
    seed: u64,
}

fn always() -> f64 {
    1.0
}

/// What a fault does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    deny_unknown_fields
)]
#[non_exhaustive]
pub enum FaultKind {
    /// The request is held back before anything is done, by the emulator's clock. It may meet
    /// another fault besides.
    Latency {
        /// How long.
        milliseconds: u64,
    },
    /// A fault of the service, in its envelope.
    Status {
        /// The HTTP status.
        #[schemars(range(min = 400, max = 599))]
        status: u16,
        /// The service's code; without one the status stands in, as text.
        #[serde(default)]
        code: Option<u32>,
        /// The seconds of a `Retry-After`.
        #[serde(default)]
        retry_after_seconds: Option<u64>,
        /// Whether what was asked is done all the same.
        #[serde(default)]
        after_effect: bool,
    },
    /// The page of a gateway.
    Html {
        /// The HTTP status.
        #[schemars(range(min = 400, max = 599))]
        status: u16,
        /// Whether what was asked is done all the same.
        #[serde(default)]
        after_effect: bool,
    },
    /// It is done, and half of the answer's body comes before the connection ends.
    TruncatedBody,
    /// The connection is reset before anything is done.
    ResetBeforeEffect,
    /// It is done, and the connection is reset in place of an answer.
    ResetAfterEffect,
    /// No answer ever comes, and the connection stays open.
    Stall {
        /// Whether what was asked is done all the same.
        #[serde(default)]
        after_effect: bool,
    },
}

impl Fault {
    /// A fault that strikes every request.
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

    /// Strikes requests of one operation only.
    pub fn operation(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Lets this many requests pass first.
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Strikes this many requests and is done.
    pub fn count(mut self, requests: u32) -> Self {
        self.count = Some(requests);
        self
    }

    /// Strikes each request with a probability from 0 to 1. The same seed strikes the same ones.
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.probability = probability;
        self.seed = seed;
        self
    }

    /// What is wrong with it, if anything is.
    pub(crate) fn check(&self) -> Result<(), String> {
        if !(0.0..=1.0).contains(&self.probability) {
            return Err(format!(
                "probability: {} is not from 0 to 1",
                self.probability
            ));
        }
        match self.kind {
            FaultKind::Status { status, .. } | FaultKind::Html { status, .. }
                if !(400..=599).contains(&status) =>
            {
                Err(format!("fault.status: {status} is not from 400 to 599"))
            }
            _ => Ok(()),
        }
    }
}

/// What a request meets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Struck {
    pub(crate) latency: Duration,
    pub(crate) kind: Option<FaultKind>,
}

#[derive(Debug)]
struct Waiting {
    fault: Fault,
    random: fastrand::Rng,
}

/// The faults that wait, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Waiting>);

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        let random = fastrand::Rng::with_seed(fault.seed);
        self.0.push(Waiting { fault, random });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Those that still wait, with what is left of their counts.
    pub(crate) fn waiting(&self) -> Vec<Fault> {
        self.0.iter().map(|waiting| waiting.fault.clone()).collect()
    }

    /// A request comes: latencies add up, and of the others the first that strikes counts. One
    /// that comes too late for this request is not used up.
    pub(crate) fn strike(&mut self, operation: Operation) -> Struck {
        let mut struck = Struck::default();
        for Waiting { fault, random } in &mut self.0 {
            let latency = match fault.kind {
                FaultKind::Latency { milliseconds } => Some(Duration::from_millis(milliseconds)),
                _ => None,
            };
            let other = fault.operation.is_some_and(|only| only != operation);
            if other || (latency.is_none() && struck.kind.is_some()) {
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
                Some(latency) => struck.latency = struck.latency.saturating_add(latency),
                None => struck.kind = Some(fault.kind.clone()),
            }
        }
        self.0.retain(|waiting| waiting.fault.count != Some(0));
        struck
    }
}
