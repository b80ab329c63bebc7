//! The document by position: which of its values are schemas, parameters, answers and so on.
//!
//! Names alone do not tell. A property may be called `value`, `example`, `content` or `$ref`, and a
//! payload may hold anything; so whoever looks for schemas or references goes through here, and
//! never meets a payload.

use serde_json::Value;

/// What stands at a position.
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
    /// An example object, which holds or names a payload; not the payload.
    Example,
    /// What the generator has no use for, but which may be a reference.
    Other,
}

/// A value that OpenAPI gives a meaning.
#[derive(Clone, Debug)]
pub(crate) struct Position {
    pub(crate) kind: Kind,
    /// The JSON pointer to it.
    pub(crate) pointer: String,
}

pub(crate) const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// Parts of `components`, and what they hold.
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

/// A key as one step of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Every position of a document, each before its parts.
pub(crate) fn positions(root: &Value) -> Vec<Position> {
    let mut walk = Walk(Vec::new());
    walk.each(root, "", "paths", Kind::PathItem);
    if let Some(components) = root.get("components") {
        for (part, kind) in COMPONENTS {
            walk.each(components, "/components", part, kind);
        }
    }
    walk.0
}

/// The positions within one value, itself first.
pub(crate) fn within(value: &Value, kind: Kind, pointer: &str) -> Vec<Position> {
    let mut walk = Walk(Vec::new());
    walk.visit(value, kind, pointer.to_owned());
    walk.0
}

struct Walk(Vec<Position>);

impl Walk {
    fn visit(&mut self, value: &Value, kind: Kind, pointer: String) {
        let at = pointer.clone();
        self.0.push(Position { kind, pointer });
        // Beside a reference nothing counts.
        if value.get("$ref").is_some_and(Value::is_string) {
            return;
        }
        let at = at.as_str();
        match kind {
            Kind::PathItem => {
                self.each(value, at, "parameters", Kind::Parameter);
                for method in METHODS {
                    self.one(value, at, method, Kind::Operation);
                }
            }
            Kind::Operation => {
                self.each(value, at, "parameters", Kind::Parameter);
                self.one(value, at, "requestBody", Kind::RequestBody);
                self.each(value, at, "responses", Kind::Response);
            }
            Kind::Parameter | Kind::Header => {
                self.one(value, at, "schema", Kind::Schema);
                self.each(value, at, "content", Kind::MediaType);
                self.each(value, at, "examples", Kind::Example);
            }
            Kind::RequestBody => self.each(value, at, "content", Kind::MediaType),
            Kind::Response => {
                self.each(value, at, "headers", Kind::Header);
                self.each(value, at, "content", Kind::MediaType);
                self.each(value, at, "links", Kind::Other);
            }
            Kind::MediaType => {
                self.one(value, at, "schema", Kind::Schema);
                self.each(value, at, "examples", Kind::Example);
            }
            Kind::Schema => {
                self.each(value, at, "properties", Kind::Schema);
                for keyword in ["items", "not", "additionalProperties"] {
                    if value.get(keyword).is_some_and(Value::is_object) {
                        self.one(value, at, keyword, Kind::Schema);
                    }
                }
                for keyword in ["allOf", "anyOf", "oneOf"] {
                    self.each(value, at, keyword, Kind::Schema);
                }
            }
            Kind::Example | Kind::Other => {}
        }
    }

    fn one(&mut self, holder: &Value, at: &str, key: &str, kind: Kind) {
        if let Some(value) = holder.get(key) {
            self.visit(value, kind, format!("{at}/{key}"));
        }
    }

    /// The values of a map, or the items of a list.
    fn each(&mut self, holder: &Value, at: &str, key: &str, kind: Kind) {
        match holder.get(key) {
            Some(Value::Object(parts)) => {
                for (name, part) in parts {
                    // Extensions stand between paths and between statuses; elsewhere such a key
                    // is a name like any other.
                    let is_extension = matches!(kind, Kind::PathItem | Kind::Response)
                        && name.starts_with("x-")
                        && at != "/components";
                    if !is_extension {
                        self.visit(part, kind, format!("{at}/{key}/{}", escape(name)));
                    }
                }
            }
            Some(Value::Array(parts)) => {
                for (index, part) in parts.iter().enumerate() {
                    self.visit(part, kind, format!("{at}/{key}/{index}"));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Kind, positions};

    #[test]
    fn a_property_of_any_name_is_a_schema_and_a_payload_is_nothing() {
        let document = json!({
            "paths": {},
            "components": {"schemas": {"S": {
                "example": {"$ref": "no reference"},
                "properties": {
                    "value": {"type": "string"},
                    "example": {"$ref": "#/components/schemas/S"},
                    "content": {"items": {}},
                    "properties": {"type": "string"},
                },
            }}},
        });
        let found: Vec<_> = positions(&document)
            .into_iter()
            .map(|position| (position.kind, position.pointer))
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
