//! The edition as OpenAPI 3.1, whose schemas are JSON Schema. `nullable` becomes the type `null` at the
//! places that use a schema, and not in the schema: some tools lose the properties of a component
//! whose type is `[object, null]`.

use serde_json::{Map, Value, json};

use super::whole::{add_paragraph, map_schemas};
use crate::document::resolve;
use crate::json_schema::{DRAFT, numeric_limits};

const ABOUT: &str = "**This edition is OpenAPI 3.1**, with the same content as `openapi.json`.";

/// Keywords that apply to a whole schema, null included.
const ANNOTATIONS: [&str; 9] = [
    "default",
    "deprecated",
    "description",
    "examples",
    "externalDocs",
    "readOnly",
    "title",
    "writeOnly",
    "xml",
];

/// Makes the edition of a bundle.
pub(super) fn v3_1(full: &Value) -> Value {
    let mut converted = map_schemas(full, |pointer, schema| {
        let name = pointer.strip_prefix("/components/schemas/");
        if name.is_some_and(|name| !name.contains('/')) {
            without_null(full, schema)
        } else {
            used(full, schema)
        }
    });
    add_paragraph(&mut converted["info"], ABOUT);
    let mut root = Map::new();
    for (key, value) in converted.as_object().into_iter().flatten() {
        if key == "openapi" {
            root.insert(key.clone(), "3.1.0".into());
            root.insert("jsonSchemaDialect".to_owned(), DRAFT.into());
        } else {
            root.insert(key.clone(), value.clone());
        }
    }
    root.into()
}

/// Whether a schema accepts null, by itself or by what it refers to.
fn accepts_null(root: &Value, schema: &Value) -> bool {
    let schema = resolve(root, schema);
    let parts = |keyword: &str| schema[keyword].as_array().map_or(&[][..], Vec::as_slice);
    let all = parts("allOf");
    schema["nullable"] == true
        || ["oneOf", "anyOf"]
            .iter()
            .any(|keyword| parts(keyword).iter().any(|part| accepts_null(root, part)))
        || schema.get("type").is_none()
            && !all.is_empty()
            && all.iter().all(|part| accepts_null(root, part))
}

/// A schema where it is used, which accepts null if the original does.
fn used(root: &Value, schema: &Value) -> Value {
    let converted = without_null(root, schema);
    let Value::Object(mut converted) = converted else {
        return converted;
    };
    if !accepts_null(root, schema) {
        return converted.into();
    }
    if let Some(kind @ ("string" | "integer" | "number" | "boolean")) =
        converted.get("type").and_then(Value::as_str)
    {
        let types = json!([kind, "null"]);
        converted.insert("type".to_owned(), types);
        if let Some(Value::Array(values)) = converted.get_mut("enum") {
            values.push(Value::Null);
        }
        return converted.into();
    }
    let (annotations, converted): (Map<_, _>, Map<_, _>) = converted
        .into_iter()
        .partition(|(key, _)| ANNOTATIONS.contains(&key.as_str()) || key.starts_with("x-"));
    // A property refers to a component by `allOf`, to have its own description.
    let only = match converted.get("allOf").and_then(Value::as_array) {
        Some(parts) if parts.len() == 1 && converted.len() == 1 => Some(parts[0].clone()),
        _ => None,
    };
    let value = only.unwrap_or_else(|| converted.into());
    let alternatives = json!([value, { "type": "null" }]);
    let mut used = Map::new();
    used.insert("anyOf".to_owned(), alternatives);
    used.extend(annotations);
    used.into()
}

/// A schema that does not accept null itself; its properties and items still do.
fn without_null(root: &Value, schema: &Value) -> Value {
    let Value::Object(object) = schema else {
        return schema.clone();
    };
    if let Some(reference) = schema.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut converted = Map::new();
    for (keyword, value) in object {
        let (keyword, value) = match keyword.as_str() {
            "nullable" => continue,
            "example" => ("examples", json!([value])),
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let properties = properties.map(|(name, one)| (name.clone(), used(root, one)));
                ("properties", properties.collect())
            }
            key @ ("items" | "additionalProperties") => (key, used(root, value)),
            key @ ("allOf" | "anyOf" | "oneOf") => {
                let parts = value.as_array().into_iter().flatten();
                (key, parts.map(|part| without_null(root, part)).collect())
            }
            "not" => ("not", used(root, value)),
            "enum" if schema["nullable"] == true => {
                let values = value.as_array().into_iter().flatten();
                (
                    "enum",
                    values.filter(|value| !value.is_null()).cloned().collect(),
                )
            }
            key => (key, value.clone()),
        };
        converted.insert(keyword.to_owned(), value);
    }
    numeric_limits(&mut converted);
    converted.into()
}
