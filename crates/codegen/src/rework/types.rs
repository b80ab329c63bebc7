//! The types of requests and answers: ids and enums by the runtime's macros, answers that decode
//! although values drift, and the derives that callers expect.

use std::collections::BTreeSet;

use quote::{ToTokens, quote};
use syn::{
    Attribute, Field, Fields, GenericArgument, Item, ItemEnum, ItemImpl, ItemMod, ItemStruct, Lit,
    Path, PathArguments, Type, parse_quote,
};

use super::docs;
use crate::adapt::Adapted;

/// Reworks the module of types.
pub(super) fn rework(module: &mut ItemMod, adapted: &Adapted) -> Result<(), String> {
    let Some((_, items)) = &mut module.content else {
        return Err("the module of types is empty".to_owned());
    };

    let mut replaced = BTreeSet::new();
    for item in std::mem::take(items) {
        let replacement = match &item {
            Item::Struct(item) if is_guid(item) => guid(item),
            Item::Enum(item) if is_closed_enum(item) => open_enum(item, adapted)?,
            _ => {
                items.push(item);
                continue;
            }
        };
        replaced.insert(name_of(&item));
        items.extend(replacement);
    }

    items.retain(|item| match item {
        Item::Impl(block) => {
            !replaced.iter().any(|name| mentions(block, name)) && !is_builder_method(block, adapted)
        }
        _ => true,
    });

    for item in &mut *items {
        match item {
            // The runtime's macros give them all they need.
            item if replaced.contains(&name_of(item)) => {}
            Item::Struct(item) => {
                let in_request = adapted.request_schemas.contains(&item.ident.to_string());
                rework_struct(item, in_request);
            }
            Item::Enum(item) => derive_schema(&mut item.attrs),
            Item::Mod(builders) if builders.ident == "builder" => {
                keep_request_builders(builders, adapted);
            }
            _ => {}
        }
    }

    let is_empty = |module: &ItemMod| {
        module
            .content
            .as_ref()
            .is_none_or(|(_, items)| items.is_empty())
    };
    items.retain(|item| !matches!(item, Item::Mod(builders) if is_empty(builders)));
    drop_unused_error_module(items);
    Ok(())
}

fn name_of(item: &Item) -> String {
    match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        _ => String::new(),
    }
}

/// `struct X(pub ::uuid::Uuid)`
fn is_guid(item: &ItemStruct) -> bool {
    match &item.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            is_type(&fields.unnamed[0].ty, "Uuid")
        }
        _ => false,
    }
}

fn guid(item: &ItemStruct) -> [Item; 2] {
    let name = &item.ident;
    let docs = docs::attributes(&docs::text(&item.attrs));
    [
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(::partner_center_core::rt::Uuid);
        },
        parse_quote!(::partner_center_core::__guid!(#name);),
    ]
}

/// An enum of nothing but names: one that the spec lists under `x-extensible-enum`.
fn is_closed_enum(item: &ItemEnum) -> bool {
    item.variants
        .iter()
        .all(|variant| matches!(variant.fields, Fields::Unit))
}

fn open_enum(item: &ItemEnum, adapted: &Adapted) -> Result<[Item; 2], String> {
    let name = &item.ident;
    let descriptions = adapted.enum_descriptions.get(&name.to_string());
    let mut variants = Vec::new();
    let mut wires = Vec::new();
    for variant in &item.variants {
        let ident = &variant.ident;
        let wire = renamed(&variant.attrs).unwrap_or_else(|| ident.to_string());
        let text = match descriptions.and_then(|descriptions| descriptions.get(&wire)) {
            Some(text) => format!("`{wire}`: {text}"),
            None => format!("`{wire}`."),
        };
        if ident == "Other" {
            return Err(format!(
                "{name} has a value {wire:?}, whose variant would be `Other`, the unknown ones'"
            ));
        }
        let docs = docs::attributes(&text);
        variants.push(quote!(#(#docs)* #ident));
        wires.push(quote!(#ident = #wire));
    }
    let docs = docs::attributes(&docs::text(&item.attrs));
    Ok([
        parse_quote! {
            #(#docs)*
            #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                /// A value that this version does not know, as it came. Made by `From`, which
                /// recognises the others in any letter case.
                Other(::std::string::String),
            }
        },
        parse_quote!(::partner_center_core::__open_enum! { #name { #(#wires),* } }),
    ])
}

/// The `x` of `#[serde(rename = "x")]`.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        // Other arguments of the attribute end the walk; the rename stands first or alone.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                let value: Lit = meta.value()?.parse()?;
                if let Lit::Str(value) = value {
                    found = Some(value.value());
                }
            }
            Ok(())
        });
    }
    found
}

/// Whether an impl is one of a type, or one that converts it to another.
fn mentions(block: &ItemImpl, name: &str) -> bool {
    let in_trait = block.trait_.as_ref().is_some_and(|(trait_, _)| {
        trait_
            .to_token_stream()
            .into_iter()
            .any(|token| token.to_string() == name)
    });
    in_trait || is_type(&block.self_ty, name)
}

fn is_type(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Path(path) if last(&path.path) == name)
}

fn last(path: &Path) -> String {
    path.segments
        .last()
        .map_or_else(String::new, |segment| segment.ident.to_string())
}

/// `impl X { pub fn builder() }` of a type that no request holds: answers are not built.
fn is_builder_method(block: &ItemImpl, adapted: &Adapted) -> bool {
    let in_request = matches!(&*block.self_ty, Type::Path(path)
        if adapted.request_schemas.contains(&last(&path.path)));
    !in_request
        && block.trait_.is_none()
        && block
            .items
            .iter()
            .all(|item| matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "builder"))
}

fn keep_request_builders(module: &mut ItemMod, adapted: &Adapted) {
    let Some((_, items)) = &mut module.content else {
        return;
    };
    let kept = |ty: &Type| matches!(ty, Type::Path(path) if adapted.request_schemas.contains(&last(&path.path)));
    items.retain(|item| match item {
        Item::Struct(item) => adapted.request_schemas.contains(&item.ident.to_string()),
        Item::Impl(block) => kept(&block.self_ty),
        _ => true,
    });
}

/// The error of conversions that can fail, if any is left.
fn drop_unused_error_module(items: &mut Vec<Item>) {
    let used = items.iter().any(|item| {
        let is_module = matches!(item, Item::Mod(module) if module.ident == "error");
        !is_module
            && item
                .to_token_stream()
                .to_string()
                .contains("ConversionError")
    });
    if !used {
        items.retain(|item| !matches!(item, Item::Mod(module) if module.ident == "error"));
    }
}

fn rework_struct(item: &mut ItemStruct, in_request: bool) {
    derive_schema(&mut item.attrs);
    let Fields::Named(fields) = &mut item.fields else {
        return;
    };
    let has_default = fields.named.iter().all(|field| {
        ["Option", "Vec", "Map", "BTreeMap"]
            .iter()
            .any(|name| is_type(&field.ty, name))
    });
    if has_default {
        item.attrs.push(parse_quote!(#[derive(Default)]));
    }
    // A property that the service adds later is then no breaking change.
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    for field in &mut fields.named {
        rework_field(field, in_request);
    }
}

/// Derives may stand in several attributes; prettyplease keeps them as they are.
fn derive_schema(attributes: &mut Vec<Attribute>) {
    attributes
        .push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
}

fn rework_field(field: &mut Field, in_request: bool) {
    // Timestamps keep their text; see the runtime.
    if let Some(inner) = argument(&field.ty, "Option")
        && is_type(inner, "DateTime")
    {
        field.ty = parse_quote!(::std::option::Option<::partner_center_core::Timestamp>);
    }
    let Some(reader) = reader(&field.ty) else {
        return;
    };
    let reader = format!("::partner_center_core::lenient::{reader}");
    let skip = match (argument(&field.ty, "Vec"), in_request) {
        // An empty list that came is written back as one.
        (Some(_), false) => None,
        (Some(_), true) => Some("::std::vec::Vec::is_empty"),
        (None, _) => Some("::std::option::Option::is_none"),
    };
    let rename = renamed(&field.attrs).map(|name| quote!(rename = #name,));
    let skip = skip.map(|skip| quote!(skip_serializing_if = #skip,));
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    field
        .attrs
        .push(parse_quote!(#[serde(#rename default, #skip deserialize_with = #reader)]));
}

/// The runtime's function that reads values of a type although they drift.
fn reader(ty: &Type) -> Option<&'static str> {
    if let Some(item) = argument(ty, "Vec") {
        return Some(if is_type(item, "String") {
            "text_list"
        } else {
            "list"
        });
    }
    match argument(ty, "Option")? {
        inner if is_type(inner, "String") => Some("text"),
        inner if is_type(inner, "i64") => Some("integer"),
        inner if is_type(inner, "f64") => Some("number"),
        _ => None,
    }
}

/// The `T` of `name<T>`.
pub(super) fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let segment = path
        .path
        .segments
        .last()
        .filter(|segment| segment.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    }
}
