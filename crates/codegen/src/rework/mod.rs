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

/// The files of the generated module, by their names.
pub(crate) type Files = Vec<(&'static str, File)>;

/// Splits progenitor's file into a client, its builders and the types, and reworks each.
pub(crate) fn rework(mut file: File, adapted: &Adapted) -> Result<Files, String> {
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
    let mut modules: Vec<ItemMod> = Vec::new();
    let mut files: Files = Vec::new();
    let mut client: Vec<Item> = vec![
        parse_quote! {
            use ::partner_center_core::codegen_support::Pipeline;
        },
        parse_quote! {
            use ::partner_center_core::{CallOptions, ClientBuilder};
        },
        parse_quote! {
            use super::{builder, error_codes};
        },
    ];
    for item in file.items {
        match item {
            Item::Use(_) => {}
            Item::Mod(module) if module.ident == "prelude" => {}
            Item::Mod(mut module) => {
                let name = match module.ident.to_string().as_str() {
                    "builder" => "builder",
                    "types" => "types",
                    other => return Err(format!("a module `{other}` that nothing here knows")),
                };
                let items = module
                    .content
                    .take()
                    .map_or_else(Vec::new, |(_, items)| items);
                module.semi = Some(parse_quote!(;));
                modules.push(module);
                files.push((name, file_of(&items)));
            }
            Item::Struct(_) => client.push(operations::client()),
            Item::Impl(mut block) => {
                if operations::rework_client_methods(&mut block, adapted, &calls)? {
                    client.push(Item::Impl(block));
                }
            }
            _ => return Err("an item that is neither `use`, module, struct nor impl".to_owned()),
        }
    }
    client.extend(operations::settings());
    files.push(("client", file_of(&client)));
    modules.sort_by(|one, other| one.ident.cmp(&other.ident));
    let root = parse_quote! {
        mod client;
        pub(crate) mod error_codes;
        #(#modules)*
        pub use client::Client;
    };
    files.push(("mod", root));

    for (_, file) in &mut files {
        finish(file)?;
    }
    Ok(files)
}

fn file_of(items: &[Item]) -> File {
    parse_quote!(#(#items)*)
}

/// What holds for all files.
fn finish(file: &mut File) -> Result<(), String> {
    Sweep.visit_file_mut(file);
    docs::complete(file);
    let mut foreign = Foreign(None);
    foreign.visit_file(file);
    match foreign.0 {
        None => Ok(()),
        Some(name) => Err(format!(
            "progenitor's output has changed: `{name}` is left; teach crates/codegen/src/rework"
        )),
    }
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
