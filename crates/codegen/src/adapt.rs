//! The document as progenitor can take it. The spec tells the truth about the service; what the
//! generator cannot express, or would make clumsy in Rust, is changed here, in memory.
//!
//! | the spec says | progenitor gets | why |
//! |---|---|---|
//! | errors of several shapes | no error answers | two error types in one operation panic; the runtime reads all shapes into one error |
//! | 200 with an object beside 204 | both without a body | 200 beside an empty answer panics; the response keeps the raw body |
//! | `x-extensible-enum` | `enum` | it is ignored otherwise; the rework opens the enums again |
//! | a list that may be null | a list | the rework reads null as empty |
//! | a GUID by its `pattern` | `format: uuid` | a pattern would bring in a regex engine |
//! | answers open to more properties | `additionalProperties: {}` | unknown properties are dropped otherwise |
//! | `x-source` | a sentence in the description | extensions do not reach the docs |

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;
use serde_json::{Value, json};

use crate::load::Document;
use crate::problem::{Problem, Problems};
use crate::source::SPEC;
use crate::validate::resolve;

/// How a GUID looks. Ids in headers are described by it, since some generators choke on
/// `format: uuid` there.
const GUID_PATTERN: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// A document for progenitor, and what the rework must know that it no longer says.
pub(crate) struct Adapted {
    pub(crate) api: OpenAPI,
    /// Each operation, with its parameters' references resolved.
    pub(crate) operations: Vec<Operation>,
    /// The schemas that can stand in a request body.
    pub(crate) request_schemas: BTreeSet<String>,
    /// What each value of an enum means, by schema and value.
    pub(crate) enum_descriptions: BTreeMap<String, BTreeMap<String, String>>,
}

/// What the rework must know of an operation.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) summary: String,
    pub(crate) description: String,
    pub(crate) parameters: Vec<Parameter>,
}

/// A parameter of an operation.
pub(crate) struct Parameter {
    /// Its name on the wire.
    pub(crate) name: String,
    pub(crate) in_header: bool,
    pub(crate) required: bool,
    pub(crate) description: String,
    /// A value that it may have, as text.
    pub(crate) example: Option<String>,
}

/// Adapts the document.
pub(crate) fn adapt(document: &Document) -> Result<Adapted, Problems> {
    let mut root = document.value.clone();
    let request_schemas = request_schemas(&root);
    add_sources(&mut root);
    adapt_schemas(&mut root, &request_schemas);
    let mut problems = Vec::new();
    adapt_operations(document, &mut root, &mut problems);
    Problems::check(problems)?;
    let operations = operations(&root);
    let api = serde_json::from_value(root)
        .map_err(|error| Problem::new(SPEC, None, format!("after adapting: {error}")))?;
    Ok(Adapted {
        api,
        operations,
        request_schemas,
        enum_descriptions: enum_descriptions(&document.value),
    })
}

fn enum_descriptions(root: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    let schemas = root
        .pointer("/components/schemas")
        .and_then(Value::as_object);
    schemas
        .into_iter()
        .flatten()
        .filter_map(|(name, schema)| {
            let texts = schema.get("x-enumDescriptions")?.as_object()?;
            let texts = texts.iter().filter_map(|(value, text)| {
                Some((value.clone(), text.as_str()?.trim().to_owned()))
            });
            Some((name.clone(), texts.collect()))
        })
        .collect()
}

/// Writes where a fact comes from behind its description.
fn add_sources(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let sources: Vec<&str> = object
                .get("x-source")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .map(source_in_words)
                .collect();
            if !sources.is_empty() {
                let sentence = format!("Source: {}.", sources.join("; "));
                let description = match object.get("description").and_then(Value::as_str) {
                    Some(text) => format!("{}\n\n{sentence}", text.trim_end()),
                    None => sentence,
                };
                object.insert("description".to_owned(), description.into());
            }
            object.values_mut().for_each(add_sources);
        }
        Value::Array(items) => items.iter_mut().for_each(add_sources),
        _ => {}
    }
}

/// The words of spec/README.md for a value of `x-source`.
fn source_in_words(source: &str) -> &str {
    match source {
        "documented" => "Microsoft's documentation",
        "example" => "an example in Microsoft's documentation",
        "reference" => "Microsoft's REST reference",
        "client-code" => "the code of a client",
        "third-party" => "a third party",
        "inferred" => "inferred",
        other => other,
    }
}

/// The names of all schemas that a request body leads to.
fn request_schemas(root: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let paths = root.get("paths").and_then(Value::as_object);
    for operation in paths.into_iter().flat_map(serde_json::Map::values) {
        for operation in operation
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::values)
        {
            if let Some(body) = operation.get("requestBody") {
                collect_references(root, body, &mut found);
            }
        }
    }
    found
}

fn collect_references(root: &Value, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                let name = target.rsplit('/').next().unwrap_or_default().to_owned();
                let is_schema = target.starts_with("#/components/schemas/");
                if !is_schema || found.insert(name) {
                    collect_references(root, resolve(root, value), found);
                }
                return;
            }
            for part in object.values() {
                collect_references(root, part, found);
            }
        }
        Value::Array(items) => {
            for part in items {
                collect_references(root, part, found);
            }
        }
        _ => {}
    }
}

fn adapt_schemas(root: &mut Value, request_schemas: &BTreeSet<String>) {
    let Some(schemas) = root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    else {
        return;
    };
    for (name, schema) in schemas {
        let in_answer = !request_schemas.contains(name);
        if in_answer && schema.get("properties").is_some() {
            schema["additionalProperties"] = json!({});
        }
        adapt_schema(schema);
    }
}

fn adapt_schema(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(values) = object.shift_remove("x-extensible-enum") {
                object.insert("enum".to_owned(), values);
            }
            if object.get("type") == Some(&json!("array")) {
                object.shift_remove("nullable");
            }
            if object.get("pattern") == Some(&json!(GUID_PATTERN)) {
                object.shift_remove("pattern");
                object.insert("format".to_owned(), "uuid".into());
            }
            for (key, part) in object {
                if key != "example" {
                    adapt_schema(part);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(adapt_schema),
        _ => {}
    }
}

fn adapt_operations(document: &Document, root: &mut Value, problems: &mut Vec<Problem>) {
    let components = root.get("components").cloned().unwrap_or_default();
    let lookup = json!({ "components": components });
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let Some(responses) = operation
                .get_mut("responses")
                .and_then(Value::as_object_mut)
            else {
                continue;
            };
            responses.retain(|status, _| status.starts_with('2'));
            for response in responses.values_mut() {
                *response = resolve(&lookup, response).clone();
            }
            let schema = |response: &Value| {
                response
                    .pointer("/content/application~1json/schema")
                    .cloned()
            };
            let schemas: Vec<Option<Value>> = responses.values().map(schema).collect();
            if schemas.iter().any(Option::is_none) {
                for response in responses.values_mut().filter_map(Value::as_object_mut) {
                    response.shift_remove("content");
                }
            } else if schemas.windows(2).any(|pair| pair[0] != pair[1]) {
                let step = path.replace('~', "~0").replace('/', "~1");
                problems.push(document.problem(
                    &format!("/paths/{step}/{method}/responses"),
                    "success answers with different schemas cannot be one Rust type",
                ));
            }
        }
    }
}

fn operations(root: &Value) -> Vec<Operation> {
    let text = |value: &Value, key: &str| {
        let text = value.get(key).and_then(Value::as_str).unwrap_or_default();
        text.trim().to_owned()
    };
    let mut found = Vec::new();
    let paths = root.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            if operation.get("operationId").is_none() {
                continue;
            }
            let parameters = [item, operation]
                .into_iter()
                .filter_map(|holder| holder.get("parameters")?.as_array())
                .flatten()
                .map(|parameter| {
                    let parameter = resolve(root, parameter);
                    let schema = resolve(root, &parameter["schema"]);
                    let example = parameter.get("example").or_else(|| schema.get("example"));
                    Parameter {
                        name: text(parameter, "name"),
                        in_header: parameter["in"] == "header",
                        required: parameter["required"] == true,
                        description: text(parameter, "description"),
                        example: example.and_then(Value::as_str).map(str::to_owned),
                    }
                })
                .collect();
            found.push(Operation {
                id: text(operation, "operationId"),
                method: method.to_uppercase(),
                path: path.clone(),
                summary: text(operation, "summary"),
                description: text(operation, "description"),
                parameters,
            });
        }
    }
    found
}
