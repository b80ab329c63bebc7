//! The call that a scenario asks the client to make.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The call that the client makes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Invocation {
    /// The `operationId` in the OpenAPI document.
    pub operation: String,
    /// The path, query and header parameters, by their names in the OpenAPI document.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// The body of the request, for operations that have one.
    pub body: Option<Value>,
    /// Settings of the client.
    #[serde(default)]
    pub options: ClientSettings,
    /// How many times the client makes the call. The conclusion is that of the last one.
    #[serde(default = "once")]
    #[schemars(range(min = 1, max = 10))]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// Settings of the client. Omitted settings keep the client's defaults.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClientSettings {
    /// The maximum number of attempts, the first one included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub max_attempts: Option<u32>,
    /// Whether to retry a call that the service may have processed.
    #[serde(default)]
    pub retry_ambiguous: bool,
    /// The time limit for one attempt, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000))]
    pub attempt_timeout_ms: Option<u64>,
}
