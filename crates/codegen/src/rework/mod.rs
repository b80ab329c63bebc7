//! Progenitor's output made into what a caller of this SDK should see.
//!
//! | module | what it does |
//! |---|---|
//! | `types` | ids and open enums by the runtime's macros, tolerant reading, derives |
//! | `operations` | the client, the setters, `send` on the runtime's pipeline |
//! | `names` | header parameters without their `ms_` and `x_` |
//! | `docs` | documentation on every public item, line by line |
//!
//! Each step looks for what progenitor writes today. What none of them knows must not slip
//! through: at the end nothing of progenitor's own runtime may be left.

mod docs;
mod names;
mod operations;
mod types;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::visit_mut::VisitMut;
use syn::{Attribute, File, Item, parse_quote};

use crate::adapt::Adapted;

/// Names of progenitor's runtime. One that is left means that its output has changed.
const FOREIGN: [&str; 9] = [
    "progenitor_client",
    "ResponseValue",
    "ClientInfo",
    "ClientHooks",
    "ByteStream",
    "InvalidRequest",
    "UnexpectedResponse",
    "baseurl",
    "api_version",
];

/// Reworks the whole file.
pub(crate) fn rework(mut file: File, adapted: &Adapted) -> Result<File, String> {
    let mut items: Vec<Item> = vec![
        parse_quote! {
            use ::partner_center_core::rt::{self, OperationInfo, Pipeline, encode_path};
        },
        parse_quote! {
            use ::partner_center_core::{CallOptions, ClientBuilder, Error, Response};
        },
    ];
    for mut item in std::mem::take(&mut file.items) {
        match &mut item {
            Item::Use(_) => continue,
            Item::Mod(module) if module.ident == "types" => types::rework(module, adapted)?,
            Item::Mod(module) if module.ident == "builder" => {
                operations::rework_builders(module, adapted)?;
            }
            Item::Mod(module) if module.ident == "prelude" => continue,
            Item::Struct(_) => {
                items.extend(operations::client());
                continue;
            }
            Item::Impl(block) => {
                if !operations::rework_client_methods(block, adapted)? {
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
    check_nothing_foreign(file.to_token_stream())?;
    Ok(file)
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
            *path = parse_quote!(::partner_center_core::rt::reqwest #(::#rest)*);
        }
        syn::visit_mut::visit_path_mut(self, path);
    }
}

fn check_nothing_foreign(tokens: TokenStream) -> Result<(), String> {
    for token in tokens {
        match token {
            TokenTree::Group(group) => check_nothing_foreign(group.stream())?,
            TokenTree::Ident(ident) if FOREIGN.iter().any(|name| ident == name) => {
                return Err(format!(
                    "progenitor's output has changed: `{ident}` is left; teach crates/codegen/src/rework"
                ));
            }
            _ => {}
        }
    }
    Ok(())
}
