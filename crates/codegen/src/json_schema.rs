//! Validates values against schemas, and converts OpenAPI 3.0 schemas to JSON Schema.

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind;
use serde_json::{Map, Value, json};

/// The URI of the JSON Schema dialect of the output.
pub(crate) const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// All violations of a schema by a value, as JSON pointers and messages; an error if the schema
/// itself is invalid.
pub(crate) fn violations(schema: &Value, value: &Value) -> Result<Vec<(String, String)>, String> {
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| error.to_string())?;
    Ok(validator
        .iter_errors(value)
        .map(|error| deepest(&error))
        .collect())
}

/// The most specific error. "Not valid under any of the schemas" does not help: of all
/// alternatives, the one whose error is deepest is probably the one that the author meant.
fn deepest(error: &ValidationError<'_>) -> (String, String) {
    let alternatives = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            context.as_slice()
        }
        _ => &[],
    };
    // The alternative "or a reference" always fails for a value that is not one.
    let is_missing_ref = |error: &ValidationError<'static>| matches!(error.kind(), ValidationErrorKind::Required { property } if property == "$ref");
    alternatives
        .iter()
        .filter(|errors| !errors.iter().any(is_missing_ref))
        .flatten()
        .map(deepest)
        .max_by_key(|(pointer, _)| pointer.matches('/').count())
        .unwrap_or_else(|| {
            let pointer = error.instance_path().to_string();
            (pointer, shorten(&error.to_string()))
        })
}

/// Shortens a validator message, which repeats the whole value.
fn shorten(message: &str) -> String {
    const HALF: usize = 120;
    let letters: Vec<char> = message.chars().collect();
    if letters.len() <= 2 * HALF {
        return message.to_owned();
    }
    let head: String = letters[..HALF].iter().collect();
    let tail: String = letters[letters.len() - HALF..].iter().collect();
    format!("{head} … {tail}")
}

/// The component schemas of an OpenAPI document as JSON Schema. They are converted once, since each
/// schema that is validated on its own needs all of them.
pub(crate) struct Components(Value);

impl Components {
    /// Converts the component schemas of a document.
    pub(crate) fn of(root: &Value) -> Self {
        Self(convert_each(&root["components"]["schemas"]))
    }

    /// An OpenAPI schema as JSON Schema, with all component schemas, so that references resolve.
    pub(crate) fn complete(&self, schema: &Value) -> Value {
        json!({
            "$schema": DRAFT,
            "components": { "schemas": self.0 },
            "allOf": [convert(schema)],
        })
    }
}

fn convert_each(schemas: &Value) -> Value {
    let schemas = schemas.as_object().into_iter().flatten();
    let converted: Map<_, _> = schemas
        .map(|(name, schema)| (name.clone(), convert(schema)))
        .collect();
    converted.into()
}

/// Converts an OpenAPI 3.0 schema to JSON Schema 2020-12: `nullable` becomes the type `null`, and
/// keywords that only document are dropped.
#[must_use]
pub fn convert(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    // OpenAPI ignores keywords next to `$ref`.
    if let Some(reference) = schema.get("$ref") {
        return json!({ "$ref": reference });
    }
    let mut converted = Map::new();
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            "nullable" | "example" | "xml" | "externalDocs" | "discriminator" => continue,
            name if name.starts_with("x-") => continue,
            "properties" => convert_each(value),
            "items" | "additionalProperties" | "not" => convert(value),
            "allOf" | "anyOf" | "oneOf" => value
                .as_array()
                .into_iter()
                .flatten()
                .map(convert)
                .collect(),
            _ => value.clone(),
        };
        converted.insert(keyword.clone(), value);
    }
    numeric_limits(&mut converted);
    if schema.get("nullable") != Some(&Value::Bool(true)) {
        return Value::Object(converted);
    }
    if let Some(kind) = converted.get("type").cloned() {
        converted.insert("type".to_owned(), json!([kind, "null"]));
        if let Some(Value::Array(values)) = converted.get_mut("enum") {
            values.push(Value::Null);
        }
        return Value::Object(converted);
    }
    json!({ "anyOf": [converted, { "type": "null" }] })
}

/// Converts the exclusive limits of a schema: in OpenAPI 3.0 a flag for the limit, in JSON Schema the
/// limit itself.
pub(crate) fn numeric_limits(schema: &mut Map<String, Value>) {
    for (mark, limit) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if let Some(Value::Bool(excluded)) = schema.shift_remove(mark)
            && excluded
            && let Some(limit) = schema.shift_remove(limit)
        {
            schema.insert(mark.to_owned(), limit);
        }
    }
}
