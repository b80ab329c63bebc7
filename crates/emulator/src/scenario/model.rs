//! A scenario file as a type. Its JSON Schema is made from it, so the two cannot disagree.

use std::collections::{BTreeMap, BTreeSet};

use clap::ValueEnum;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::capability::Capability;
use super::expect::Expect;
use super::reply::Reply;

/// One case: a call, what the server does, and what a right client sends and concludes.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Scenario {
    /// Where this schema is, for editors.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Why the case exists: what goes wrong for a client that fails it.
    #[schemars(length(min = 20))]
    pub description: String,
    /// Where the facts come from.
    pub source: Source,
    /// What the case is about, to choose cases by.
    #[schemars(length(min = 1))]
    pub tags: BTreeSet<Tag>,
    /// What a driver must be capable of for the case to say anything; others skip it.
    #[serde(default)]
    pub needs: BTreeSet<Capability>,
    /// What the client is asked to do.
    pub call: Call,
    /// Whether anybody listens at the URL. Yes unless said otherwise.
    #[serde(default = "yes")]
    pub listening: bool,
    /// What the server does with the first, the second and further requests. It hangs up on any
    /// beyond them.
    #[serde(default)]
    pub replies: Vec<Reply>,
    /// What a right client sends and concludes.
    pub expect: Expect,
}

fn yes() -> bool {
    true
}

/// Where the facts of a scenario come from.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// The kinds of source, in the words that `x-source` has in the OpenAPI document.
    #[schemars(length(min = 1))]
    pub from: BTreeSet<Origin>,
    /// The page of Microsoft's documentation, or what a conclusion was drawn from.
    #[schemars(length(min = 5))]
    pub page: String,
}

/// A kind of source, as `x-source` has it in the OpenAPI document.
#[derive(Clone, Copy, Debug, Deserialize, Eq, JsonSchema, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Origin {
    /// Microsoft's documentation says so.
    Documented,
    /// Seen in a published example.
    Example,
    /// Microsoft's generated REST reference says so.
    Reference,
    /// Read in the source code of a client.
    ClientCode,
    /// Said by somebody else.
    ThirdParty,
    /// A standard of the internet says so.
    Standard,
    /// Concluded by the authors of the scenarios.
    Inferred,
}

/// What a case is about.
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
    /// Reading the content of an answer.
    Decode,
    /// Success, success in part, or none, with the same status.
    Outcome,
    /// What the service says when it refuses.
    Fault,
    /// The connection breaks, or time runs out.
    Connection,
    /// Sending again, or not.
    Retry,
    /// Ids: which stay, and which change.
    Ids,
    /// Wrong arguments.
    Input,
    /// A large or deep answer.
    Large,
}

/// What the client is asked to do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Call {
    /// The `operationId` in the OpenAPI document.
    pub operation: String,
    /// The parameters by their names in the OpenAPI document, those in the path and the headers.
    #[serde(default)]
    pub inputs: Map<String, Value>,
    /// The body of the request, for operations that have one.
    pub body: Option<Value>,
    /// Settings of the client.
    #[serde(default)]
    pub options: Options,
    /// How many times the call is made with one client; what is concluded is of the last.
    #[serde(default = "once")]
    #[schemars(range(min = 1, max = 10))]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// Settings of the client. What is not given is the client's own default.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Options {
    /// How many attempts at the most, the first included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 10))]
    pub max_attempts: Option<u32>,
    /// Whether a call is sent again although the service may have acted on it.
    #[serde(default)]
    pub retry_ambiguous: bool,
    /// The time for one attempt, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 1_000))]
    pub attempt_timeout_ms: Option<u64>,
}

/// The JSON Schema of a scenario file, as `spec/scenarios/scenario.schema.json` has it.
pub fn schema() -> Value {
    let mut schema = SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<Scenario>();
    schema.insert("title".to_owned(), "A scenario for a client".into());
    schema.to_value()
}

/// Header names and values.
pub(super) type Headers = BTreeMap<String, String>;
