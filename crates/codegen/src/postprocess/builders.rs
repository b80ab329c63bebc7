//! The builders of operations: their setters, and `send` on the runtime's pipeline.

use std::collections::BTreeMap;

use quote::{format_ident, quote};
use syn::{ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, Type, parse_quote};

use super::send::send;
use super::syntax::{argument, fields, items, items_mut, name_of, replace_missing};
use super::{docs, names};
use crate::adapt::{Adapted, Operation};

/// Rewrites the module of builders.
pub(super) fn rewrite(module: &mut ItemMod, adapted: &Adapted) -> Result<(), String> {
    let items_of_module = items_mut(module)?;
    items_of_module.retain(|item| !matches!(item, Item::Use(_)));
    for item in items_of_module {
        names::rename_headers(item, names::operation(adapted, &name_of(item))?);
    }
    let arguments: BTreeMap<String, BTreeMap<String, Type>> = items(module)
        .filter_map(|item| match item {
            Item::Struct(builder) => {
                let types = fields(builder)
                    .filter_map(|(name, ty)| Some((name, argument(ty, "Result")?.clone())));
                Some((name_of(item), types.collect()))
            }
            _ => None,
        })
        .collect();
    let items = items_mut(module)?;
    for item in &mut *items {
        let name = name_of(item);
        if let Item::Impl(block) = item {
            let arguments = arguments
                .get(&name)
                .ok_or_else(|| format!("the builder {name} has no struct"))?;
            rewrite_impl(block, arguments, names::operation(adapted, &name)?)?;
        }
    }
    items.splice(
        0..0,
        [
            // Modules only: an operation may have the name of any type.
            parse_quote! {
                use ::partner_center_core::codegen_support;
            },
            parse_quote! {
                use super::types;
            },
        ],
    );
    Ok(())
}

fn rewrite_impl(
    block: &mut ItemImpl,
    arguments: &BTreeMap<String, Type>,
    operation: &Operation,
) -> Result<(), String> {
    replace_missing(block, |name| {
        Some(parse_quote! {
            ::std::result::Result::Err(codegen_support::missing_argument(#name))
        })
    });
    // A body that has a builder of its own keeps progenitor's setters.
    let is_body_map =
        |item: &ImplItem| matches!(item, ImplItem::Fn(method) if method.sig.ident == "body_map");
    let has_body_map = block.items.iter().any(is_body_map);
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else {
            continue;
        };
        match method.sig.ident.to_string().as_str() {
            // Only the client makes builders.
            "new" => method.vis = parse_quote!(pub(super)),
            "send" => send(method, operation)?,
            "body_map" => {}
            "body" if has_body_map => {}
            name => {
                let ty = arguments.get(name);
                let ty =
                    ty.ok_or_else(|| format!("the builder of {} has no {name}", operation.id))?;
                *method = setter(name, ty, operation);
            }
        }
    }
    Ok(())
}

fn setter(name: &str, ty: &Type, operation: &Operation) -> ImplItemFn {
    let description = match names::parameter(operation, name) {
        Some(parameter) => parameter.description.as_str(),
        None if name == "body" => "Sets the request body.",
        None => "",
    };
    let docs = docs::attributes(description);
    let ident = format_ident!("{name}");
    let (inner, some) = match argument(ty, "Option") {
        Some(inner) => (inner, quote!(.map(::std::option::Option::Some))),
        None => (ty, quote!()),
    };
    parse_quote! {
        #(#docs)*
        pub fn #ident<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<#inner>,
            V::Error: ::std::fmt::Display,
        {
            self.#ident = value
                .try_into()
                #some
                .map_err(|error| codegen_support::bad_argument(#name, error));
            self
        }
    }
}
