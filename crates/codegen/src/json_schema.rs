//! Checking a value against a schema, and making JSON Schema out of OpenAPI 3.0's own dialect.

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::{Map, Value, json};

/// The dialect that is made, by its own name.
pub(crate) const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Where a value breaks its schema, and how.
pub(crate) struct Violation {
    /// The JSON pointer to the value.
    pub(crate) pointer: String,
    /// How it breaks the schema.
    pub(crate) message: String,
}

/// All the ways in which a value breaks a schema; an error if the schema itself is broken.
pub(crate) fn violations(schema: &Value, value: &Value) -> Result<Vec<Violation>, String> {
    let validator = compile(schema)?;
    Ok(violations_of(&validator, value))
}

/// A schema made ready for many values.
pub(crate) fn compile(schema: &Value) -> Result<Validator, String> {
    jsonschema::options()
        .should_validate_formats(true)
        .build(schema)
        .map_err(|error| error.to_string())
}

/// All the ways in which a value breaks a schema.
pub(crate) fn violations_of(validator: &Validator, value: &Value) -> Vec<Violation> {
    validator
        .iter_errors(value)
        .map(|error| {
            let (pointer, message) = deepest(&error);
            Violation { pointer, message }
        })
        .collect()
}

/// "Not valid under any of the schemas" helps nobody: of the alternatives that were tried, the one
/// that got furthest says what the author meant.
fn deepest(error: &ValidationError<'_>) -> (String, String) {
    let alternatives = match error.kind() {
        ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
            context.as_slice()
        }
        _ => &[],
    };
    alternatives
        .iter()
        .filter(|errors| !errors.iter().any(is_missing_ref))
        .flatten()
        .map(deepest)
        .max_by_key(|(pointer, _)| pointer.matches('/').count())
        .unwrap_or_else(|| {
            (
                error.instance_path().to_string(),
                shorten(&error.to_string()),
            )
        })
}

/// The alternative "or a reference" failed because there is no reference: nothing to report.
fn is_missing_ref(error: &ValidationError<'static>) -> bool {
    matches!(error.kind(), ValidationErrorKind::Required { property } if property == "$ref")
}

/// Validator messages repeat the value, which may be a whole schema.
fn shorten(message: &str) -> String {
    const LIMIT: usize = 240;
    match message.char_indices().nth(LIMIT) {
        None => message.to_owned(),
        Some((at, _)) => {
            let tail: String = message.chars().rev().take(LIMIT / 2).collect();
            let tail: String = tail.chars().rev().collect();
            format!("{} … {tail}", &message[..at.min(LIMIT / 2)])
        }
    }
}

/// A component schema as JSON Schema 2020-12, with all components beside it, so that references
/// resolve.
pub(crate) fn of_schema(schema: &Value, components: &Value) -> Value {
    let mut root = json!({
        "$schema": DRAFT,
        "components": { "schemas": convert_each(components) },
    });
    root["allOf"] = json!([convert(schema)]);
    root
}

fn convert_each(schemas: &Value) -> Value {
    let Value::Object(schemas) = schemas else {
        return json!({});
    };
    schemas
        .iter()
        .map(|(name, schema)| (name.clone(), convert(schema)))
        .collect()
}

/// OpenAPI 3.0's dialect as JSON Schema: `nullable` becomes a type of its own, and what only
/// documents goes.
#[must_use]
pub fn convert(schema: &Value) -> Value {
    let Value::Object(schema) = schema else {
        return schema.clone();
    };
    // Beside a reference nothing counts.
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
    // A mark on the limit there, the limit itself here.
    for (mark, limit) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if let Some(Value::Bool(excluded)) = converted.shift_remove(mark)
            && excluded
            && let Some(limit) = converted.shift_remove(limit)
        {
            converted.insert(mark.to_owned(), limit);
        }
    }
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
