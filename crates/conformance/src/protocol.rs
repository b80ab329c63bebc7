//! The questions to a driver and its answers. Each is one JSON document.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::capability::Capability;
use crate::scenario::expect::{ErrorKind, OutcomeKind};
use crate::scenario::invocation::ClientSettings;

/// The token of each call. It is not a secret.
pub(crate) const TOKEN: &str = "scenario-token-one";
/// The token that replaces a rejected one.
pub(crate) const RENEWED_TOKEN: &str = "scenario-token-two";

/// A call that a driver must make.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct DriverCall {
    /// The name of the scenario.
    pub scenario: String,
    /// The base URL, without a trailing slash.
    pub url: String,
    /// The access token.
    pub token: String,
    /// The next access token, for use after this one is rejected.
    pub renewed_token: String,
    /// The `operationId` in the OpenAPI document.
    pub operation: String,
    /// The parameters, by their names in the OpenAPI document.
    pub inputs: Map<String, Value>,
    /// The body of the request, for operations that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Settings of the client.
    pub options: ClientSettings,
    /// How many times to make the call with one client.
    pub times: u32,
}

/// A driver's answer to the question for its capabilities.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DriverInfo {
    /// The client's name and version.
    pub client: String,
    /// The optional features that it supports.
    #[serde(default)]
    pub capabilities: BTreeSet<Capability>,
    /// The `operationId`s that it supports. Empty means all.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub operations: BTreeSet<String>,
}

/// What the client concluded: `answer` or `error`, and details of the call.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Conclusion {
    /// Set if the call returned an answer.
    pub answer: Option<ReportedAnswer>,
    /// Set if the call failed.
    pub error: Option<ReportedError>,
    /// The number of attempts.
    pub attempts: Option<u32>,
    /// The planned waits between attempts, in milliseconds, in order.
    pub waits_ms: Option<Vec<u64>>,
    /// The `MS-RequestId` of the call.
    pub request_id: Option<String>,
    /// The `MS-CorrelationId` of the call.
    pub correlation_id: Option<String>,
}

/// The answer that the client returned to its caller.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReportedAnswer {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The decoded answer, serialized as JSON.
    pub result: Option<Value>,
    /// The outcome of an accept.
    pub outcome: Option<OutcomeKind>,
    /// The number of orders in the answer.
    pub orders: Option<usize>,
    /// The number of transfer errors in the answer.
    pub errors: Option<usize>,
}

/// The error that the client returned to its caller.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ReportedError {
    /// The kind of failure.
    pub kind: Option<ErrorKind>,
    /// The HTTP status.
    pub status: Option<u16>,
    /// The service's code, as a number or text.
    pub code: Option<Value>,
    /// The service's description.
    pub description: Option<String>,
    /// The delay that the service asks for, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// The raw response body.
    pub body: Option<String>,
    /// The client's message for people.
    pub message: Option<String>,
    /// Whether the service may have processed the call.
    pub may_have_been_applied: Option<bool>,
}
