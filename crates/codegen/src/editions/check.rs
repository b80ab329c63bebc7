//! Checks an edition: its structure, and that it accepts all examples of the document.

use serde_json::{Value, json};

use super::whole::outer_schemas;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Document, Element, Kind, elements, entries, escape, resolve};
use crate::json_schema::{self, Components, DRAFT};
use crate::source::SPEC;

/// The JSON Schema that the OpenAPI Initiative publishes for OpenAPI 3.1 documents, unchanged
/// (Apache-2.0).
const META_SCHEMA: &str = include_str!("../../schema/openapi-3.1.json");

/// Checks the structure of an OpenAPI 3.1 document, and each of its schemas.
pub(super) fn structure(document: &Document, edition: &Value) -> Result<(), Diagnostics> {
    let failed = |reason: String| Diagnostic::new(SPEC, None, format!("meta-schema: {reason}"));
    let meta = serde_json::from_str(META_SCHEMA).map_err(|error| failed(error.to_string()))?;
    let mut found = json_schema::violations(&meta, edition).map_err(failed)?;
    // The schema above leaves schemas to the dialect of the document.
    let pointers = outer_schemas(edition);
    let schemas = pointers.iter().map(|pointer| edition.pointer(pointer));
    let schemas: Value = schemas.flatten().cloned().collect();
    let dialect = json!({ "$schema": DRAFT, "items": { "$ref": DRAFT } });
    let inner = json_schema::violations(&dialect, &schemas).map_err(failed)?;
    found.extend(inner.into_iter().map(|(at, message)| {
        let mut steps = at.splitn(3, '/').skip(1);
        let index = steps.next().and_then(|index| index.parse::<usize>().ok());
        let pointer = index
            .and_then(|index| pointers.get(index))
            .map_or("", String::as_str);
        let rest = steps.next().unwrap_or_default();
        (format!("{pointer}/{rest}"), message)
    }));
    let diagnostic = |(pointer, message): (String, String)| {
        document.error(&pointer, format!("3.1 edition: {pointer}: {message}"))
    };
    Diagnostics::check(found.into_iter().map(diagnostic).collect())
}

/// Checks the examples of an edition against its schemas.
pub(super) fn examples(
    document: &Document,
    edition: &Value,
    name: &str,
    components: &Components,
) -> Result<(), Diagnostics> {
    let mut found = Vec::new();
    for Element { kind, pointer } in elements(edition) {
        let Some(holder) = edition.pointer(&pointer) else {
            continue;
        };
        // The examples of schemas are parts of these.
        let (Kind::Parameter | Kind::Header | Kind::MediaType, Some(schema)) =
            (kind, holder.get("schema"))
        else {
            continue;
        };
        let schema = components.complete(schema);
        for (at, example) in payloads(edition, holder) {
            let at = format!("{pointer}/{at}");
            match json_schema::violations(&schema, example) {
                Err(reason) => {
                    let message = format!("{name} edition: invalid schema: {reason}");
                    found.push(document.error(&pointer, message));
                }
                Ok(violations) => found.extend(violations.into_iter().map(|(inner, message)| {
                    let message = format!("{name} edition: example{inner}: {message}");
                    document.error(&at, message)
                })),
            }
        }
    }
    Diagnostics::check(found)
}

/// The example payloads of a parameter, header or media type.
fn payloads<'a>(root: &'a Value, holder: &'a Value) -> Vec<(String, &'a Value)> {
    let named = entries(holder.get("examples")).filter_map(|(name, example)| {
        let value = resolve(root, example).get("value")?;
        Some((format!("examples/{}", escape(name)), value))
    });
    let example = holder.get("example").map(|one| ("example".to_owned(), one));
    example.into_iter().chain(named).collect()
}
