//! Parses the spec into an OpenAPI document: YAML, version, structure, types.

mod operation;
mod reach;
mod tree;
mod walk;

use openapiv3::{OpenAPI, ReferenceOr};
use serde::Deserialize;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::json_schema;
use crate::source::{SPEC, Source};

pub(crate) use operation::{Operation, operations};
pub(crate) use reach::Reach;
pub(crate) use tree::Tree;
pub(crate) use walk::{
    Element, Kind, elements, elements_within, entries, escape, resolve, target_of,
};

/// The JSON Schema that the OpenAPI Initiative publishes for OpenAPI 3.0 documents, unchanged
/// (Apache-2.0). The types of `openapiv3` alone accept invalid documents, such as `type: strng`.
const META_SCHEMA: &str = include_str!("../../schema/openapi-3.0.json");

/// A document with the structure of OpenAPI 3.0.
pub(crate) struct Document {
    /// The values with their locations.
    pub(crate) tree: Tree,
    /// The same as plain JSON, in the document's order.
    pub(crate) value: Value,
}

impl Document {
    /// Parses the spec.
    pub(crate) fn load(source: &Source) -> Result<Self, Diagnostics> {
        let tree = Tree::parse(SPEC, &source.spec)?;
        let value = tree.to_value();
        let document = Self { tree, value };
        document.check_version()?;

        let failed = |reason: String| Diagnostic::new(SPEC, None, format!("meta-schema: {reason}"));
        let meta = serde_json::from_str(META_SCHEMA).map_err(|error| failed(error.to_string()))?;
        let violations = json_schema::violations(&meta, &document.value).map_err(failed)?;
        let diagnostic = |(pointer, message): (String, String)| {
            document.error(&pointer, format!("{pointer}: {message}"))
        };
        Diagnostics::check(violations.into_iter().map(diagnostic).collect())?;

        // The generator reads the document as these types.
        document.parse(&document.value)?;
        Ok(document)
    }

    /// Parses a value, either the document or an adapted copy of it, into the generator's types.
    pub(crate) fn parse(&self, value: &Value) -> Result<OpenAPI, Diagnostic> {
        OpenAPI::deserialize(value).map_err(|error| match unreadable_schema(value) {
            Some((pointer, error)) => self.error(&pointer, error),
            None => Diagnostic::new(SPEC, None, error.to_string()),
        })
    }

    /// An error in the value at a JSON pointer.
    pub(crate) fn error(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(SPEC, Some(self.tree.location_of(pointer)), message)
    }

    fn check_version(&self) -> Result<(), Diagnostic> {
        match self.value.get("openapi").and_then(Value::as_str) {
            Some(version) if version.starts_with("3.0.") => Ok(()),
            Some(version) => {
                let message =
                    format!("OpenAPI {version} is not supported; expected 3.0.x, such as 3.0.3");
                Err(self.error("/openapi", message))
            }
            None => Err(self.error(
                "",
                "not an OpenAPI document: the line `openapi: 3.0.3` is missing",
            )),
        }
    }
}

/// The innermost schema that cannot be parsed, with the reason. The error for the whole document
/// has no location.
fn unreadable_schema(root: &Value) -> Option<(String, String)> {
    elements(root)
        .into_iter()
        .rev()
        .filter(|element| element.kind == Kind::Schema)
        .find_map(|Element { pointer, .. }| {
            let schema = root.pointer(&pointer)?;
            let error = ReferenceOr::<openapiv3::Schema>::deserialize(schema).err()?;
            Some((pointer, error.to_string()))
        })
}
