//! What a driver is asked, and what it answers: one JSON document each way.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::capability::Capability;
use super::expect::{ErrorKind, Outcome};
use super::model::Options;

/// The token of each call. Not a secret: it opens nothing.
pub(crate) const TOKEN: &str = "scenario-token-one";
/// What replaces it when it is refused.
pub(crate) const RENEWED_TOKEN: &str = "scenario-token-two";

/// A call that a driver is asked to make.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Asked {
    /// The name of the scenario.
    pub scenario: String,
    /// The base URL, without a slash at its end.
    pub url: String,
    /// The access token.
    pub token: String,
    /// The next access token, should this one be refused.
    pub renewed_token: String,
    /// The `operationId` in the OpenAPI document.
    pub operation: String,
    /// The parameters by their names in the OpenAPI document.
    pub inputs: Map<String, Value>,
    /// The body of the request, for operations that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Settings of the client.
    pub options: Options,
    /// How many times the call is made with one client.
    pub times: u32,
}

/// What a driver says of itself when it is asked for its capabilities.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct About {
    /// The client and its version.
    pub client: String,
    /// What it can do beyond the least.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// The operations that it can call, by `operationId`; all if there is none here.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub operations: BTreeSet<String>,
}

/// What the client concluded: `answer` or `error`, and what is known of the call.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Conclusion {
    /// The call succeeded.
    pub answer: Option<Answer>,
    /// The call failed.
    pub error: Option<Failure>,
    /// How often the call was tried.
    pub attempts: Option<u32>,
    /// How long would have been waited between attempts, in milliseconds, in order.
    pub waits_ms: Option<Vec<u64>>,
    /// The `MS-RequestId` that the call carried.
    pub request_id: Option<String>,
    /// The `MS-CorrelationId` that the call carried.
    pub correlation_id: Option<String>,
}

/// A call that succeeded.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Answer {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The decoded answer, written as JSON again.
    pub result: Option<Value>,
    /// What an accept came to.
    pub outcome: Option<Outcome>,
    /// How many orders are in the answer.
    pub orders: Option<usize>,
    /// How many transfer errors are in the answer.
    pub errors: Option<usize>,
}

/// A call that failed.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Failure {
    /// What kind of failure it was.
    pub kind: Option<ErrorKind>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The service's code, as a number or text.
    pub code: Option<Value>,
    /// The service's description.
    pub description: Option<String>,
    /// How long the service asks to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// The raw body of the answer.
    pub body: Option<String>,
    /// What the client says to people.
    pub message: Option<String>,
    /// Whether the service may have carried the call out.
    pub may_have_been_applied: Option<bool>,
}
