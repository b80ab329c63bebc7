//! What a driver can do or report beyond the least. A client that was generated can do little of
//! it, and is judged by that little alone.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that not every client can do, or not every driver can see.
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
    /// Reports the raw body of a refusal: `error.body`.
    ErrorBody,
    /// Reports what kind of failure it was: `error.kind`.
    ErrorKind,
    /// Reports what the service said of an error: `error.code` and `error.description`.
    Fault,
    /// Asks for compressed answers and reads them.
    Gzip,
    /// Makes up `MS-RequestId` and `MS-CorrelationId` where the caller gives none.
    Ids,
    /// Refuses wrong arguments before any request, with `error.message`.
    InputCheck,
    /// Reports what an accept came to: `outcome`, and how many `orders` and `errors`.
    Outcome,
    /// Does not wait between attempts, but reports how long it would have: `waitsMs`.
    PlannedWaits,
    /// Makes the same call several times with one client when asked to: `times`.
    Repeat,
    /// Reports the ids that the call carried: `requestId` and `correlationId`.
    ReportsIds,
    /// Sends a call again by itself where the service cannot have acted on it.
    Retry,
    /// Sends a call again although the service may have acted on it, when told to with
    /// `options.retryAmbiguous`.
    RetryAmbiguous,
    /// Reports how long the service asks to wait: `error.retryAfterMs`.
    RetryAfter,
    /// Keeps to `options.attemptTimeoutMs`.
    TimeLimit,
    /// Takes `renewedToken`, and sends the call once more with it, when the first is refused.
    TokenRenewal,
    /// Keeps members of an answer that the OpenAPI document does not name.
    UnknownMembers,
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
