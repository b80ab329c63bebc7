//! Optional features of a client or its driver. Only declared capabilities are checked.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An optional feature of a client, or of its driver.
#[derive(
    Clone, Copy, Debug, Deserialize, Eq, Hash, JsonSchema, Ord, PartialEq, PartialOrd, Serialize,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Capability {
    /// Reports how many attempts the client counted: `attempts`.
    Attempts,
    /// Reports whether the service may have acted on a call that failed: `mayHaveBeenApplied`.
    Effect,
    /// Reports the raw body of an error response: `error.body`.
    ErrorBody,
    /// Reports what kind of failure it was: `error.kind`.
    ErrorKind,
    /// Reports the service's error code and description: `error.code` and `error.description`.
    Fault,
    /// Requests compressed responses and reads them.
    Gzip,
    /// Generates `MS-RequestId` and `MS-CorrelationId` if the caller sets none.
    Ids,
    /// Rejects invalid arguments before any request, with `error.message`.
    InputCheck,
    /// Reports the outcome of an accept: `outcome`, `orders` and `errors`.
    Outcome,
    /// Does not sleep between attempts; reports the planned waits instead: `waitsMs`.
    PlannedWaits,
    /// Repeats a call with one client object: `times`.
    Repeat,
    /// Reports the request ids of the call: `requestId` and `correlationId`.
    ReportsIds,
    /// Retries a call that the service cannot have processed.
    Retry,
    /// Retries a call that the service may have processed, if `options.retryAmbiguous` is set.
    RetryAmbiguous,
    /// Reports the delay that the service asks for: `error.retryAfterMs`.
    RetryAfter,
    /// Enforces `options.attemptTimeoutMs`.
    TimeLimit,
    /// Retries a call once with `renewedToken` after the first token was rejected.
    TokenRenewal,
    /// Keeps response members that the OpenAPI document does not define.
    UnknownMembers,
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
