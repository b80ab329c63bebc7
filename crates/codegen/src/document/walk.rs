//! The elements of a document by kind: which of its values are schemas, parameters, responses.
//!
//! Keys alone do not identify them. A property may be called `value`, `example`, `content` or
//! `$ref`, and an example payload may contain anything, so schemas and references are found by
//! their position. Example payloads are never visited.

use serde_json::Value;

/// The kind of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Schema,
    /// An example object, which contains or names a payload.
    Example,
    /// An element that the generator ignores, but which may be a reference.
    Other,
}

/// A value that OpenAPI gives a meaning.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    pub(crate) kind: Kind,
    /// The JSON pointer to it.
    pub(crate) pointer: String,
}

/// The HTTP methods of operations.
pub(super) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Sections of `components`, and the kind of their values.
const COMPONENTS: [(&str, Kind); 9] = [
    ("schemas", Kind::Schema),
    ("responses", Kind::Response),
    ("parameters", Kind::Parameter),
    ("examples", Kind::Example),
    ("requestBodies", Kind::RequestBody),
    ("headers", Kind::Header),
    ("securitySchemes", Kind::Other),
    ("links", Kind::Other),
    ("callbacks", Kind::Other),
];

/// Keys of an element, and the kind of their values.
type Parts = &'static [(&'static str, Kind)];

/// A key as one segment of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The entries of an object; none for any other value.
pub(crate) fn entries(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// Follows references until the target is not a reference.
pub(crate) fn resolve<'a>(root: &'a Value, mut value: &'a Value) -> &'a Value {
    while let Some(target) = target_of(value).and_then(|target| root.pointer(target)) {
        value = target;
    }
    value
}

/// The JSON pointer of a local reference.
pub(crate) fn target_of(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix('#')
}

/// All elements of a document, each before its parts.
pub(crate) fn elements(root: &Value) -> Vec<Element> {
    let mut walk = Walk(Vec::new());
    walk.each(root, "", "paths", Kind::PathItem);
    if let Some(components) = root.get("components") {
        for (section, kind) in COMPONENTS {
            walk.each(components, "/components", section, kind);
        }
    }
    walk.0
}

/// An element and its parts.
pub(crate) fn elements_within(value: &Value, kind: Kind, pointer: &str) -> Vec<Element> {
    let mut walk = Walk(Vec::new());
    walk.visit(value, kind, pointer.to_owned());
    walk.0
}

struct Walk(Vec<Element>);

impl Walk {
    fn visit(&mut self, value: &Value, kind: Kind, pointer: String) {
        let at = &pointer.clone();
        self.0.push(Element { kind, pointer });
        // OpenAPI ignores keys next to `$ref`.
        if value.get("$ref").is_some_and(Value::is_string) {
            return;
        }
        let (one, each): (Parts, Parts) = match kind {
            Kind::PathItem => {
                self.each(value, at, "parameters", Kind::Parameter);
                for method in METHODS {
                    self.one(value, at, method, Kind::Operation);
                }
                return;
            }
            Kind::Schema => {
                self.each(value, at, "properties", Kind::Schema);
                for keyword in ["items", "not", "additionalProperties"] {
                    // `additionalProperties` may be a boolean.
                    if value.get(keyword).is_some_and(Value::is_object) {
                        self.one(value, at, keyword, Kind::Schema);
                    }
                }
                for keyword in ["allOf", "anyOf", "oneOf"] {
                    self.each(value, at, keyword, Kind::Schema);
                }
                return;
            }
            Kind::Operation => (
                &[("requestBody", Kind::RequestBody)],
                &[
                    ("parameters", Kind::Parameter),
                    ("responses", Kind::Response),
                ],
            ),
            Kind::Parameter | Kind::Header => (
                &[("schema", Kind::Schema)],
                &[("content", Kind::MediaType), ("examples", Kind::Example)],
            ),
            Kind::RequestBody => (&[], &[("content", Kind::MediaType)]),
            Kind::Response => (
                &[],
                &[
                    ("headers", Kind::Header),
                    ("content", Kind::MediaType),
                    ("links", Kind::Other),
                ],
            ),
            Kind::MediaType => (&[("schema", Kind::Schema)], &[("examples", Kind::Example)]),
            Kind::Example | Kind::Other => return,
        };
        for (key, kind) in one {
            self.one(value, at, key, *kind);
        }
        for (key, kind) in each {
            self.each(value, at, key, *kind);
        }
    }

    fn one(&mut self, holder: &Value, at: &str, key: &str, kind: Kind) {
        if let Some(value) = holder.get(key) {
            self.visit(value, kind, format!("{at}/{key}"));
        }
    }

    /// Visits the values of an object, or the items of a list.
    fn each(&mut self, holder: &Value, at: &str, key: &str, kind: Kind) {
        for (name, part) in entries(holder.get(key)) {
            // Among paths and statuses such a key is an extension; elsewhere it is a plain name.
            let is_extension = matches!(kind, Kind::PathItem | Kind::Response)
                && name.starts_with("x-")
                && at != "/components";
            if !is_extension {
                self.visit(part, kind, format!("{at}/{key}/{}", escape(name)));
            }
        }
        let items = holder.get(key).and_then(Value::as_array);
        for (index, part) in items.into_iter().flatten().enumerate() {
            self.visit(part, kind, format!("{at}/{key}/{index}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, elements};

    #[test]
    fn a_property_of_any_name_is_a_schema_and_an_example_payload_is_skipped() {
        let document = json!({
            "paths": {},
            "components": {"schemas": {"S": {
                "example": {"$ref": "not a reference"},
                "properties": {
                    "value": {"type": "string"},
                    "example": {"$ref": "#/components/schemas/S"},
                    "content": {"items": {}},
                    "properties": {"type": "string"},
                },
            }}},
        });
        let found: Vec<_> = elements(&document)
            .into_iter()
            .map(|element| (element.kind, element.pointer))
            .collect();
        let schema = |pointer: &str| (Kind::Schema, format!("/components/schemas/S{pointer}"));
        assert_eq!(
            found,
            [
                schema(""),
                schema("/properties/value"),
                schema("/properties/example"),
                schema("/properties/content"),
                schema("/properties/content/items"),
                schema("/properties/properties"),
            ]
        );
    }
}
