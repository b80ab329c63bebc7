//! A scenario file. Its JSON Schema is generated from these types.

use std::collections::BTreeSet;

use clap::ValueEnum;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::expect::Expectations;
use super::invocation::Invocation;
use super::reply::Reply;
use crate::capability::Capability;

/// A test case: a call, the server's replies, and what a correct client sends and concludes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// The location of this schema, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// What the server does and what a correct client does.
    #[schemars(length(min = 20))]
    pub description: String,
    /// The source of the facts.
    pub source: Source,
    /// The topics of the case, for selecting cases.
    #[schemars(length(min = 1))]
    pub tags: BTreeSet<Tag>,
    /// Capabilities that the case requires. Other drivers skip it.
    #[serde(default)]
    pub needs: BTreeSet<Capability>,
    /// The call that the client makes.
    pub call: Invocation,
    /// Whether a server listens at the URL.
    #[serde(default = "yes")]
    pub listening: bool,
    /// The server's replies, in order. It closes the connection of any further request.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// What a correct client sends and concludes.
    pub expect: Expectations,
}

fn yes() -> bool {
    true
}

/// The source of a scenario's facts.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// The kinds of source, named as in the `x-source` fields of the OpenAPI document.
    #[schemars(length(min = 1))]
    pub from: BTreeSet<Origin>,
    /// The page of Microsoft's documentation, or the basis of an inference.
    #[schemars(length(min = 5))]
    pub page: String,
}

/// A kind of source, as in the `x-source` fields of the OpenAPI document.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// Microsoft's documentation.
    Documented,
    /// A published example.
    Example,
    /// Microsoft's generated REST reference.
    Reference,
    /// The source code of a client.
    ClientCode,
    /// A third party.
    ThirdParty,
    /// An internet standard.
    Standard,
    /// An inference by the authors of the scenarios.
    Inferred,
}

/// A topic of a case.
#[derive(
    Clone,
    Copy,
    Debug,
    Deserialize,
    Eq,
    JsonSchema,
    Ord,
    PartialEq,
    PartialOrd,
    Serialize,
    ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Tag {
    /// The bytes of the request.
    Request,
    /// Decoding of response bodies.
    Decode,
    /// Full, partial and failed accepts, which all have the same status.
    Outcome,
    /// Error responses of the service.
    Fault,
    /// Broken connections and timeouts.
    Connection,
    /// Retries, and calls that must not be retried.
    Retry,
    /// Request and correlation ids.
    Ids,
    /// Invalid arguments.
    Input,
    /// Large or deeply nested responses.
    Large,
}

/// Returns the JSON Schema of a scenario file: `spec/scenarios/scenario.schema.json`.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Scenario>();
    schema.insert("title".to_owned(), "A scenario for a client".into());
    schema.to_value()
}
