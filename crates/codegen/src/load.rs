//! From text to an OpenAPI document that is known to be one: YAML, version, structure, types.

use openapiv3::{OpenAPI, ReferenceOr};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::json_schema;
use crate::node::Node;
use crate::problem::{Problem, Problems};
use crate::source::{SPEC, Source};
use crate::walk::{self, Kind, Position};

/// The OpenAPI Initiative's own JSON Schema of OpenAPI 3.0 documents, unchanged (Apache-2.0).
/// The types of `openapiv3` alone let through what no reader understands, `type: strng` say.
const META_SCHEMA: &str = include_str!("../schema/openapi-3.0.json");

/// A document that has the structure of OpenAPI 3.0.
pub(crate) struct Document {
    /// Where each value stands.
    pub(crate) node: Node,
    /// The document as plain JSON, in its own order.
    pub(crate) value: Value,
}

impl Document {
    /// Parses the spec.
    pub(crate) fn load(source: &Source) -> Result<Self, Problems> {
        let node = Node::parse(SPEC, &source.spec)?;
        let value = node.to_value();
        check_version(&node, &value)?;

        let meta: Value = serde_json::from_str(META_SCHEMA)
            .map_err(|error| Problem::new(SPEC, None, format!("meta-schema: {error}")))?;
        let problems = json_schema::violations(&meta, &value)
            .map_err(|reason| Problem::new(SPEC, None, format!("meta-schema: {reason}")))?
            .into_iter()
            .map(|violation| {
                let place = node.place_of(&violation.pointer);
                let message = format!("{}: {}", violation.pointer, violation.message);
                Problem::new(SPEC, Some(place), message)
            })
            .collect();
        Problems::check(problems)?;

        // The generator reads it as these types, so it must be readable as them.
        let document = Self { node, value };
        document.parse(&document.value)?;
        Ok(document)
    }

    /// A value, the document's own or one made from it, as the types that the generator reads.
    pub(crate) fn parse(&self, value: &Value) -> Result<OpenAPI, Problem> {
        OpenAPI::deserialize(value).map_err(|error| match unreadable(value) {
            Some((pointer, error)) => self.problem(&pointer, error),
            None => Problem::new(SPEC, None, error.to_string()),
        })
    }

    /// A problem with the value at a JSON pointer.
    pub(crate) fn problem(&self, pointer: &str, message: impl Into<String>) -> Problem {
        Problem::new(SPEC, Some(self.node.place_of(pointer)), message)
    }
}

/// The innermost value that cannot be read, and why: the reader of the whole does not say where.
fn unreadable(root: &Value) -> Option<(String, String)> {
    fn error<T: DeserializeOwned>(value: &Value) -> Option<String> {
        ReferenceOr::<T>::deserialize(value)
            .err()
            .map(|error| error.to_string())
    }
    walk::positions(root)
        .into_iter()
        .rev()
        .find_map(|Position { kind, pointer }| {
            let value = root.pointer(&pointer)?;
            let error = match kind {
                Kind::PathItem => error::<openapiv3::PathItem>(value),
                Kind::Operation => error::<openapiv3::Operation>(value),
                Kind::Parameter => error::<openapiv3::Parameter>(value),
                Kind::RequestBody => error::<openapiv3::RequestBody>(value),
                Kind::Response => error::<openapiv3::Response>(value),
                Kind::Header => error::<openapiv3::Header>(value),
                Kind::MediaType => error::<openapiv3::MediaType>(value),
                Kind::Schema => error::<openapiv3::Schema>(value),
                Kind::Example => error::<openapiv3::Example>(value),
                Kind::Other => None,
            };
            error.map(|error| (pointer, error))
        })
}

fn check_version(node: &Node, value: &Value) -> Result<(), Problem> {
    let problem =
        |pointer, message: &str| Err(Problem::new(SPEC, Some(node.place_of(pointer)), message));
    match value.get("openapi").and_then(Value::as_str) {
        Some(version) if version.starts_with("3.0.") => Ok(()),
        Some(version) => problem(
            "/openapi",
            &format!("OpenAPI {version} is not supported; expected 3.0.x, such as 3.0.3"),
        ),
        None => problem(
            "",
            "no OpenAPI document: `openapi: 3.0.3` is missing at its top",
        ),
    }
}
