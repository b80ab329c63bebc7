//! Adapts the document for progenitor, in memory. The spec describes the service; this module
//! changes what progenitor does not support, or would turn into inconvenient Rust.
//!
//! | in the spec | for progenitor | reason |
//! |---|---|---|
//! | error responses | removed | two error types in one operation panic; the runtime reads all error bodies |
//! | 200 with an object and 204 | both without a body | progenitor panics; the response keeps the raw body |
//! | `x-extensible-enum` | `enum` | progenitor ignores the extension; `postprocess` opens the enum again |
//! | a nullable schema | nullable where it is used | progenitor ignores it, or wraps the schema |
//! | a nullable list | a list | `postprocess` reads null as an empty list |
//! | a GUID by its `pattern`, with a name | `format: uuid` | a pattern needs a regex engine |
//! | `date-time` or `date` | the runtime's `Timestamp` | chrono types lose the original text |
//! | other formats, ranges, lengths, patterns, defaults | removed | their types reject unexpected values |
//! | `title` | removed | it renames the type |
//! | objects in responses | `additionalProperties: {}` | keeps unknown properties |
//! | a property `extra` | renamed | the field `extra` contains the unknown properties |
//! | `x-source` | a line of the description | progenitor ignores extensions |

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Document, Element, Kind, Reach, elements, entries, operations, resolve};
use crate::ident::{normalize_ident, property_for_progenitor};
use crate::nullable;

/// The pattern of a GUID. Ids in headers have it, because some generators do not support
/// `format: uuid` there.
pub(crate) const GUID_PATTERN: &str =
    "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";

/// The schema that stands for the runtime's `Timestamp`.
pub(crate) const TIMESTAMP: &str = "PartnerCenterCoreTimestamp";

/// Keywords that restrict values or replace missing ones. A response must decode whatever it
/// contains, and the service validates requests.
const RESTRICTIONS: [&str; 14] = [
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

/// A document for progenitor, and the facts for `postprocess` that it no longer contains.
pub(crate) struct Adapted {
    pub(crate) api: OpenAPI,
    /// The same as plain JSON.
    pub(crate) value: Value,
    pub(crate) operations: Vec<Operation>,
    /// The schemas in responses, by normalized name.
    pub(crate) response_schemas: BTreeSet<String>,
    /// The descriptions of enum values, by the schema's normalized name and the value.
    pub(crate) enum_descriptions: BTreeMap<String, BTreeMap<String, String>>,
}

/// An operation, with the texts of the adapted document.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    /// Whether a repeated request makes another resource: a POST to a list of resources.
    pub(crate) creates: bool,
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
    pub(crate) example: Option<Value>,
}

/// Adapts the document.
pub(crate) fn adapt(document: &Document) -> Result<Adapted, Diagnostics> {
    let mut root = document.value.clone();
    let elements = elements(&root);
    let reach = Reach::new(&root, &elements);
    for Element { kind, pointer } in &elements {
        if *kind == Kind::Operation || component_name(pointer).is_some() {
            add_source(root.pointer_mut(pointer));
        }
    }
    nullable::move_to_use(&mut root, &elements);
    // Parts first: an adapted schema may have no parts any more.
    for Element { kind, pointer } in elements.iter().rev() {
        if let (Kind::Schema, Some(schema)) = (kind, root.pointer_mut(pointer)) {
            let is_named = component_name(pointer).is_some();
            adapt_schema(schema, is_named, reach.only_sent(pointer));
        }
    }
    root["components"]["schemas"][TIMESTAMP] = json!({ "type": "string" });
    adapt_responses(document, &mut root)?;
    let response_schemas = reach.responses.iter().filter_map(|at| component_name(at));
    Ok(Adapted {
        api: document.parse(&root)?,
        operations: read_operations(&document.value, &root),
        response_schemas: response_schemas.map(normalize_ident).collect(),
        enum_descriptions: enum_descriptions(&root),
        value: root,
    })
}

/// The name of a component schema, if a pointer is that of one.
fn component_name(pointer: &str) -> Option<&str> {
    let name = pointer.strip_prefix("/components/schemas/")?;
    (!name.contains('/')).then_some(name)
}

fn enum_descriptions(root: &Value) -> BTreeMap<String, BTreeMap<String, String>> {
    entries(root.pointer("/components/schemas"))
        .map(|(name, schema)| {
            let texts = entries(schema.get("x-enumDescriptions"));
            let texts = texts.map(|(value, text)| (value.clone(), trimmed(text)));
            (normalize_ident(name), texts.collect())
        })
        .collect()
}

/// Adds a line with a link to the first source to a description.
fn add_source(value: Option<&mut Value>) {
    let Some(value) = value else {
        return;
    };
    let source = &value["x-source"][0];
    if let (Some(page), Some(url)) = (source["page"].as_str(), source["url"].as_str()) {
        let description = trimmed(&value["description"]);
        let text = format!("{description}\n\nSource: [{page}]({url}).");
        value["description"] = text.trim_start().into();
    }
}

fn adapt_schema(schema: &mut Value, is_named: bool, only_sent: bool) {
    let Value::Object(schema) = schema else {
        return;
    };
    if let Some(values) = schema.shift_remove("x-extensible-enum") {
        schema.insert("enum".to_owned(), values);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    for keyword in RESTRICTIONS {
        schema.shift_remove(keyword);
    }
    if is_named || schema.get("type") == Some(&json!("array")) {
        schema.shift_remove("nullable");
    }
    let is_guid = schema.shift_remove("pattern") == Some(json!(GUID_PATTERN));
    let format = schema.shift_remove("format");
    match format.as_ref().and_then(Value::as_str) {
        Some("date-time" | "date") => {
            schema.shift_remove("type");
            schema.shift_remove("enum");
            let reference = json!({ "$ref": format!("#/components/schemas/{TIMESTAMP}") });
            schema.insert("allOf".to_owned(), json!([reference]));
            return;
        }
        format if is_named && (is_guid || format == Some("uuid")) => {
            schema.insert("format".to_owned(), "uuid".into());
        }
        _ => {}
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        // Fields have the order of the properties.
        let renamed: Map<_, _> = std::mem::take(properties)
            .into_iter()
            .map(|(name, schema)| (property_for_progenitor(&name), schema))
            .collect();
        *properties = renamed;
        if !schema
            .get("additionalProperties")
            .is_some_and(Value::is_object)
        {
            schema.shift_remove("additionalProperties");
            if !only_sent {
                schema.insert("additionalProperties".to_owned(), json!({}));
            }
        }
    }
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        for name in required {
            if let Some(property) = name.as_str() {
                *name = property_for_progenitor(property).into();
            }
        }
    }
}

/// Keeps the success responses only, without a body if one of them has none.
fn adapt_responses(document: &Document, root: &mut Value) -> Result<(), Diagnostics> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for operation in operations(&document.value) {
        let at = format!("{}/responses", operation.pointer);
        let mut responses: Map<String, Value> = entries(root.pointer(&at))
            .filter(|(status, _)| status.starts_with('2'))
            .map(|(status, response)| (status.clone(), resolve(root, response).clone()))
            .collect();
        let schema = "/content/application~1json/schema";
        let schemas: Vec<Option<Value>> = responses
            .values()
            .map(|response| response.pointer(schema).cloned())
            .collect();
        if schemas.contains(&None) {
            for response in responses.values_mut().filter_map(Value::as_object_mut) {
                response.shift_remove("content");
            }
        } else if schemas.windows(2).any(|pair| pair[0] != pair[1]) {
            let message = "success responses with different schemas are not supported";
            diagnostics.push(document.error(&at, message));
        }
        if let Some(value) = root.pointer_mut(&at) {
            *value = responses.into();
        }
    }
    Diagnostics::check(diagnostics)
}

fn read_operations(original: &Value, root: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for operation in operations(original) {
        let parameters = operation.parameters(original).into_iter();
        let parameters = parameters.filter_map(|(pointer, _)| {
            let parameter = resolve(root, root.pointer(&pointer)?);
            Some(Parameter {
                name: trimmed(&parameter["name"]),
                in_header: parameter["in"] == "header",
                description: trimmed(&parameter["description"]),
                example: example(root, parameter).cloned(),
            })
        });
        let adapted = root.pointer(&operation.pointer).unwrap_or(&Value::Null);
        found.push(Operation {
            id: operation.id().to_owned(),
            method: operation.method.to_uppercase(),
            path: operation.path.to_owned(),
            creates: operation.method == "post"
                && original["paths"][operation.path].get("get").is_some(),
            summary: trimmed(&adapted["summary"]),
            description: trimmed(&adapted["description"]),
            parameters: parameters.collect(),
        });
    }
    found
}

fn trimmed(text: &Value) -> String {
    text.as_str().unwrap_or_default().trim().to_owned()
}

/// An example value of a parameter.
fn example<'a>(root: &'a Value, parameter: &'a Value) -> Option<&'a Value> {
    let schema = resolve(root, &parameter["schema"]);
    let named = || {
        let (_, example) = entries(parameter.get("examples")).next()?;
        resolve(root, example).get("value")
    };
    parameter
        .get("example")
        .or_else(named)
        .or_else(|| schema.get("example"))
        .or_else(|| schema.get("enum")?.get(0))
}
