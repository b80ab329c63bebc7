//! The schemas that requests, responses and headers use, through references and parts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::walk::{Element, Kind, elements_within, resolve, target_of};

/// The JSON pointers of schemas, by use.
pub(crate) struct Reach {
    /// In the bodies of responses.
    pub(crate) responses: BTreeSet<String>,
    /// In request bodies.
    pub(crate) requests: BTreeSet<String>,
    /// In headers of requests and responses.
    pub(crate) headers: BTreeSet<String>,
}

impl Reach {
    pub(crate) fn new(root: &Value, elements: &[Element]) -> Self {
        let mut reach = Self {
            responses: BTreeSet::new(),
            requests: BTreeSet::new(),
            headers: BTreeSet::new(),
        };
        for Element { kind, pointer } in elements {
            let found = match kind {
                Kind::MediaType if pointer.contains("/responses/") => &mut reach.responses,
                Kind::MediaType if pointer.contains("/request") => &mut reach.requests,
                Kind::Header => &mut reach.headers,
                Kind::Parameter
                    if root
                        .pointer(pointer)
                        .is_some_and(|value| resolve(root, value)["in"] == "header") =>
                {
                    &mut reach.headers
                }
                _ => continue,
            };
            follow(root, *kind, pointer, found);
        }
        reach
    }

    /// Whether a schema is part of request bodies and of no response.
    pub(crate) fn only_sent(&self, pointer: &str) -> bool {
        self.requests.contains(pointer) && !self.responses.contains(pointer)
    }
}

fn follow(root: &Value, kind: Kind, pointer: &str, found: &mut BTreeSet<String>) {
    let Some(value) = root.pointer(pointer) else {
        return;
    };
    for Element { kind, pointer } in elements_within(value, kind, pointer) {
        if kind == Kind::Schema && !found.insert(pointer.clone()) {
            continue;
        }
        if let Some(target) = root.pointer(&pointer).and_then(target_of)
            && !found.contains(target)
        {
            follow(root, kind, target, found);
        }
    }
}
