//! Editions of the bundle for tools that cannot use it as it is.
//!
//! | edition | for |
//! |---|---|
//! | `openapi-flat` | generators without unions |
//! | `openapi-3.1` | tools that expect OpenAPI 3.1 and JSON Schema |
//!
//! An edition describes the same requests and responses: all example payloads are checked against it.

mod check;
mod flat;
mod merge;
mod v3_1;

use serde_json::Value;

use crate::bundle;
use crate::diagnostic::Diagnostics;
use crate::document::{Document, Element, Kind, elements};
use crate::output::Outputs;
use crate::source::Source;

/// Makes all editions.
pub(crate) fn editions(document: &Document, source: &Source) -> Result<Outputs, Diagnostics> {
    let full = bundle::inlined(document, source)?;
    let mut outputs = Outputs::new();

    let flat = flat::flat(&full);
    check::examples(document, &flat, "flat", check::openapi_3_0)?;
    let flat = bundle::stamped(flat, source);
    outputs.extend(bundle::json("openapi-flat", &flat));
    outputs.extend(bundle::yaml("openapi-flat", &flat, source)?);

    let v3_1 = v3_1::v3_1(&full);
    check::structure(document, &v3_1)?;
    check::examples(document, &v3_1, "3.1", check::openapi_3_1)?;
    outputs.extend(bundle::json("openapi-3.1", &bundle::stamped(v3_1, source)));
    Ok(outputs)
}

/// The JSON pointers of the schemas that are not part of another schema.
fn outer_schemas(root: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for Element { kind, pointer } in elements(root) {
        let is_part = found
            .last()
            .is_some_and(|last| pointer.starts_with(&format!("{last}/")));
        if kind == Kind::Schema && !is_part {
            found.push(pointer);
        }
    }
    found
}

/// Replaces each schema of a document that is not part of another schema.
fn map_schemas(root: &Value, convert: impl Fn(&str, &Value) -> Value) -> Value {
    let mut converted = root.clone();
    for pointer in outer_schemas(root) {
        if let (Some(from), Some(to)) = (root.pointer(&pointer), converted.pointer_mut(&pointer)) {
            *to = convert(&pointer, from);
        }
    }
    converted
}

/// Adds a paragraph to a description.
fn add_paragraph(value: &mut Value, text: &str) {
    let description = value["description"].as_str().unwrap_or_default().trim();
    let joined = format!("{description}\n\n{text}");
    value["description"] = joined.trim().into();
}
