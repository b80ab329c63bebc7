//! What a right client sends and concludes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::capability::Capability;

/// What a right client sends and concludes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expect {
    /// What it sends.
    pub requests: ExpectedRequests,
    /// What it concludes.
    pub conclusion: Expected,
    /// Given where a right client sends the call again by itself: what that takes, and what one
    /// concludes that does not.
    pub sent_again: Option<SentAgain>,
}

/// What a right client sends. Beside this, each request carries the token, accepts JSON, and has
/// `Content-Length: 0` where a POST, PUT or PATCH has no body.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedRequests {
    /// How many requests. A connection that was reset before anything was read is one.
    pub count: u32,
    /// The method of each.
    pub method: Option<String>,
    /// The path of each, with its query.
    pub path: Option<String>,
    /// Headers of each.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderRule>,
    /// The JSON body of each; without it the body must be empty.
    pub body: Option<Value>,
    /// Headers that have one value in all requests.
    #[serde(default)]
    pub same: BTreeSet<String>,
    /// Headers that have another value in each request.
    #[serde(default)]
    pub different: BTreeSet<String>,
    /// Whether the second and further requests carry `renewedToken`.
    #[serde(default)]
    pub token_renewed: bool,
}

/// What a header must be.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum HeaderRule {
    /// This value.
    Is(String),
    /// Some GUID. Judged for clients that make up ids.
    Guid,
    /// Not there at all.
    Absent,
}

/// A call that a right client sends again by itself.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentAgain {
    /// What a client must be capable of to do so.
    #[schemars(length(min = 1))]
    pub needs: BTreeSet<Capability>,
    /// How long is waited before each further request.
    #[serde(default)]
    pub waits: Vec<Wait>,
    /// What a client concludes that has none of these capabilities, and so sends the call once.
    pub otherwise: Expected,
}

/// How long is waited before a further request, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wait {
    /// No less than this.
    pub at_least_ms: u64,
    /// No more than this. Judged where waits are planned: a machine under load is slower.
    pub at_most_ms: Option<u64>,
}

/// What a client concludes: an answer, or an error.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Expected {
    /// The call succeeded.
    Answer(ExpectedAnswer),
    /// The call failed.
    Error(ExpectedError),
}

/// A call that succeeded, which is not yet a success.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Given where the decoded answer must be the body that was sent.
    pub result: Option<ExpectedResult>,
    /// What an accept came to.
    pub outcome: Option<ExpectedOutcome>,
}

/// The decoded answer, written as JSON again, is the body that was sent. A member that is null,
/// an empty list or an empty object says nothing, and may come or go; so may a null in a list.
///
/// What else may differ stands here as JSON Pointers into the body, with `*` for any item.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedResult {
    /// A number or truth value may come back as text that spells it, and the other way round.
    #[serde(default)]
    pub as_text: BTreeSet<String>,
    /// A known word may come back in other letter case.
    #[serde(default)]
    pub in_any_case: BTreeSet<String>,
    /// Members that the OpenAPI document does not name: kept by clients that keep such.
    #[serde(default)]
    pub unknown: BTreeSet<String>,
    /// Not what was promised, so that a typed client may drop it.
    #[serde(default)]
    pub may_be_lost: BTreeSet<String>,
}

/// What an accept came to, and by what.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedOutcome {
    /// What it came to.
    pub is: Outcome,
    /// How many orders are in the answer.
    pub orders: usize,
    /// How many transfer errors are in the answer.
    pub errors: usize,
}

/// What an accept came to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Every group became an order.
    Complete,
    /// Some groups became orders, and some failed.
    Partial,
    /// No group became an order.
    Failed,
}

/// A call that failed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedError {
    /// What kind of failure it was.
    pub kind: ErrorKind,
    /// The HTTP status; none if no answer began.
    pub status: Option<u16>,
    /// The service's code, as a number or text; none if it said none.
    pub code: Option<Value>,
    /// The service's description; none if it said none.
    pub description: Option<String>,
    /// How long the service asks to wait, in milliseconds, to the nearest second.
    pub retry_after_ms: Option<u64>,
    /// Whether the whole body that was sent must still be there for the caller to read.
    #[serde(default)]
    pub body_kept: bool,
    /// The argument that the message must name, in any spelling: `transfer-id` is `transferId` too.
    pub names: Option<String>,
    /// Whether the service may have carried the call out.
    pub may_have_been_applied: bool,
    /// How often the call was tried, where that is not the number of requests.
    pub attempts: Option<u32>,
}

/// What kind of failure it was.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument was wrong; nothing was sent.
    InvalidInput,
    /// No connection came about; nothing was sent.
    Connect,
    /// A time limit passed before the whole answer had come.
    Timeout,
    /// The connection broke, or what came was no HTTP, before the whole answer had come.
    Interrupted,
    /// The service, or a gateway before it, answered with a status that is no documented success.
    Service,
    /// The status is a success, and its body cannot be read.
    Decode,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
