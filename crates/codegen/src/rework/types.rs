//! The types of requests and answers: ids and enums by the runtime's macros, answers that decode
//! although values drift, and the derives that callers expect.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Expr, ExprLit, Field, Fields, GenericArgument, Ident, Item, ItemEnum, ItemImpl,
    ItemMod, ItemStruct, Lit, Member, Meta, MetaNameValue, Path, PathArguments, Token, Type,
    parse_quote,
};

use super::docs;
use super::usage::Usage;
use crate::adapt::Adapted;
use crate::clash::{EXTRA, EXTRA_PROPERTY, OTHER_VALUE, squeeze};

/// Reworks the module of types.
pub(super) fn rework(module: &mut ItemMod, adapted: &Adapted, usage: &Usage) -> Result<(), String> {
    let Some((_, items)) = &mut module.content else {
        return Err("the module of types is empty".to_owned());
    };

    let mut replaced = BTreeSet::new();
    let mut constants = BTreeSet::new();
    for item in std::mem::take(items) {
        let replacement = match &item {
            Item::Struct(item) if is_guid(item) => guid(item).to_vec(),
            Item::Enum(item) if is_constant(item, usage) => {
                constants.insert(item.ident.to_string());
                vec![constant(item)]
            }
            Item::Enum(item) if is_closed_enum(item) => open_enum(item, adapted).to_vec(),
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
            !replaced.iter().any(|name| mentions(block, name)) && !is_builder_method(block, usage)
        }
        _ => true,
    });

    let objects: BTreeSet<String> = items.iter().filter_map(object_name).collect();
    let have_default: BTreeSet<String> = items.iter().filter_map(implements_default).collect();
    for mut item in std::mem::take(items) {
        let mut reading = None;
        match &mut item {
            // The runtime's macros give them all they need.
            item if replaced.contains(&name_of(item)) => {}
            Item::Struct(item) => {
                let name = item.ident.to_string();
                let has_default = have_default.contains(&name) || derives(&item.attrs, "Default");
                reading = rework_struct(item, usage.only_in_request(&name), has_default, &objects);
            }
            Item::Enum(item) => derive_schema(&mut item.attrs),
            Item::Mod(builders) if builders.ident == "builder" => {
                keep_request_builders(builders, usage, &constants);
            }
            _ => {}
        }
        items.push(item);
        items.extend(reading);
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

/// The name of a struct or an enum; of other items nothing.
pub(super) fn name_of(item: &Item) -> String {
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
            pub struct #name(::partner_center_core::codegen_support::Uuid);
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

fn open_enum(item: &ItemEnum, adapted: &Adapted) -> [Item; 2] {
    let name = &item.ident;
    let descriptions = adapted.enum_descriptions.get(&squeeze(&name.to_string()));
    let mut variants = Vec::new();
    let mut wires = Vec::new();
    for variant in &item.variants {
        let wire = renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
        let text = match descriptions.and_then(|descriptions| descriptions.get(&wire)) {
            Some(text) => format!("`{wire}`: {text}"),
            None => format!("`{wire}`."),
        };
        let ident = variant_name(&variant.ident);
        let docs = docs::attributes(&text);
        variants.push(quote!(#(#docs)* #ident));
        wires.push(quote!(#ident = #wire));
    }
    let docs = docs::attributes(&docs::text(&item.attrs));
    [
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
    ]
}

/// An enum of one value that is only sent: there is nothing to choose, and no other value to read.
/// With a variant for unknown values the bodies of an operation could not be told apart by it.
fn is_constant(item: &ItemEnum, usage: &Usage) -> bool {
    is_closed_enum(item)
        && item.variants.len() == 1
        && usage.only_in_request(&item.ident.to_string())
}

fn constant(item: &ItemEnum) -> Item {
    let name = &item.ident;
    let docs = docs::attributes(&docs::text(&item.attrs));
    let variants = item.variants.iter().map(|variant| {
        let wire = renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string());
        let ident = variant_name(&variant.ident);
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

/// The name that progenitor gives a variant, but not that of the unknown values, and not `plus1`,
/// which it makes of `+1`.
fn variant_name(ident: &Ident) -> Ident {
    let name = ident.to_string();
    let mut letters = name.chars();
    match letters.next() {
        _ if name == "Other" => format_ident!("{OTHER_VALUE}"),
        Some(first) if first.is_lowercase() => {
            format_ident!("{}{}", first.to_uppercase().to_string(), letters.as_str())
        }
        _ => ident.clone(),
    }
}

/// The name on the wire, where it is not that in Rust.
fn renamed(attributes: &[Attribute]) -> Option<String> {
    serde_argument(attributes, "rename").map(|name| match name.as_str() {
        EXTRA_PROPERTY => EXTRA.to_owned(),
        _ => name,
    })
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

/// The last name of a type's path; of other types nothing.
pub(super) fn last_of(ty: &Type) -> String {
    match ty {
        Type::Path(path) => last(&path.path),
        _ => String::new(),
    }
}

fn last(path: &Path) -> String {
    path.segments
        .last()
        .map_or_else(String::new, |segment| segment.ident.to_string())
}

/// `impl X { pub fn builder() }` of a type that no request holds: answers are not built.
fn is_builder_method(block: &ItemImpl, usage: &Usage) -> bool {
    !usage.in_request(&last_of(&block.self_ty))
        && block.trait_.is_none()
        && block
            .items
            .iter()
            .all(|item| matches!(item, syn::ImplItem::Fn(method) if method.sig.ident == "builder"))
}

fn keep_request_builders(module: &mut ItemMod, usage: &Usage, constants: &BTreeSet<String>) {
    let Some((_, items)) = &mut module.content else {
        return;
    };
    items.retain(|item| match item {
        Item::Struct(item) => usage.in_request(&item.ident.to_string()),
        Item::Impl(block) => usage.in_request(&last_of(&block.self_ty)),
        _ => true,
    });
    let settled: BTreeMap<String, BTreeSet<String>> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some((item.ident.to_string(), settled(item, constants))),
            _ => None,
        })
        .collect();
    for item in items {
        if let Item::Impl(block) = item
            && let Some(fields) = settled.get(&last_of(&block.self_ty))
        {
            Settled(fields).visit_item_impl_mut(block);
        }
    }
}

/// The fields of a builder that need not be set: what is unknown beside the properties, and
/// properties that have one value.
fn settled(item: &ItemStruct, constants: &BTreeSet<String>) -> BTreeSet<String> {
    let of_one_value =
        |ty| argument(ty, "Result").is_some_and(|ty| constants.contains(&last_of(ty)));
    let fields = item.fields.iter().filter(|field| of_one_value(&field.ty));
    let names = fields.filter_map(|field| Some(field.ident.as_ref()?.to_string()));
    names.chain([EXTRA.to_owned()]).collect()
}

/// Whoever builds a request need not say what goes without saying.
struct Settled<'a>(&'a BTreeSet<String>);

impl VisitMut for Settled<'_> {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let Expr::Call(call) = &field.expr
            && call.func.to_token_stream().to_string() == "Err"
            && matches!(&field.member, Member::Named(name) if self.0.contains(&name.to_string()))
        {
            field.expr = parse_quote!(Ok(::std::default::Default::default()));
        }
    }
}

/// The type of an `impl Default for X`.
fn implements_default(item: &Item) -> Option<String> {
    match item {
        Item::Impl(block) => {
            let (path, _) = block.trait_.as_ref().map(|(path, rest)| (path, rest))?;
            let is_default = path.to_token_stream().to_string().ends_with("Default");
            is_default.then(|| last_of(&block.self_ty))
        }
        _ => None,
    }
}

fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("derive"))
        .any(|attribute| {
            let mut found = false;
            // What cannot be read derives nothing.
            let _ = attribute.parse_nested_meta(|meta| {
                found |= last(&meta.path) == name;
                Ok(())
            });
            found
        })
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

/// The name of a struct that is an object on the wire.
fn object_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
            Some(item.ident.to_string())
        }
        _ => None,
    }
}

/// Gives a struct its derives and attributes, and what reads it where derived code would not do.
fn rework_struct(
    item: &mut ItemStruct,
    only_in_request: bool,
    has_default: bool,
    objects: &BTreeSet<String>,
) -> Option<Item> {
    derive_schema(&mut item.attrs);
    let Fields::Named(fields) = &mut item.fields else {
        return None;
    };
    let can_default = fields.named.iter().all(|field| {
        ["Option", "Vec", "Map", "BTreeMap"]
            .iter()
            .any(|name| is_type(&field.ty, name))
    });
    if can_default && !has_default {
        item.attrs.push(parse_quote!(#[derive(Default)]));
    }
    // A property that the service adds later is then no breaking change.
    item.attrs.push(parse_quote!(#[non_exhaustive]));
    let rest = fields.named.iter().find(|field| is_rest(field)).cloned();
    let mut members = Vec::new();
    for field in fields.named.iter_mut().filter(|field| !is_rest(field)) {
        members.push(rework_field(
            field,
            only_in_request,
            rest.is_some(),
            objects,
        ));
    }
    // Without one, derived code reads it as well.
    let rest = rest?.ident;
    drop_derive(&mut item.attrs, "Deserialize");
    let name = &item.ident;
    Some(parse_quote! {
        ::partner_center_core::__object! { #name { #(#members,)* _ => #rest } }
    })
}

/// Whether a field keeps the properties that the spec does not know.
fn is_rest(field: &Field) -> bool {
    has_serde_flag(&field.attrs, "flatten")
}

/// The arguments of all `#[serde(...)]`.
fn serde_arguments(attributes: &[Attribute]) -> impl Iterator<Item = Meta> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .filter_map(|attribute| {
            let list = Punctuated::<Meta, Token![,]>::parse_terminated;
            attribute.parse_args_with(list).ok()
        })
        .flatten()
}

/// The `x` of `#[serde(name = "x")]`.
fn serde_argument(attributes: &[Attribute], name: &str) -> Option<String> {
    serde_arguments(attributes).find_map(|meta| match meta {
        Meta::NameValue(MetaNameValue {
            path,
            value:
                Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }),
            ..
        }) if path.is_ident(name) => Some(text.value()),
        _ => None,
    })
}

/// Whether `#[serde(name)]` stands there.
fn has_serde_flag(attributes: &[Attribute], name: &str) -> bool {
    serde_arguments(attributes).any(|meta| matches!(meta, Meta::Path(path) if path.is_ident(name)))
}

fn drop_derive(attributes: &mut [Attribute], name: &str) {
    for attribute in attributes {
        if attribute.path().is_ident("derive")
            && let Ok(paths) =
                attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated)
        {
            let kept = paths.iter().filter(|path| last(path) != name);
            *attribute = parse_quote!(#[derive(#(#kept),*)]);
        }
    }
}

/// Derives may stand in several attributes; prettyplease keeps them as they are.
fn derive_schema(attributes: &mut Vec<Attribute>) {
    attributes
        .push(parse_quote!(#[cfg_attr(feature = "schemars", derive(::schemars::JsonSchema))]));
}

/// Gives a field its attributes. The line for `__object!` reads it where `by_macro` says so, and
/// derived code does otherwise.
fn rework_field(
    field: &mut Field,
    only_in_request: bool,
    by_macro: bool,
    objects: &BTreeSet<String>,
) -> TokenStream {
    let rename = renamed(&field.attrs);
    let is_list = argument(&field.ty, "Vec").is_some();
    let is_option = is_type(&field.ty, "Option");
    let own_default = serde_argument(&field.attrs, "default");
    let reader = reader(&field.ty, objects);

    // An answer may lack any list; a request that lacks a required one is another request.
    let may_miss =
        (is_list && !only_in_request) || is_option || has_serde_flag(&field.attrs, "default");
    let default = match &own_default {
        Some(path) => Some(quote!(default = #path,)),
        None => may_miss.then(|| quote!(default,)),
    };
    let skip = match (is_list, is_option) {
        // An empty list that came is written back as one.
        (true, _) => (only_in_request && may_miss).then(|| "::std::vec::Vec::is_empty".to_owned()),
        (_, true) => Some("::std::option::Option::is_none".to_owned()),
        _ => serde_argument(&field.attrs, "skip_serializing_if"),
    };
    let with = reader.filter(|_| !by_macro);
    let with = with.map(|reader| format!("::partner_center_core::lenient::{reader}"));
    let arguments = [
        rename.as_ref().map(|name| quote!(rename = #name,)),
        default,
        skip.map(|skip| quote!(skip_serializing_if = #skip,)),
        with.map(|with| quote!(deserialize_with = #with)),
    ];
    set_serde(field, &arguments);

    let ident = field.ident.as_ref();
    let wire = rename.unwrap_or_else(|| {
        ident
            .map(IdentExt::unraw)
            .map_or_else(String::new, |ident| ident.to_string())
    });
    let reader = format_ident!("{}", pascal(reader.unwrap_or("plain")));
    let missing = match &own_default {
        Some(path) => {
            let path = path_of(path);
            Some(quote!(or #path))
        }
        None => (!may_miss).then(|| quote!(required)),
    };
    quote!(#wire => #ident: #reader #missing)
}

/// `string_list` as `StringList`.
fn pascal(name: &str) -> String {
    name.split('_')
        .flat_map(|word| [word[..1].to_uppercase(), word[1..].to_owned()])
        .collect()
}

/// A path that stands in a text.
fn path_of(text: &str) -> TokenStream {
    let path: Option<Path> = syn::parse_str(text).ok();
    // What is no path would not compile in an attribute either; the compiler says so.
    path.map_or_else(|| quote!(#text), |path| quote!(#path))
}

fn set_serde(field: &mut Field, arguments: &[Option<TokenStream>]) {
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    if arguments.iter().any(Option::is_some) {
        field.attrs.push(parse_quote!(#[serde(#(#arguments)*)]));
    }
}

/// The runtime's function that reads values of a type although they drift.
fn reader(ty: &Type, objects: &BTreeSet<String>) -> Option<&'static str> {
    if let Some(item) = argument(ty, "Vec") {
        return Some(if is_type(item, "String") {
            "string_list"
        } else {
            "list"
        });
    }
    let name = last_of(argument(ty, "Option").unwrap_or(ty));
    let is_option = is_type(ty, "Option");
    match (name.as_str(), is_option) {
        ("String", true) => Some("optional_string"),
        ("String", false) => Some("required_string"),
        ("i64", true) => Some("optional_integer"),
        ("i64", false) => Some("required_integer"),
        ("f64", true) => Some("optional_number"),
        ("f64", false) => Some("required_number"),
        ("bool", true) => Some("optional_bool"),
        ("Map", true) => Some("optional_object"),
        (name, true) if objects.contains(name) => Some("optional_object"),
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
