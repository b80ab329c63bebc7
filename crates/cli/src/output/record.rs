//! The record of a result: the members of its JSON document, and their schema.

use partner_center_transfers::types::{ErrorCode, TransferEntity};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;
use serde_json::{Value, json};

use super::verbatim::Verbatim;
use crate::outcome::CommandOutcome;

/// The result of a `pctransfers` command: one document of `--output json`, and one line of the file
/// that `--record` names.
///
/// Versions of the command may add members. No member is renamed or removed, and none changes its
/// meaning, without a new major version.
#[derive(Default, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(title = "pctransfers result")]
pub(super) struct Record<'a> {
    /// The name of the command, such as `accept`; null if the arguments are invalid.
    pub(super) operation: Option<&'static str>,
    /// The tenant id of the customer; null if the command has none or several.
    pub(super) customer_id: Option<String>,
    /// The id of the transfer, or of the new one after a `create`; or null if it is not known.
    pub(super) transfer_id: Option<String>,
    /// When the command started, in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub(super) started_at: String,
    /// When the result was known, in UTC.
    #[schemars(extend("format" = "date-time"))]
    pub(super) ended_at: String,
    /// The tenant of the credential, a GUID or a domain; null if the settings do not name it.
    pub(super) tenant: Option<String>,
    /// The base URL of the service; null if the command ended before it was known.
    pub(super) endpoint: Option<String>,
    /// `MS-RequestId` of the call that decided the result; null if nothing was sent, and after a wait,
    /// which consists of several calls.
    #[schemars(extend("format" = "uuid"))]
    pub(super) request_id: Option<String>,
    /// `MS-CorrelationId` of the same call, which Microsoft's support asks for.
    #[schemars(extend("format" = "uuid"))]
    pub(super) correlation_id: Option<String>,
    /// The result in one word.
    pub(super) outcome: CommandOutcome,
    /// The exit code of the command.
    #[schemars(extend("enum" = [0, 1, 2, 3, 4, 5, 6, 7, 130]))]
    pub(super) exit_code: u8,
    /// The HTTP status; null if there was no response.
    #[schemars(range(min = 100, max = 999))]
    pub(super) status: Option<u16>,
    /// The body of the response with all its members, known or not, and only the items that were asked
    /// for; text if it is not JSON; or null without a body.
    #[schemars(with = "serde_json::Value")]
    pub(super) answer: Option<Body<'a>>,
    /// The result for each subscription, if the subscriptions are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subscriptions: Option<Vec<Subscription<'a>>>,
    /// Which of many customers were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) customers: Option<Customers>,
    /// The state that was read back after the response was lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) read_back: Option<ReadBack<'a>>,
    /// Why the response was lost, if the change was applied according to the read-back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) warning: Option<WarningMembers>,
    /// Why the command failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<ErrorMembers>,
}

#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Body<'a> {
    Json(Verbatim<'a>),
    List(Vec<Verbatim<'a>>),
    Transfer(&'a TransferEntity),
    /// A body that is not JSON, such as a gateway's HTML page.
    Text(String),
}

/// Why the response was lost.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Warning")]
pub(super) struct WarningMembers {
    /// What happened, in one line.
    pub(super) message: String,
    /// The service's error code, a number if possible, or null.
    #[schemars(schema_with = "error_code")]
    pub(super) code: Option<ErrorCode>,
    /// The service's description, or null.
    pub(super) description: Option<String>,
}

/// Why the command failed.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Error")]
pub(super) struct ErrorMembers {
    /// What happened and what to do, in one line.
    pub(super) message: String,
    /// The service's error code, a number if possible, or null.
    #[schemars(schema_with = "error_code")]
    pub(super) code: Option<ErrorCode>,
    /// The service's description, or null.
    pub(super) description: Option<String>,
    /// What else the error body says, such as which fields are invalid.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) details: Vec<String>,
    /// The challenges in `WWW-Authenticate`, which say why the token was rejected.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) challenges: Vec<Challenge>,
    /// Whether the service may have applied the change, as the call itself shows it.
    pub(super) may_have_been_applied: bool,
}

/// Why the service rejected the token. Members that it did not send are left out.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Challenge {
    /// The scheme, such as `Bearer`.
    pub(super) scheme: String,
    /// The error in one word, such as `invalid_token`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
    /// The error in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error_description: Option<String>,
    /// In base64, as it was sent: what a new token must contain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) claims: Option<String>,
}

/// The result for one subscription.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Subscription<'a> {
    /// The id of the subscription at the source partner.
    #[serde(rename = "subscriptionId")]
    pub(super) id: Option<&'a str>,
    /// What happened to it.
    pub(super) result: SubscriptionWord,
    /// The new order; null if it is not known.
    pub(super) order_id: Option<&'a str>,
    /// The error code, if it failed.
    #[schemars(schema_with = "error_code")]
    pub(super) code: Option<&'a ErrorCode>,
    /// Why it failed.
    pub(super) cause: Option<&'a str>,
}

/// Which of many customers were read.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Customers {
    /// How many customers were read.
    pub(super) read: usize,
    /// The customers that could not be read.
    pub(super) failed: Vec<NotRead>,
    /// How many customers were left when the command stopped.
    pub(super) left: usize,
}

/// A customer that could not be read, and why.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotRead {
    /// The tenant id of the customer.
    pub(super) customer_id: String,
    #[serde(flatten)]
    pub(super) error: ErrorMembers,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "SubscriptionResult")]
pub(super) enum SubscriptionWord {
    /// It belongs to the target partner.
    Moved,
    /// It stays with the source partner.
    Failed,
    /// The service says nothing about it.
    NotMentioned,
}

/// The state that was read back after the response was lost.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReadBack<'a> {
    /// What the state means for the change.
    pub(super) verdict: VerdictWord,
    /// What was found, in one line.
    pub(super) message: &'a str,
    /// The transfer; null if it was not found or is not the only candidate.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub(super) transfer: Option<&'a TransferEntity>,
    /// All candidates, after a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Vec<serde_json::Map<String, serde_json::Value>>>")]
    pub(super) transfers: Option<&'a [TransferEntity]>,
}

#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Verdict")]
pub(super) enum VerdictWord {
    /// The change was applied.
    Applied,
    /// The change was not applied when the state was read.
    NotApplied,
    /// The service is still processing the transfer.
    NotYetSettled,
    /// The transfer has ended in another way.
    Overtaken,
    /// The state does not show it.
    Unknown,
}

fn error_code(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": ["integer", "string", "null"] })
}

/// The JSON Schema of a record, as it is published in `crates/cli/schema`.
pub fn result_schema() -> Value {
    let generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator();
    let mut schema = generator.into_root_schema_for::<Record<'_>>().to_value();
    tidy(&mut schema);
    schema
}

/// Removes what only Rust's types and source lines have put into a schema: line breaks within a
/// paragraph, names of integer types, and the choice of a variant without a word.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Array(items) => {
            items.retain(|item| item["enum"] != json!([]));
            items.iter_mut().for_each(tidy);
        }
        Value::Object(members) => {
            if let Some(Value::String(text)) = members.get_mut("description") {
                let paragraphs = text.split("\n\n").map(|text| text.replace('\n', " "));
                *text = paragraphs.collect::<Vec<_>>().join("\n\n");
            }
            let format = members.get("format").and_then(Value::as_str);
            if format.is_some_and(|format| format.starts_with("uint")) {
                members.remove("format");
            }
            members.values_mut().for_each(tidy);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value;

    use crate::outcome::CommandOutcome;

    /// The words that a property can have, with their descriptions.
    fn words(schema: &Value, name: &str) -> Vec<(String, String)> {
        let choices = schema["$defs"][name]["oneOf"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let word = |choice: &Value| (text(&choice["const"]), text(&choice["description"]));
        choices.iter().map(word).collect()
    }

    #[test]
    fn the_published_schema_is_the_one_of_this_version() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/result.schema.json");
        let schema = serde_json::to_string_pretty(&super::result_schema()).unwrap() + "\n";
        if std::env::var("INSTA_UPDATE").is_ok_and(|value| value == "always") {
            std::fs::write(&path, &schema).unwrap();
        }
        // As values, because only some builds of the workspace keep the order of members.
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(
            serde_json::from_str::<Value>(&published).unwrap_or_default(),
            super::result_schema(),
            "write it with: INSTA_UPDATE=always cargo test -p pctransfers --lib schema"
        );
    }

    #[test]
    fn each_word_is_documented_in_the_schema_and_in_the_readme() {
        let schema = super::result_schema();
        let readme = include_str!("../../README.md");
        for name in ["CommandOutcome", "SubscriptionResult", "Verdict"] {
            let words = words(&schema, name);
            assert!(words.len() >= 3, "{name}: {words:?}");
            for (word, description) in words {
                assert!(description.ends_with('.'), "{name} {word}: {description}");
                assert!(readme.contains(&format!("`{word}`")), "{name}: {word}");
            }
        }
        let table = readme.split("\n| `outcome` | exit code |").nth(1).unwrap();
        let rows = table.lines().skip(2);
        let documented: Vec<&str> = rows
            .map_while(|row| row.strip_prefix("| `")?.split('`').next())
            .collect();
        let words = words(&schema, "CommandOutcome");
        let words: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
        assert_eq!(documented, words);
        for outcome in [
            CommandOutcome::Complete,
            CommandOutcome::Partial,
            CommandOutcome::Failed,
            CommandOutcome::Created,
            CommandOutcome::Accepted,
            CommandOutcome::Rejected,
            CommandOutcome::Cancelled,
            CommandOutcome::Withdrawn,
            CommandOutcome::Read,
            CommandOutcome::NotApplied,
            CommandOutcome::NotSettled,
            CommandOutcome::Ended,
            CommandOutcome::Refused,
            CommandOutcome::Unavailable,
            CommandOutcome::Unknown,
            CommandOutcome::Declined,
            CommandOutcome::Interrupted,
            CommandOutcome::Error,
            CommandOutcome::UsageError,
        ] {
            let word = serde_json::to_value(outcome).unwrap();
            let row = format!("| `{}` |", word.as_str().unwrap());
            let row = table.lines().find(|line| line.starts_with(&row)).unwrap();
            let codes = row.split('|').nth(2).unwrap();
            let code = outcome.exit_code().to_string();
            assert!(
                codes.split([' ', ',']).any(|it| it == code),
                "{row}: {code}"
            );
        }
    }

    #[test]
    fn each_member_is_described() {
        let schema = super::result_schema();
        let all = schema["$defs"]
            .as_object()
            .unwrap()
            .values()
            .chain([&schema]);
        for (name, property) in all.filter_map(|it| it["properties"].as_object()).flatten() {
            assert!(property["description"].is_string(), "{name}: {property}");
        }
    }
}
