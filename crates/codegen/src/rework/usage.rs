//! Which types stand in requests, and which in answers. Decided from the generated code, where
//! every type has a name, also those whose schemas have none.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Fields, File, ImplItem, Item, ItemMod, ReturnType, Type};

use super::types::name_of;
use crate::adapt::Adapted;
use crate::clash::squeeze;

/// The types by what they stand in.
pub(super) struct Usage {
    requests: BTreeSet<String>,
    answers: BTreeSet<String>,
}

impl Usage {
    /// Whether a request body can hold it: then it has a builder.
    pub(super) fn in_request(&self, name: &str) -> bool {
        self.requests.contains(name)
    }

    /// Whether it stands in requests alone: then it is written, and never read from the service.
    pub(super) fn only_in_request(&self, name: &str) -> bool {
        self.in_request(name) && !self.answers.contains(name)
    }
}

/// Looks at what operations take and give, and at the parts of it.
pub(super) fn of(file: &File, adapted: &Adapted) -> Usage {
    let mut parts = BTreeMap::new();
    let mut requests = BTreeSet::new();
    // Answers of errors are read by the runtime, so only the spec knows their types.
    let mut answers = BTreeSet::new();
    for item in &file.items {
        let Item::Mod(ItemMod {
            ident,
            content: Some((_, items)),
            ..
        }) = item
        else {
            continue;
        };
        for item in items {
            if ident == "types" {
                let name = name_of(item);
                if adapted.answer_schemas.contains(&squeeze(&name)) {
                    answers.insert(name.clone());
                }
                parts.insert(name, named_in(|found| found.visit_item(item)));
            } else if ident == "builder" {
                requests.extend(bodies(item));
                answers.extend(results(item));
            }
        }
    }
    Usage {
        requests: closure(requests, &parts),
        answers: closure(answers, &parts),
    }
}

/// The types of an operation's body.
fn bodies(item: &Item) -> BTreeSet<String> {
    let Item::Struct(item) = item else {
        return BTreeSet::new();
    };
    let Fields::Named(fields) = &item.fields else {
        return BTreeSet::new();
    };
    let body = fields
        .named
        .iter()
        .filter(|field| field.ident.as_ref().is_some_and(|ident| ident == "body"));
    body.flat_map(|field| of_type(&field.ty)).collect()
}

/// The types of an operation's answer.
fn results(item: &Item) -> BTreeSet<String> {
    let Item::Impl(block) = item else {
        return BTreeSet::new();
    };
    let results = block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(method) if method.sig.ident == "send" => match &method.sig.output {
            ReturnType::Type(_, ty) => Some(of_type(ty)),
            ReturnType::Default => None,
        },
        _ => None,
    });
    results.flatten().collect()
}

fn of_type(ty: &Type) -> BTreeSet<String> {
    named_in(|found| found.visit_type(ty))
}

fn named_in(visit: impl FnOnce(&mut Named)) -> BTreeSet<String> {
    let mut found = Named(BTreeSet::new());
    visit(&mut found);
    found.0
}

/// The last names of all paths; those that are no types of ours are in nobody's parts.
struct Named(BTreeSet<String>);

impl<'ast> Visit<'ast> for Named {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let Some(last) = path.segments.last() {
            self.0.insert(last.ident.to_string());
        }
        visit::visit_path(self, path);
    }
}

/// What is reached from some types through their parts.
fn closure(from: BTreeSet<String>, parts: &BTreeMap<String, BTreeSet<String>>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<String> = from.into_iter().collect();
    while let Some(name) = next.pop() {
        if let Some(parts) = parts.get(&name)
            && !name.is_empty()
            && reached.insert(name)
        {
            next.extend(parts.iter().cloned());
        }
    }
    reached
}
