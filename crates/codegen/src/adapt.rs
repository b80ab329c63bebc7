//! The document as progenitor can take it. The spec tells the truth about the service; what the
//! generator cannot express, or would make clumsy in Rust, is changed here, in memory.
//!
//! | the spec says | progenitor gets | why |
//! |---|---|---|
//! | errors of several shapes | no error answers | two error types in one operation panic; the runtime reads all shapes into one error |
//! | 200 with an object beside 204 | both without a body | 200 beside an empty answer panics; the response keeps the raw body |
//! | `x-extensible-enum` | `enum` | it is ignored otherwise; the rework opens the enums again |
//! | a schema that may be null | the same where it is used | progenitor overlooks it, or wraps the schema's parts |
//! | `enum` of one word in a request | the same | the rework leaves it closed: it tells bodies apart |
//! | a list that may be null | a list | the rework reads null as empty |
//! | a GUID by its `pattern`, with a name | `format: uuid` | a pattern would bring in a regex engine |
//! | `date-time` or `date` | a reference to the runtime's `Timestamp` | it would be an instant, which loses the text |
//! | other formats, ranges, lengths, patterns, defaults | nothing of them | they would be types that refuse values which drift |
//! | `title` | nothing | it would rename the type |
//! | answers open to more properties | `additionalProperties: {}` | unknown properties are dropped otherwise |
//! | a property `extra` | another name | the unknown properties are in a field of that name |
//! | `x-source` | a sentence in the description | extensions do not reach the docs |

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use crate::clash::{EXTRA, EXTRA_PROPERTY, squeeze};
use crate::load::Document;
use crate::null;
use crate::problem::{Problem, Problems};
use crate::validate::{self, resolve};
use crate::walk::{self, Kind, METHODS, Position};

/// How a GUID looks. Ids in headers are described by it, since some generators choke on
/// `format: uuid` there.
const GUID_PATTERN: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// The schema that stands for the runtime's `Timestamp`. No document has one of this name.
pub(crate) const TIMESTAMP: &str = "PartnerCenterCoreTimestamp";

/// Keywords that only narrow values, or fill in for them. An answer must not fail on the first,
/// and must not be changed by the second; the service checks requests itself.
const NARROWING: [&str; 14] = [
    "default",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "title",
    "uniqueItems",
];

/// A document for progenitor, and what the rework must know that it no longer says.
pub(crate) struct Adapted {
    pub(crate) api: OpenAPI,
    /// The same as plain JSON.
    pub(crate) value: Value,
    /// Each operation, with its parameters' references resolved.
    pub(crate) operations: Vec<Operation>,
    /// The schemas that can stand in an answer, by their squeezed names.
    pub(crate) answer_schemas: BTreeSet<String>,
    /// What each value of an enum means, by the schema's squeezed name and the value.
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
    pub(crate) description: String,
    /// A value that it may have.
    pub(crate) example: Option<Value>,
}

/// Adapts the document.
pub(crate) fn adapt(document: &Document) -> Result<Adapted, Problems> {
    let mut root = document.value.clone();
    let positions = walk::positions(&root);
    let answers = reached(&root, &positions, Kind::Response);
    let requests = reached(&root, &positions, Kind::RequestBody);
    // A schema that nobody uses is treated as one of an answer: it will hardly stay unused.
    let only_requested = requests.difference(&answers).cloned().collect();
    for Position { pointer, .. } in &positions {
        add_source(root.pointer_mut(pointer));
    }
    null::to_where_it_is_used(&mut root, &positions);
    adapt_schemas(&mut root, &positions, &only_requested);
    let mut problems = Vec::new();
    adapt_operations(document, &mut root, &mut problems);
    Problems::check(problems)?;
    Ok(Adapted {
        api: document.parse(&root)?,
        operations: operations(&document.value, &root),
        value: root,
        answer_schemas: answers.iter().map(|name| squeeze(name)).collect(),
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
            Some((squeeze(name), texts.collect()))
        })
        .collect()
}

/// Writes where a fact comes from behind its description.
fn add_source(value: Option<&mut Value>) {
    let Some(object) = value.and_then(Value::as_object_mut) else {
        return;
    };
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

/// The names of all schemas that the request bodies, or the answers, of operations lead to.
fn reached(root: &Value, positions: &[Position], kind: Kind) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for position in positions {
        if position.kind == kind && position.pointer.starts_with("/paths/") {
            collect(root, kind, &position.pointer, &mut found);
        }
    }
    found
}

fn collect(root: &Value, kind: Kind, pointer: &str, found: &mut BTreeSet<String>) {
    let Some(value) = root.pointer(pointer) else {
        return;
    };
    for Position { kind, pointer } in walk::within(value, kind, pointer) {
        let part = root.pointer(&pointer);
        let target = part.and_then(|part| part.get("$ref")?.as_str()?.strip_prefix('#'));
        // The schema of a header is none of the body.
        let (Some(target), true) = (target, kind != Kind::Header) else {
            continue;
        };
        match target.strip_prefix("/components/schemas/") {
            Some(name) if !found.insert(name.to_owned()) => {}
            _ => collect(root, kind, target, found),
        }
    }
}

fn adapt_schemas(root: &mut Value, positions: &[Position], only_requested: &BTreeSet<String>) {
    // Parts first: what is put in the place of a schema has none.
    for Position { kind, pointer } in positions.iter().rev() {
        if *kind != Kind::Schema {
            continue;
        }
        let name = pointer.strip_prefix("/components/schemas/");
        let is_named = name.is_some_and(|name| !name.contains('/'));
        let in_request = match name.and_then(|name| name.split('/').next()) {
            Some(name) => only_requested.contains(name),
            None => pointer.contains("/requestBody/") || pointer.contains("/requestBodies/"),
        };
        if let Some(schema) = root.pointer_mut(pointer) {
            adapt_schema(schema, is_named, in_request);
        }
    }
    if let Some(schemas) = root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        schemas.insert(TIMESTAMP.to_owned(), json!({ "type": "string" }));
    }
}

fn adapt_schema(schema: &mut Value, is_named: bool, in_request: bool) {
    let Value::Object(object) = schema else {
        return;
    };
    if let Some(values) = object.shift_remove("x-extensible-enum") {
        object.insert("enum".to_owned(), values);
    }
    if let Some(Value::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for keyword in NARROWING {
        object.shift_remove(keyword);
    }
    if is_named || object.get("type") == Some(&json!("array")) {
        // What uses a named schema says itself whether it may be missing.
        object.shift_remove("nullable");
    }
    let is_guid = object.shift_remove("pattern") == Some(json!(GUID_PATTERN));
    let format = object.shift_remove("format");
    match format.as_ref().and_then(Value::as_str) {
        Some("date-time" | "date") => {
            as_timestamp(object);
            return;
        }
        Some("uuid") if is_named => {
            object.insert("format".to_owned(), "uuid".into());
        }
        _ if is_guid && is_named => {
            object.insert("format".to_owned(), "uuid".into());
        }
        _ => {}
    }
    if let Some(Value::Object(properties)) = object.get_mut("properties") {
        rename_extra(properties);
        match object.get("additionalProperties") {
            Some(Value::Object(_)) => {}
            _ if in_request => {
                object.shift_remove("additionalProperties");
            }
            _ => {
                object.insert("additionalProperties".to_owned(), json!({}));
            }
        }
    }
    if let Some(Value::Array(required)) = object.get_mut("required") {
        for name in required.iter_mut().filter(|name| **name == EXTRA) {
            *name = EXTRA_PROPERTY.into();
        }
    }
}

/// Keeps the place of the property: fields stand in its order.
fn rename_extra(properties: &mut Map<String, Value>) {
    if properties.contains_key(EXTRA) {
        *properties = std::mem::take(properties)
            .into_iter()
            .map(|(name, schema)| match name.as_str() {
                EXTRA => (EXTRA_PROPERTY.to_owned(), schema),
                _ => (name, schema),
            })
            .collect();
    }
}

fn as_timestamp(object: &mut Map<String, Value>) {
    object.shift_remove("type");
    object.shift_remove("enum");
    let reference = json!({ "$ref": format!("#/components/schemas/{TIMESTAMP}") });
    object.insert("allOf".to_owned(), json!([reference]));
}

fn adapt_operations(document: &Document, root: &mut Value, problems: &mut Vec<Problem>) {
    let components = root.get("components").cloned().unwrap_or_default();
    let lookup = json!({ "components": components });
    let paths = root.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(responses) = item
                .get_mut(method)
                .and_then(|operation| operation.get_mut("responses"))
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
                let step = walk::escape(path);
                problems.push(document.problem(
                    &format!("/paths/{step}/{method}/responses"),
                    "success answers with different schemas cannot be one Rust type",
                ));
            }
        }
    }
}

/// The operations, with the texts of the adapted document.
fn operations(original: &Value, root: &Value) -> Vec<Operation> {
    let text = |value: &Value, key: &str| {
        let text = value.get(key).and_then(Value::as_str).unwrap_or_default();
        text.trim().to_owned()
    };
    let mut found = Vec::new();
    for place in validate::operations(original) {
        let Some(operation) = root.pointer(&place.pointer) else {
            continue;
        };
        let parameters = place
            .parameters(original)
            .into_iter()
            .filter_map(|(pointer, _)| root.pointer(&pointer))
            .map(|parameter| {
                let parameter = resolve(root, parameter);
                let example = example(root, parameter);
                Parameter {
                    name: text(parameter, "name"),
                    in_header: parameter["in"] == "header",
                    description: text(parameter, "description"),
                    example: example.cloned(),
                }
            })
            .collect();
        found.push(Operation {
            id: text(operation, "operationId"),
            method: place.method().to_uppercase(),
            path: place.path.to_owned(),
            summary: text(operation, "summary"),
            description: text(operation, "description"),
            parameters,
        });
    }
    found
}

/// A value that a parameter may have, from the nearest place that shows one.
fn example<'a>(root: &'a Value, parameter: &'a Value) -> Option<&'a Value> {
    let schema = resolve(root, &parameter["schema"]);
    let named = || {
        let example = parameter.get("examples")?.as_object()?.values().next()?;
        resolve(root, example).get("value")
    };
    parameter
        .get("example")
        .or_else(named)
        .or_else(|| schema.get("example"))
        .or_else(|| schema.get("enum")?.get(0))
}
