//! Progenitor's output made into what a caller of this SDK should see.
//!
//! | module | what it does |
//! |---|---|
//! | `types` | ids and open enums by the runtime's macros, tolerant reading, derives |
//! | `operations` | the client, the setters, `send` on the runtime's pipeline |
//! | `usage` | which types stand in requests, and which in answers |
//! | `examples` | for each operation a call that compiles |
//! | `names` | header parameters without their `ms_` and `x_` |
//! | `docs` | documentation on every public item, line by line |
//!
//! Each step looks for what progenitor writes today. What none of them knows must not slip
//! through: at the end nothing of progenitor's own runtime may be left.

mod docs;
mod examples;
mod names;
mod operations;
mod types;
mod usage;

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, ItemMod, parse_quote};

use crate::adapt::Adapted;

/// Names of progenitor's runtime, and of crates that nobody here depends on. A path with one that
/// is left means that its output has changed, or holds what it never held before.
const FOREIGN: [&str; 12] = [
    "progenitor_client",
    "ResponseValue",
    "ClientInfo",
    "ClientHooks",
    "ByteStream",
    "InvalidRequest",
    "UnexpectedResponse",
    "api_version",
    "chrono",
    "futures",
    "regress",
    "uuid",
];

/// Reworks the whole file.
pub(crate) fn rework(mut file: File, adapted: &Adapted) -> Result<File, String> {
    let mut items: Vec<Item> = vec![
        parse_quote! {
            pub(crate) mod error_codes;
        },
        parse_quote! {
            use ::partner_center_core::codegen_support::{self, OperationInfo, Pipeline, encode_path};
        },
        parse_quote! {
            use ::partner_center_core::{CallOptions, ClientBuilder, Error, Response};
        },
    ];
    let usage = usage::of(&file, adapted);
    for item in &file.items {
        if let Item::Mod(module) = item {
            check_names(module)?;
        }
    }
    // The methods of the client show the setters, so these come first.
    let mut calls = examples::Calls::default();
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                types::rework(module, adapted, &usage)?;
                calls.learn_types(module);
            }
            Item::Mod(module) if module.ident == "builder" => {
                operations::rework_builders(module, adapted)?;
                calls.learn_setters(module);
            }
            _ => {}
        }
    }
    for mut item in std::mem::take(&mut file.items) {
        match &mut item {
            Item::Use(_) => continue,
            Item::Mod(module) if module.ident == "prelude" => continue,
            Item::Mod(_) => {}
            Item::Struct(_) => {
                items.extend(operations::client());
                continue;
            }
            Item::Impl(block) => {
                if !operations::rework_client_methods(block, adapted, &calls)? {
                    continue;
                }
            }
            _ => return Err("an item that is neither `use`, module, struct nor impl".to_owned()),
        }
        items.push(item);
    }
    file.items = items;

    Sweep.visit_file_mut(&mut file);
    docs::complete(&mut file);
    let mut foreign = Foreign(None);
    foreign.visit_file(&file);
    if let Some(name) = foreign.0 {
        return Err(format!(
            "progenitor's output has changed: `{name}` is left; teach crates/codegen/src/rework"
        ));
    }
    Ok(file)
}

/// Two schemas of one name are refused long before; this is for names that progenitor makes up.
fn check_names(module: &ItemMod) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for item in module.content.iter().flat_map(|(_, items)| items) {
        let name = types::name_of(item);
        if !name.is_empty() && !names.insert(name.clone()) {
            return Err(format!("two schemas become one type, `{name}`; rename one"));
        }
        if let Item::Mod(inner) = item {
            check_names(inner)?;
        }
    }
    Ok(())
}

/// Paths that lead to the runtime, and attributes that only silence.
struct Sweep;

impl VisitMut for Sweep {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        // The module that holds the file says once, and with its reason, what is allowed there.
        attributes.retain(|attribute| !attribute.path().is_ident("allow"));
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        if path.segments.len() > 1 && path.segments[0].ident == "reqwest" {
            let rest = path.segments.iter().skip(1);
            *path = parse_quote!(::partner_center_core::codegen_support::reqwest #(::#rest)*);
        }
        syn::visit_mut::visit_path_mut(self, path);
    }
}

/// The first foreign name of a path. Fields and variables may have any name.
struct Foreign(Option<String>);

impl<'ast> Visit<'ast> for Foreign {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let is_variable = path.segments.len() == 1 && path.leading_colon.is_none();
        for segment in &path.segments {
            let name = segment.ident.to_string();
            let is_type = name.starts_with(|first: char| first.is_ascii_uppercase());
            if FOREIGN.contains(&name.as_str()) && (is_type || !is_variable) {
                self.0.get_or_insert(name);
            }
        }
        visit::visit_path(self, path);
    }
}
