//! What a correct client sends and concludes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::capability::Capability;

/// What a correct client sends and concludes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Expectations {
    /// The requests that it sends.
    pub requests: ExpectedRequests,
    /// The conclusion that it reports.
    pub conclusion: ExpectedConclusion,
    /// Set if a correct client retries the call.
    pub sent_again: Option<ExpectedRetry>,
}

/// The requests of a correct client. Every request must also carry the token, accept JSON, and have
/// `Content-Length: 0` if it is a POST, PUT or PATCH without a body.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedRequests {
    /// The number of requests. A connection that was reset before it was read counts as one.
    pub count: u32,
    /// The method of each request.
    pub method: Option<String>,
    /// The path of each request, with its query.
    pub path: Option<String>,
    /// Headers of each request.
    #[serde(default)]
    pub headers: BTreeMap<String, HeaderRule>,
    /// The JSON body of each request. If omitted, the body must be empty.
    pub body: Option<Value>,
    /// Headers with the same value in all requests.
    #[serde(default)]
    pub same: BTreeSet<String>,
    /// Headers with a different value in each request.
    #[serde(default)]
    pub different: BTreeSet<String>,
    /// Whether all requests after the first carry `renewedToken`.
    #[serde(default)]
    pub token_renewed: bool,
}

/// The required value of a header.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum HeaderRule {
    /// Exactly this value.
    Is(String),
    /// Any GUID. Checked for clients that generate ids.
    Guid,
    /// The header must be absent.
    Absent,
}

/// A call that a correct client retries.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedRetry {
    /// The capabilities that the retry requires.
    #[schemars(length(min = 1))]
    pub needs: BTreeSet<Capability>,
    /// The wait before each further request.
    #[serde(default)]
    pub waits: Vec<Wait>,
    /// The conclusion of a client without these capabilities, which sends the call once.
    pub otherwise: ExpectedConclusion,
}

/// The wait before a further request, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wait {
    /// The minimum.
    pub at_least_ms: u64,
    /// The maximum. Checked only for planned waits, since real waits depend on the machine's load.
    pub at_most_ms: Option<u64>,
}

/// The conclusion of a client: an answer or an error.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ExpectedConclusion {
    /// The call returned an answer.
    Answer(ExpectedAnswer),
    /// The call failed.
    Error(ExpectedError),
}

/// A call that returned an answer. An accept can still have failed; see `outcome`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// Set if the decoded answer must equal the body that the server sent.
    pub result: Option<ExpectedResult>,
    /// The outcome of an accept.
    pub outcome: Option<ExpectedOutcome>,
}

/// The decoded answer, serialized as JSON, must equal the body that the server sent. Members that
/// are null, an empty list or an empty object are ignored, and so are nulls in lists.
///
/// Further tolerances are JSON Pointers into the body, with `*` for any list item.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedResult {
    /// The JSON Pointer of the part of the body that the answer must equal, such as the `items` of
    /// an envelope. Default: the whole body.
    #[serde(default)]
    pub part: String,
    /// A number or boolean may come back as its text, and text as a number or boolean.
    #[serde(default)]
    pub as_text: BTreeSet<String>,
    /// A known value may come back in different letter case.
    #[serde(default)]
    pub in_any_case: BTreeSet<String>,
    /// Members that the OpenAPI document does not define. Only some clients keep them.
    #[serde(default)]
    pub unknown: BTreeSet<String>,
    /// Members that do not match the OpenAPI document, which a typed client may drop.
    #[serde(default)]
    pub may_be_lost: BTreeSet<String>,
}

/// The outcome of an accept, and the counts that lead to it.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExpectedOutcome {
    /// The outcome.
    pub is: OutcomeKind,
    /// The number of orders in the answer.
    pub orders: usize,
    /// The number of transfer errors in the answer.
    pub errors: usize,
}

/// The outcome of an accept.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeKind {
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
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The HTTP status. Omitted if no response began.
    pub status: Option<u16>,
    /// The service's code, as a number or text. Omitted if the service sent none.
    pub code: Option<Value>,
    /// The service's description. Omitted if the service sent none.
    pub description: Option<String>,
    /// The delay that the service asks for, in milliseconds, rounded to seconds.
    pub retry_after_ms: Option<u64>,
    /// Whether the error must give access to the whole response body.
    #[serde(default)]
    pub body_kept: bool,
    /// The argument that the message must name, in any spelling: `transfer-id` or `transferId`.
    pub names: Option<String>,
    /// Whether the service may have processed the call.
    pub may_have_been_applied: bool,
    /// The number of attempts, if it differs from the number of requests.
    pub attempts: Option<u32>,
}

/// A kind of failure.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument is invalid. Nothing was sent.
    InvalidInput,
    /// The connection could not be established. Nothing was sent.
    Connect,
    /// A time limit passed before the response was complete.
    Timeout,
    /// The connection closed, or its data was not HTTP, before the response was complete.
    Interrupted,
    /// The service or a gateway answered with a status other than the documented success.
    Service,
    /// The status is a success, but the body cannot be decoded.
    Decode,
}

impl fmt::Display for OutcomeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
