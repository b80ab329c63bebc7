//! Names that differ in the document and not in Rust: `transfer-id` and `transferId`, or the values
//! `new` and `New`. Two of them would become one type, field, variant or method.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::checker::{Checker, named};
use crate::document::{Kind, Operation, entries, escape, operations};
use crate::ident::{OTHER_VALUE, normalize_ident, property_for_progenitor};

pub(super) fn check(checker: &mut Checker<'_>) {
    let mut types = Names::new("schema");
    for (at, name, _) in checker.components("schemas") {
        types.add(checker, name, &normalize_ident(name), &at);
    }
    let mut ids = Names::new("operationId");
    for operation in operations(checker.root()) {
        let at = format!("{}/operationId", operation.pointer);
        // A missing id is reported by `operations`.
        if !operation.id().is_empty() {
            ids.add(
                checker,
                operation.id(),
                &normalize_ident(operation.id()),
                &at,
            );
        }
        let mut names = Names::new("parameter");
        for (at, parameter) in operation.parameters(checker.root()) {
            let name = parameter["name"].as_str().unwrap_or_default();
            names.add(checker, name, &normalize_ident(name), &at);
        }
    }
    for (at, schema) in checker.each(Kind::Schema) {
        let mut names = Names::new("property");
        for (at, name, _) in named(&format!("{at}/properties"), schema.get("properties")) {
            let in_rust = normalize_ident(&property_for_progenitor(name));
            names.add(checker, name, &in_rust, &at);
        }
        for keyword in ["enum", "x-extensible-enum"] {
            if let Some(values) = schema.get(keyword) {
                check_values(checker, schema, keyword, values, &format!("{at}/{keyword}"));
            }
        }
    }
    for (at, name) in inline_types(checker.root()) {
        types.add(checker, &at, &name, &at);
    }
}

/// Names of one kind, with the pointer of their first use.
struct Names {
    kind: &'static str,
    first: BTreeMap<String, (String, String)>,
}

impl Names {
    fn new(kind: &'static str) -> Self {
        Self {
            kind,
            first: BTreeMap::new(),
        }
    }

    fn add(&mut self, checker: &mut Checker<'_>, name: &str, normalized: &str, at: &str) {
        let kind = self.kind;
        let Some((other, first)) = self.first.get(normalized) else {
            let used = (name.to_owned(), at.to_owned());
            self.first.insert(normalized.to_owned(), used);
            return;
        };
        let line = checker.document.tree.location_of(first).line;
        let message = if name == other {
            format!("{kind} {name:?} is defined twice; first in line {line}")
        } else {
            format!(
                "{kind} {name:?} and {other:?} in line {line} become one name in Rust; rename one"
            )
        };
        checker.error(at, message);
    }
}

/// The values of an enum are non-empty texts, each with a variant of its own.
fn check_values(
    checker: &mut Checker<'_>,
    schema: &Value,
    keyword: &str,
    values: &Value,
    at: &str,
) {
    let Some(values) = values.as_array().filter(|values| !values.is_empty()) else {
        checker.error(at, format!("{keyword} needs a list of at least one value"));
        return;
    };
    if schema.get("type").is_some_and(|kind| kind != "string") {
        checker.error(at, format!("{keyword} is for `type: string` only"));
        return;
    }
    let mut names = Names::new("value");
    for (index, value) in values.iter().enumerate() {
        let at = format!("{at}/{index}");
        match value {
            Value::String(text) if text.is_empty() => {
                let message = "an empty text cannot be a value of an enum; omit it, it is read as \
                               an unknown value";
                checker.error(&at, message);
            }
            Value::String(text) => {
                let mut normalized = normalize_ident(text);
                if normalized == "other" {
                    normalized = normalize_ident(OTHER_VALUE);
                }
                names.add(checker, text, &normalized, &at);
            }
            Value::Null if keyword == "enum" && schema["nullable"] == true => {}
            other => {
                let message = format!("{keyword} contains {other}; expected text, in quotes");
                checker.error(&at, message);
            }
        }
    }
}

/// The types that progenitor makes of inline schemas, named after their position: the body of
/// `create_transfer` becomes `CreateTransferBody`.
fn inline_types(root: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, _) in entries(root.pointer("/components/schemas")) {
        let at = format!("/components/schemas/{}", escape(name));
        add_parts(root, &at, &normalize_ident(name), &mut found);
    }
    for operation in operations(root) {
        let Operation { pointer, value, .. } = &operation;
        let id = normalize_ident(operation.id());
        let json = "content/application~1json/schema";
        let at = format!("{pointer}/requestBody/{json}");
        add_inline(root, &at, &format!("{id}body"), &mut found);
        // All success responses of an operation have the same schema.
        let mut statuses = entries(value.get("responses"));
        if let Some((status, _)) = statuses.find(|(status, _)| status.starts_with('2')) {
            let at = format!("{pointer}/responses/{status}/{json}");
            add_inline(root, &at, &format!("{id}response"), &mut found);
        }
        for (at, parameter) in operation.parameters(root) {
            let name = normalize_ident(parameter["name"].as_str().unwrap_or_default());
            add_inline(
                root,
                &format!("{at}/schema"),
                &format!("{id}{name}"),
                &mut found,
            );
        }
    }
    found
}

/// Adds an inline schema, if progenitor makes a type of it, and its parts.
fn add_inline(root: &Value, at: &str, name: &str, found: &mut Vec<(String, String)>) {
    let Some(schema) = root.pointer(at) else {
        return;
    };
    let makes_type = ["properties", "enum", "x-extensible-enum", "oneOf", "anyOf"]
        .iter()
        .any(|keyword| schema.get(keyword).is_some());
    if makes_type {
        found.push((at.to_owned(), name.to_owned()));
    }
    add_parts(root, at, name, found);
}

fn add_parts(root: &Value, at: &str, name: &str, found: &mut Vec<(String, String)>) {
    let properties = root.pointer(&format!("{at}/properties"));
    for (property, _) in entries(properties) {
        let at = format!("{at}/properties/{}", escape(property));
        add_inline(
            root,
            &at,
            &format!("{name}{}", normalize_ident(property)),
            found,
        );
    }
    add_inline(root, &format!("{at}/items"), &format!("{name}item"), found);
}
