//! Finds and replaces the whole schemas of a document, and extends descriptions.

use serde_json::Value;

use crate::document::{Element, Kind, elements};

/// The JSON pointers of the schemas that are not part of another schema.
pub(super) fn outer_schemas(root: &Value) -> Vec<String> {
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
pub(super) fn map_schemas(root: &Value, convert: impl Fn(&str, &Value) -> Value) -> Value {
    let mut converted = root.clone();
    for pointer in outer_schemas(root) {
        if let (Some(from), Some(to)) = (root.pointer(&pointer), converted.pointer_mut(&pointer)) {
            *to = convert(&pointer, from);
        }
    }
    converted
}

/// Adds a paragraph to a description.
pub(super) fn add_paragraph(value: &mut Value, text: &str) {
    let description = value["description"].as_str().unwrap_or_default().trim();
    let joined = format!("{description}\n\n{text}");
    value["description"] = joined.trim().into();
}
