//! Names that the document tells apart and Rust does not: `transfer-id` beside `transferId`, a
//! value `new` beside `New`. Two of them would become one type, field, variant or method, so each
//! such pair is refused here, with both lines.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::load::Document;
use crate::problem::Problem;
use crate::validate::{Operation, escape, resolve};
use crate::walk::{self, Kind, Position};

/// A property of this name stands beside the field that keeps unknown properties, which is called
/// `extra`; so it gets another one.
pub(crate) const EXTRA: &str = "extra";
/// What the property `extra` is called while progenitor works. The spaces keep it apart from
/// every sensible name; the field is `extra_property`.
pub(crate) const EXTRA_PROPERTY: &str = "extra  property";
/// The variant of a value whose own variant would be `Other`, the unknown ones'.
pub(crate) const OTHER_VALUE: &str = "OtherValue";

/// A name as what is left of it in any style of Rust: `MS-RequestId` and `ms_request_id` agree.
pub(crate) fn squeeze(name: &str) -> String {
    let name = match name {
        "+1" => "plus1",
        "-1" => "minus1",
        name => name,
    };
    let squeezed: String = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    match squeezed.chars().next() {
        None => "x".to_owned(),
        // No name in Rust starts with a digit, so an `x` is put before it.
        Some(first) if first.is_numeric() => format!("x{squeezed}"),
        Some(_) => squeezed,
    }
}

/// Checks all names.
pub(crate) fn check(
    document: &Document,
    operations: &[Operation<'_>],
    problems: &mut Vec<Problem>,
) {
    let root = &document.value;
    let mut types = Names::new(document, "schema");
    let schemas = root.pointer("/components/schemas");
    for name in keys(schemas) {
        let at = format!("/components/schemas/{}", escape(name));
        types.take(name, &squeeze(name), &at, problems);
    }
    let mut ids = Names::new(document, "operationId");
    for operation in operations {
        let at = format!("{}/operationId", operation.pointer);
        if let Some(id) = operation.value["operationId"].as_str() {
            // Two equal ones are said to be so elsewhere.
            if !ids.has(id) {
                ids.take(id, &squeeze(id), &at, problems);
            }
        }
        check_parameters(document, operation, problems);
    }
    for Position { kind, pointer } in walk::positions(root) {
        if let (Kind::Schema, Some(schema)) = (kind, root.pointer(&pointer)) {
            check_properties(document, schema, &pointer, problems);
            check_values(document, schema, &pointer, problems);
        }
    }
    check_inline_types(document, operations, &mut types, problems);
}

fn keys(value: Option<&Value>) -> impl Iterator<Item = &String> {
    value
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(serde_json::Map::keys)
}

/// Names of one kind, and where each was met first.
struct Names<'a> {
    document: &'a Document,
    kind: &'a str,
    first: BTreeMap<String, (String, String)>,
}

impl<'a> Names<'a> {
    fn new(document: &'a Document, kind: &'a str) -> Self {
        Self {
            document,
            kind,
            first: BTreeMap::new(),
        }
    }

    fn has(&self, name: &str) -> bool {
        self.first.values().any(|(other, _)| other == name)
    }

    fn take(&mut self, name: &str, squeezed: &str, at: &str, problems: &mut Vec<Problem>) {
        let kind = self.kind;
        let Some((other, first)) = self.first.get(squeezed) else {
            let met = (name.to_owned(), at.to_owned());
            self.first.insert(squeezed.to_owned(), met);
            return;
        };
        let line = self.document.node.place_of(first).line;
        let message = if name == other {
            format!("{kind} {name:?} stands twice; first in line {line}")
        } else {
            format!(
                "{kind} {name:?} and {other:?} in line {line} become one name in Rust; rename one"
            )
        };
        problems.push(self.document.problem(at, message));
    }
}

fn check_parameters(document: &Document, operation: &Operation<'_>, problems: &mut Vec<Problem>) {
    let mut names = Names::new(document, "parameter");
    for (at, parameter) in operation.parameters(&document.value) {
        if let Some(name) = resolve(&document.value, parameter)["name"].as_str() {
            names.take(name, &squeeze(name), &at, problems);
        }
    }
}

fn check_properties(document: &Document, schema: &Value, at: &str, problems: &mut Vec<Problem>) {
    let mut names = Names::new(document, "property");
    for name in keys(schema.get("properties")) {
        let in_rust = if name == EXTRA { EXTRA_PROPERTY } else { name };
        let at = format!("{at}/properties/{}", escape(name));
        names.take(name, &squeeze(in_rust), &at, problems);
    }
}

/// The values of an enum: texts, none of them empty, each a variant of its own.
fn check_values(document: &Document, schema: &Value, at: &str, problems: &mut Vec<Problem>) {
    for keyword in ["enum", "x-extensible-enum"] {
        let Some(values) = schema.get(keyword) else {
            continue;
        };
        let at = format!("{at}/{keyword}");
        let mut refuse = |at: &str, message: String| problems.push(document.problem(at, message));
        let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
            refuse(&at, format!("{keyword} needs a list of at least one value"));
            continue;
        };
        if schema.get("type").is_some_and(|kind| kind != "string") {
            refuse(&at, format!("{keyword} is for `type: string` only"));
            continue;
        }
        let mut names = Names::new(document, "value");
        for (index, value) in values.iter().enumerate() {
            let at = format!("{at}/{index}");
            match value {
                Value::String(text) if text.is_empty() => {
                    let message = "an empty text cannot be a value of an enum; leave it out, it \
                                   is read as an unknown value";
                    problems.push(document.problem(&at, message));
                }
                Value::String(text) => {
                    let squeezed = match squeeze(text).as_str() {
                        "other" => squeeze(OTHER_VALUE),
                        squeezed => squeezed.to_owned(),
                    };
                    names.take(text, &squeezed, &at, problems);
                }
                Value::Null if keyword == "enum" && schema["nullable"] == true => {}
                other => {
                    let message = format!("{keyword} holds {other}; expected text, in quotes");
                    problems.push(document.problem(&at, message));
                }
            }
        }
    }
}

/// Schemas without a name of their own are named after where they stand: the body of
/// `create_transfer` is `CreateTransferBody`. A schema of that name would silently be taken for it.
fn check_inline_types(
    document: &Document,
    operations: &[Operation<'_>],
    types: &mut Names<'_>,
    problems: &mut Vec<Problem>,
) {
    let root = &document.value;
    let mut found = Vec::new();
    for name in keys(root.pointer("/components/schemas")) {
        let at = format!("/components/schemas/{}", escape(name));
        parts(root, &at, &squeeze(name), &mut found);
    }
    for operation in operations {
        let Some(id) = operation.value["operationId"].as_str() else {
            continue;
        };
        let id = squeeze(id);
        let json = "content/application~1json/schema";
        let at = format!("{}/requestBody/{json}", operation.pointer);
        inline(root, &at, &format!("{id}body"), &mut found);
        // Two success answers have one schema; see `adapt`.
        let mut statuses = keys(operation.value.get("responses"));
        if let Some(status) = statuses.find(|status| status.starts_with('2')) {
            let at = format!("{}/responses/{status}/{json}", operation.pointer);
            inline(root, &at, &format!("{id}response"), &mut found);
        }
        for (at, parameter) in operation.parameters(root) {
            let name = resolve(root, parameter)["name"]
                .as_str()
                .unwrap_or_default();
            let at = format!("{at}/schema");
            inline(root, &at, &format!("{id}{}", squeeze(name)), &mut found);
        }
    }
    for (at, name) in found {
        types.take(&at, &name, &at, problems);
    }
}

/// A schema that stands where it is used, and its parts.
fn inline(root: &Value, at: &str, name: &str, found: &mut Vec<(String, String)>) {
    let Some(schema) = root.pointer(at) else {
        return;
    };
    let makes_type = ["properties", "enum", "x-extensible-enum", "oneOf", "anyOf"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    if makes_type {
        found.push((at.to_owned(), name.to_owned()));
    }
    parts(root, at, name, found);
}

fn parts(root: &Value, at: &str, name: &str, found: &mut Vec<(String, String)>) {
    let Some(schema) = root.pointer(at) else {
        return;
    };
    for property in keys(schema.get("properties")) {
        let at = format!("{at}/properties/{}", escape(property));
        inline(root, &at, &format!("{name}{}", squeeze(property)), found);
    }
    inline(root, &format!("{at}/items"), &format!("{name}item"), found);
}
