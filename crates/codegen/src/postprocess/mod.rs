//! Turns progenitor's output into the client that users see.
//!
//! | module | what it does |
//! |---|---|
//! | `types`, `fields` | ids and open enums by the runtime's macros, tolerant decoding, derives |
//! | `extra` | the type of the fields that keep unknown properties |
//! | `client` | the client, and the documentation of its methods |
//! | `builders`, `send`, `request` | the setters, and `send` on the runtime's pipeline |
//! | `usage` | which types are part of requests, and which of responses |
//! | `examples` | for each operation a call that compiles |
//! | `qualify` | full paths for names of the standard library |
//! | `names` | header parameters without `ms_` and `x_` |
//! | `docs` | documentation of every public item |
//! | `syntax` | helpers for syntax trees |
//!
//! Each step expects the output of the pinned version of progenitor, and fails if it differs. At the
//! end nothing of progenitor's own runtime may be left.

mod builders;
mod client;
mod docs;
mod examples;
mod extra;
mod fields;
mod names;
mod qualify;
mod request;
mod send;
mod syntax;
mod types;
mod usage;

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, ItemMod, parse_quote};

use crate::adapt::Adapted;
use examples::Examples;
use usage::Usage;

/// Names of progenitor's runtime, and of crates that the client does not depend on.
const FOREIGN: [&str; 13] = [
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
    "reqwest",
    "uuid",
];

/// The files of the generated module, by name.
pub(crate) type Files = Vec<(&'static str, File)>;

/// Splits progenitor's file into the client, its builders and the types, and rewrites each.
pub(crate) fn postprocess(mut file: File, adapted: &Adapted) -> Result<Files, String> {
    qualify::qualify(&mut file)?;
    let usage = Usage::new(&file, adapted);
    let mut impls = Vec::new();
    let mut modules = Vec::new();
    for item in file.items {
        match item {
            Item::Use(_) | Item::Struct(_) => {}
            Item::Mod(module) if module.ident == "prelude" => {}
            Item::Mod(module) => modules.push(module),
            Item::Impl(block) => impls.push(block),
            _ => return Err("an item that is not `use`, module, struct or impl".to_owned()),
        }
    }
    let Ok([mut types, mut builders]) = <[ItemMod; 2]>::try_from(modules) else {
        return Err("other modules than `types` and `builder`".to_owned());
    };
    if types.ident != "types" || builders.ident != "builder" {
        return Err("modules of other names than `types` and `builder`".to_owned());
    }
    let own: BTreeSet<String> = [&types, &builders]
        .into_iter()
        .flat_map(syntax::items)
        .map(syntax::name_of)
        .collect();
    let from_text = types::rewrite(&mut types, adapted, &usage)?;
    extra::rewrite(&mut types);
    builders::rewrite(&mut builders, adapted)?;

    let examples = Examples::new(&builders, from_text);
    let mut client = client::head();
    for mut block in impls {
        if client::keep(&mut block, adapted, &examples)? {
            client.push(Item::Impl(block));
        }
    }
    client.extend(client::settings());

    let mut files = vec![
        ("client", parse_quote!(#(#client)*)),
        ("builder", content_of(&mut builders)),
        ("types", content_of(&mut types)),
    ];
    let version = &adapted.api.info.version;
    files.push((
        "mod",
        parse_quote! {
            /// The version of the OpenAPI document that the client is generated from.
            pub const SPEC_VERSION: &str = #version;
            mod client;
            pub(crate) mod error_codes;
            #builders
            #types
            pub use client::Client;
        },
    ));
    for (_, file) in &mut files {
        finish(file, &own)?;
    }
    Ok(files)
}

/// Moves the content of a module into a file.
fn content_of(module: &mut ItemMod) -> File {
    let items = module
        .content
        .take()
        .map_or_else(Vec::new, |(_, items)| items);
    module.semi = Some(parse_quote!(;));
    parse_quote!(#(#items)*)
}

fn finish(file: &mut File, own: &BTreeSet<String>) -> Result<(), String> {
    Sweep.visit_file_mut(file);
    docs::complete(file);
    let mut foreign = Foreign { own, found: None };
    foreign.visit_file(file);
    match foreign.found {
        None => Ok(()),
        Some(name) => Err(format!(
            "progenitor's output has changed: `{name}` is left; adapt crates/codegen/src/postprocess"
        )),
    }
}

/// Removes `allow` attributes.
struct Sweep;

impl VisitMut for Sweep {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        // The module that contains the files has one with its reason.
        attributes.retain(|attribute| !attribute.path().is_ident("allow"));
    }
}

/// The first foreign name in a path. Fields and variables may have any name, and so may schemas and
/// operations.
struct Foreign<'a> {
    own: &'a BTreeSet<String>,
    found: Option<String>,
}

impl<'ast> Visit<'ast> for Foreign<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        let is_variable = path.segments.len() == 1 && path.leading_colon.is_none();
        for segment in &path.segments {
            let name = segment.ident.to_string();
            let is_type = name.starts_with(|first: char| first.is_ascii_uppercase());
            let is_foreign = FOREIGN.contains(&name.as_str()) && !self.own.contains(&name);
            if is_foreign && (is_type || !is_variable) {
                self.found.get_or_insert(name);
            }
        }
        visit::visit_path(self, path);
    }
}
