//! Which schemas a place of the document leads to, through references and parts.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::validate::resolve;
use crate::walk::{self, Kind, Position};

/// The pointers of all schemas in the bodies of answers.
pub(super) fn answers(root: &Value, positions: &[Position]) -> BTreeSet<String> {
    schemas(root, positions, |kind, pointer, _| {
        kind == Kind::MediaType && (pointer.contains("/responses/"))
    })
}

/// The same of request bodies.
pub(super) fn requests(root: &Value, positions: &[Position]) -> BTreeSet<String> {
    schemas(root, positions, |kind, pointer, _| {
        kind == Kind::MediaType
            && (pointer.contains("/requestBody/") || pointer.contains("/requestBodies/"))
    })
}

/// The same of headers, in requests and in answers.
pub(super) fn headers(root: &Value, positions: &[Position]) -> BTreeSet<String> {
    schemas(root, positions, |kind, _, value| {
        kind == Kind::Header || (kind == Kind::Parameter && resolve(root, value)["in"] == "header")
    })
}

fn schemas(
    root: &Value,
    positions: &[Position],
    starts: impl Fn(Kind, &str, &Value) -> bool,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for Position { kind, pointer } in positions {
        if let Some(value) = root.pointer(pointer)
            && starts(*kind, pointer, value)
        {
            follow(root, *kind, pointer, &mut found);
        }
    }
    found
}

fn follow(root: &Value, kind: Kind, pointer: &str, found: &mut BTreeSet<String>) {
    let Some(value) = root.pointer(pointer) else {
        return;
    };
    for Position { kind, pointer } in walk::within(value, kind, pointer) {
        if kind == Kind::Schema && !found.insert(pointer.clone()) {
            continue;
        }
        let part = root.pointer(&pointer);
        let target = part.and_then(|part| part.get("$ref")?.as_str()?.strip_prefix('#'));
        if let Some(target) = target
            && !found.contains(target)
        {
            follow(root, kind, target, found);
        }
    }
}
