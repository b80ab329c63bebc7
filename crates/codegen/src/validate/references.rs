//! Every reference has a target in the document.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::checker::Checker;
use crate::diagnostic::Diagnostics;
use crate::document::Document;

/// Checks all references.
pub(crate) fn check(document: &Document) -> Result<(), Diagnostics> {
    let mut checker = Checker::new(document);
    for element in checker.elements.clone() {
        let value = document.value.pointer(&element.pointer);
        if let Some(Value::String(target)) = value.and_then(|value| value.get("$ref"))
            && let Some(error) = error(&document.value, target)
        {
            let at = format!("{}/$ref", element.pointer);
            checker.error(&at, format!("reference {target:?} {error}"));
        }
    }
    let schemas = document.value["components"]["schemas"].as_object();
    for name in schemas.into_iter().flat_map(|schemas| schemas.keys()) {
        let at = format!("/components/schemas/{}", escaped(name));
        if contains_itself(&document.value, &at) {
            let error = "the schema consists of itself through `allOf`, `anyOf` or `oneOf`, so no type \
                         can be built for it";
            checker.error(&at, error);
        }
    }
    checker.finish()
}

/// A name as a segment of a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether a schema is a part of itself without a property or a list in between.
fn contains_itself<'a>(root: &'a Value, start: &str) -> bool {
    let mut seen: BTreeSet<&'a str> = BTreeSet::new();
    let mut open: Vec<&'a Value> = root.pointer(start).into_iter().collect();
    while let Some(schema) = open.pop() {
        for keyword in ["allOf", "anyOf", "oneOf"] {
            open.extend(schema[keyword].as_array().into_iter().flatten());
        }
        let target = schema["$ref"].as_str();
        let Some(pointer) = target.and_then(|target| target.strip_prefix('#')) else {
            continue;
        };
        if pointer == start {
            return true;
        }
        if seen.insert(pointer) {
            open.extend(root.pointer(pointer));
        }
    }
    false
}

fn error(root: &Value, target: &str) -> Option<&'static str> {
    let mut seen = BTreeSet::new();
    let mut next = target;
    loop {
        let Some(pointer) = next.strip_prefix('#') else {
            return Some("leaves the file; expected a target that starts with #/");
        };
        let Some(value) = root.pointer(pointer) else {
            return Some("has no target in this file");
        };
        if !seen.insert(next) {
            return Some("refers to itself");
        }
        // A schema that contains itself as a part is valid: only references to references count.
        next = value.get("$ref").and_then(Value::as_str)?;
    }
}
