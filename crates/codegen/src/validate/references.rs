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
    checker.finish()
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
