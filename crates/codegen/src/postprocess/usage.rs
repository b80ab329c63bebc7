//! Finds the types of requests and of responses, in the generated code, where inline schemas have
//! names too.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::Visit;
use syn::{File, ImplItem, Item};

use super::syntax::{fields, items, name_of, names_in};
use crate::adapt::Adapted;
use crate::ident::normalize_ident;

/// The names of types by use.
pub(super) struct Usage {
    requests: BTreeSet<String>,
    responses: BTreeSet<String>,
}

impl Usage {
    pub(super) fn new(file: &File, adapted: &Adapted) -> Self {
        let mut parts = BTreeMap::new();
        let mut requests = BTreeSet::new();
        let mut responses = BTreeSet::new();
        for item in &file.items {
            let Item::Mod(module) = item else {
                continue;
            };
            for item in items(module) {
                if module.ident == "builder" {
                    requests.extend(body_types(item));
                    responses.extend(result_types(item));
                } else if let Item::Struct(_) | Item::Enum(_) = item {
                    let name = name_of(item);
                    // Error responses are not in the generated code.
                    if adapted.response_schemas.contains(&normalize_ident(&name)) {
                        responses.insert(name.clone());
                    }
                    parts.insert(name, names_in(|found| found.visit_item(item)));
                }
            }
        }
        Self {
            requests: closure(requests, &parts),
            responses: closure(responses, &parts),
        }
    }

    /// Whether the type is part of a request body. Such types have builders.
    pub(super) fn in_request(&self, name: &str) -> bool {
        self.requests.contains(name)
    }

    /// Whether the type is part of request bodies only. Such types are never read.
    pub(super) fn only_in_request(&self, name: &str) -> bool {
        self.in_request(name) && !self.responses.contains(name)
    }
}

/// The types of an operation's body.
fn body_types(item: &Item) -> BTreeSet<String> {
    let Item::Struct(item) = item else {
        return BTreeSet::new();
    };
    let bodies = fields(item).filter(|(name, _)| name == "body");
    names_in(|found| bodies.for_each(|(_, ty)| found.visit_type(ty)))
}

/// The types of an operation's response.
fn result_types(item: &Item) -> BTreeSet<String> {
    let Item::Impl(block) = item else {
        return BTreeSet::new();
    };
    names_in(|found| {
        for item in &block.items {
            if let ImplItem::Fn(method) = item
                && method.sig.ident == "send"
            {
                found.visit_return_type(&method.sig.output);
            }
        }
    })
}

/// The given types and all their parts.
fn closure(from: BTreeSet<String>, parts: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = from.into_iter().collect();
    while let Some(name) = next.pop() {
        if let Some(parts) = parts.get(&name)
            && reached.insert(name)
        {
            next.extend(parts.iter().cloned());
        }
    }
    reached
}
