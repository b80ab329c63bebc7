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

/// The component schemas of an OpenAPI document, which a schema that is validated on its own needs
/// for its references.
pub(crate) struct Components {
    schemas: Value,
    convert: fn(&Value) -> Value,
}

impl Components {
    /// Those of an OpenAPI 3.0 document. They are converted once.
    pub(crate) fn of_3_0(root: &Value) -> Self {
        Self {
            schemas: convert_each(&root["components"]["schemas"]),
            convert,
        }
    }

    /// Those of an OpenAPI 3.1 document, which are JSON Schemas.
    pub(crate) fn of_3_1(root: &Value) -> Self {
        Self {
            schemas: root["components"]["schemas"].clone(),
            convert: Value::clone,
        }
    }

    /// A schema as JSON Schema, with the component schemas that it refers to, directly or not. With
    /// all of them, most of the time of a validation would go to those that it does not use.
    pub(crate) fn complete(&self, schema: &Value) -> Value {
        let schema = (self.convert)(schema);
        let mut used = Map::new();
        self.add_referenced(&schema, &mut used);
        json!({
            "$schema": DRAFT,
            "components": { "schemas": used },
            "allOf": [schema],
        })
    }

    fn add_referenced(&self, value: &Value, used: &mut Map<String, Value>) {
        match value {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                let name = reference.and_then(|it| it.strip_prefix("#/components/schemas/"));
                // A reference can lead into a schema.
                let name = name.and_then(|name| name.split('/').next());
                if let Some((name, schema)) = name.and_then(|it| self.component(it))
                    && used.insert(name.clone(), schema.clone()).is_none()
                {
                    self.add_referenced(schema, used);
                }
                members
                    .values()
                    .for_each(|it| self.add_referenced(it, used));
            }
            Value::Array(items) => items.iter().for_each(|it| self.add_referenced(it, used)),
            _ => {}
        }
    }

    fn component(&self, name: &str) -> Option<(&String, &Value)> {
        self.schemas.as_object()?.get_key_value(name)
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
