//! The types of requests and responses: ids and open enums by the runtime's macros, structs that
//! decode unexpected values, and the derives that users expect.

use std::collections::{BTreeMap, BTreeSet};

use quote::{format_ident, quote};
use syn::visit::Visit;
use syn::{Attribute, Fields, Ident, Item, ItemEnum, ItemImpl, ItemMod, ItemStruct, parse_quote};

use super::docs;
use super::fields::{self, is_rest, renamed};
use super::syntax::{
    self, argument, derives, foreign_name, items, items_mut, last, name_of, names_in, own_name,
};
use super::usage::Usage;
use crate::adapt::Adapted;
use crate::ident::{EXTRA, OTHER_VALUE, normalize_ident};

/// Rewrites the module of types. Returns the types that are made from text.
pub(super) fn rewrite(
    module: &mut ItemMod,
    adapted: &Adapted,
    usage: &Usage,
) -> Result<BTreeSet<String>, String> {
    let items_of_module = items_mut(module)?;
    let mut from_text = BTreeSet::new();
    let mut constants = BTreeSet::new();
    for item in std::mem::take(items_of_module) {
        let replacement = match &item {
            Item::Struct(item) if is_guid(item) => guid(item).to_vec(),
            Item::Enum(item) if is_plain(item) => {
                let name = item.ident.to_string();
                // An enum of one value that is only sent has no unknown values, which would make
                // the bodies of an operation ambiguous.
                if item.variants.len() == 1 && usage.only_in_request(&name) {
                    constants.insert(name);
                    items_of_module.push(constant(item));
                    continue;
                }
                open_enum(item, adapted).to_vec()
            }
            _ => {
                items_of_module.push(item);
                continue;
            }
        };
        from_text.insert(name_of(&item));
        items_of_module.extend(replacement);
    }

    let is_replaced = |name: &String| from_text.contains(name) || constants.contains(name);
    items_of_module.retain(|item| match item {
        Item::Impl(block) => {
            let of = own_name(&block.self_ty);
            let from = block
                .trait_
                .as_ref()
                .map(|(path, _)| names_in(|found| found.visit_path(path)));
            !is_replaced(&of)
                && !from.into_iter().flatten().any(|name| is_replaced(&name))
                && (usage.in_request(&of) || !is_builder_method(block))
        }
        _ => true,
    });

    let objects: BTreeSet<String> = items_of_module
        .iter()
        .filter(|item| matches!(item, Item::Struct(item) if item.fields.iter().any(is_rest)))
        .map(name_of)
        .collect();
    let have_default: BTreeSet<String> = items_of_module
        .iter()
        .filter(|item| implements_default(item))
        .map(name_of)
        .collect();
    for mut item in std::mem::take(items_of_module) {
        let name = name_of(&item);
        let mut reading = None;
        match &mut item {
            _ if is_replaced(&name) => {}
            Item::Struct(item) => {
                let has_default = have_default.contains(&name);
                let only_in_request = usage.only_in_request(&name);
                reading = rewrite_struct(item, only_in_request, has_default, &objects);
            }
            Item::Enum(item) => derive_schema(&mut item.attrs),
            Item::Mod(builders) if builders.ident == "builder" => {
                keep_request_builders(builders, usage, &constants)?;
            }
            _ => {}
        }
        items_of_module.push(item);
        items_of_module.extend(reading);
    }
    drop_empty_modules(items_of_module);
    Ok(from_text)
}

/// `struct X(pub ::uuid::Uuid)`
fn is_guid(item: &ItemStruct) -> bool {
    let mut fields = item.fields.iter();
    matches!(&item.fields, Fields::Unnamed(_))
        && fields.len() == 1
        && fields.all(|field| foreign_name(&field.ty) == "Uuid")
}

fn guid(item: &ItemStruct) -> [Item; 2] {
    let name = &item.ident;
    let docs = docs::attributes(&docs::text(&item.attrs));
    [
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(::partner_center_core::codegen_support::Uuid);
        },
        parse_quote!(::partner_center_core::__guid!(#name);),
    ]
}

/// Whether all variants are plain names.
fn is_plain(item: &ItemEnum) -> bool {
    let mut variants = item.variants.iter();
    variants.all(|variant| matches!(variant.fields, Fields::Unit))
}

/// The variants of an enum: the name, and the value on the wire.
fn variants(item: &ItemEnum) -> Vec<(Ident, String)> {
    let variants = item.variants.iter().map(|variant| {
        let wire = renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
        (variant_name(&variant.ident), wire)
    });
    variants.collect()
}

fn open_enum(item: &ItemEnum, adapted: &Adapted) -> [Item; 2] {
    let name = &item.ident;
    let descriptions = adapted
        .enum_descriptions
        .get(&normalize_ident(&name.to_string()));
    let variants = variants(item);
    let documented = variants.iter().map(|(ident, wire)| {
        let text = match descriptions.and_then(|descriptions| descriptions.get(wire)) {
            Some(text) => format!("`{wire}`: {text}"),
            None => format!("`{wire}`."),
        };
        let docs = docs::attributes(&text);
        quote!(#(#docs)* #ident)
    });
    let wires = variants.iter().map(|(ident, wire)| quote!(#ident = #wire));
    let docs = docs::attributes(&docs::text(&item.attrs));
    [
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#documented,)*
                /// A value that this version does not know, unchanged. `From` makes it, and
                /// recognizes the other values in any letter case.
                Other(::std::string::String),
            }
        },
        parse_quote!(::partner_center_core::__open_enum! { #name { #(#wires),* } }),
    ]
}

fn constant(item: &ItemEnum) -> Item {
    let name = &item.ident;
    let docs = docs::attributes(&docs::text(&item.attrs));
    let variants = variants(item).into_iter().map(|(ident, wire)| {
        let docs = docs::attributes(&format!("`{wire}`."));
        quote!(#(#docs)* #[default] #[serde(rename = #wire)] #ident)
    });
    parse_quote! {
        #(#docs)*
        #[derive(
            ::serde::Deserialize, ::serde::Serialize,
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash,
        )]
        #[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]
        pub enum #name { #(#variants),* }
    }
}

/// progenitor's name of a variant, without a collision with `Other`, and in upper camel case:
/// progenitor calls the value `+1` `plus1`.
fn variant_name(ident: &Ident) -> Ident {
    let name = ident.to_string();
    let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
    match first {
        _ if name == "Other" => format_ident!("{OTHER_VALUE}"),
        _ if first.starts_with(char::is_lowercase) => {
            format_ident!("{}{rest}", first.to_uppercase())
        }
        _ => ident.clone(),
    }
}

/// `impl X { pub fn builder() }`
fn is_builder_method(block: &ItemImpl) -> bool {
    let mut items = block.items.iter();
    block.trait_.is_none()
        && items
            .all(|item| matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "builder"))
}

/// Keeps the builders of request types. Values that have a default need not be set.
fn keep_request_builders(
    module: &mut ItemMod,
    usage: &Usage,
    constants: &BTreeSet<String>,
) -> Result<(), String> {
    items_mut(module)?.retain(|item| match item {
        Item::Struct(_) | Item::Impl(_) => usage.in_request(&name_of(item)),
        _ => true,
    });
    let mut optional: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for item in items(module) {
        if let Item::Struct(builder) = item {
            let is_constant =
                |ty| argument(ty, "Result").is_some_and(|ty| constants.contains(&own_name(ty)));
            let names = syntax::fields(builder)
                .filter_map(|(name, ty)| (name == EXTRA || is_constant(ty)).then_some(name));
            optional.insert(name_of(item), names.collect());
        }
    }
    for item in items_mut(module)? {
        let optional = optional.get(&name_of(item));
        if let (Item::Impl(block), Some(optional)) = (item, optional) {
            syntax::replace_missing(block, |name| {
                optional.contains(name).then(|| {
                    parse_quote!(::std::result::Result::Ok(::std::default::Default::default()))
                })
            });
        }
    }
    Ok(())
}

/// Whether an item derives or implements `Default`.
fn implements_default(item: &Item) -> bool {
    match item {
        Item::Impl(block) => {
            let path = block.trait_.as_ref().map(|(path, _)| path);
            path.is_some_and(|path| last(path) == "Default")
        }
        Item::Struct(item) => {
            let mut derived = item.attrs.iter().flat_map(derives);
            derived.any(|path| last(&path) == "Default")
        }
        _ => false,
    }
}

/// Drops modules without items, and the error of conversions that no longer exist.
fn drop_empty_modules(items_of_module: &mut Vec<Item>) {
    let is_error = |item: &Item| matches!(item, Item::Mod(module) if module.ident == "error");
    let names = names_in(|found| {
        for item in items_of_module.iter().filter(|item| !is_error(item)) {
            found.visit_item(item);
        }
    });
    items_of_module.retain(|item| {
        let is_empty = matches!(item, Item::Mod(module) if items(module).next().is_none());
        !is_empty && (!is_error(item) || names.contains("ConversionError"))
    });
}

/// Sets the derives and attributes of a struct. Returns the macro call that reads it, if derived
/// code does not.
fn rewrite_struct(
    item: &mut ItemStruct,
    only_in_request: bool,
    has_default: bool,
    objects: &BTreeSet<String>,
) -> Option<Item> {
    derive_schema(&mut item.attrs);
    let Fields::Named(fields) = &mut item.fields else {
        return None;
    };
    let can_default = fields
        .named
        .iter()
        .map(|field| foreign_name(&field.ty))
        .all(|name| ["Option", "Vec", "Map", "BTreeMap"].contains(&name.as_str()));
    if can_default && !has_default {
        item.attrs.push(parse_quote!(#[derive(Default)]));
    }
    // A new property is not a breaking change.
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    let rest = fields.named.iter().find(|field| is_rest(field)).cloned();
    let mut members = Vec::new();
    for field in fields.named.iter_mut().filter(|field| !is_rest(field)) {
        members.push(fields::rewrite(
            field,
            only_in_request,
            rest.is_some(),
            objects,
        ));
    }
    let rest = rest?.ident;
    for attribute in &mut item.attrs {
        let derives = derives(attribute);
        if derives.iter().any(|path| last(path) == "Deserialize") {
            let kept = derives.iter().filter(|path| last(path) != "Deserialize");
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
    let name = &item.ident;
    Some(parse_quote! {
        ::partner_center_core::__object! { #name { #(#members,)* _ => #rest } }
    })
}

fn derive_schema(attributes: &mut Vec<Attribute>) {
    attributes
        .push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
}
