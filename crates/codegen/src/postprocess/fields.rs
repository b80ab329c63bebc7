//! The fields of structs: serde attributes, and how the runtime reads each field.

use std::collections::BTreeSet;

use heck::ToUpperCamelCase as _;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::{Attribute, Field, Type, parse_quote};

use super::syntax::{argument, foreign_name, has_serde_flag, own_name, serde_argument};
use crate::ident::property_on_wire;

/// Whether a field keeps the unknown properties.
pub(super) fn is_rest(field: &Field) -> bool {
    has_serde_flag(&field.attrs, "flatten")
}

/// The name on the wire, if it differs from that in Rust.
pub(super) fn renamed(attributes: &[Attribute]) -> Option<String> {
    serde_argument(attributes, "rename").map(|name| property_on_wire(&name).to_owned())
}

/// Sets the attributes of a field, and returns its line for the runtime's macro `__object!`. If
/// the macro does not read the struct, derived code does. `objects` are the structs that it reads.
pub(super) fn rewrite(
    field: &mut Field,
    only_in_request: bool,
    by_macro: bool,
    objects: &BTreeSet<String>,
) -> TokenStream {
    let rename = renamed(&field.attrs);
    let is_list = foreign_name(&field.ty) == "Vec";
    let is_option = foreign_name(&field.ty) == "Option";
    let own_default = serde_argument(&field.attrs, "default");
    let reader = reader(&field.ty, by_macro, objects);

    // A response may lack any list. A request without a required list is a different request.
    let may_miss =
        (is_list && !only_in_request) || is_option || has_serde_flag(&field.attrs, "default");
    let skip = match (is_list, is_option) {
        // An empty list in a response is written back as an empty list.
        (true, _) => (only_in_request && may_miss).then(|| "::std::vec::Vec::is_empty".to_owned()),
        (_, true) => Some("::std::option::Option::is_none".to_owned()),
        _ => serde_argument(&field.attrs, "skip_serializing_if"),
    };
    let with = reader.filter(|_| !by_macro);
    let with = with.map(|reader| format!("::partner_center_core::lenient::{reader}"));
    let arguments: Vec<TokenStream> = [
        rename.as_ref().map(|name| quote!(rename = #name,)),
        match &own_default {
            Some(path) => Some(quote!(default = #path,)),
            None => may_miss.then(|| quote!(default,)),
        },
        skip.map(|skip| quote!(skip_serializing_if = #skip,)),
        with.map(|with| quote!(deserialize_with = #with)),
    ]
    .into_iter()
    .flatten()
    .collect();
    field
        .attrs
        .retain(|attribute| !attribute.path().is_ident("serde"));
    if !arguments.is_empty() {
        field.attrs.push(parse_quote!(#[serde(#(#arguments)*)]));
    }

    let ident = field.ident.as_ref();
    let name = || ident.map_or_else(String::new, |ident| ident.unraw().to_string());
    let wire = rename.unwrap_or_else(name);
    let is_plain = reader.is_none() && !is_option;
    let own = if is_plain { "plain" } else { "optional" };
    let reader = format_ident!("{}", reader.unwrap_or(own).to_upper_camel_case());
    let own_default = own_default.and_then(|path| syn::parse_str::<syn::Path>(&path).ok());
    // `Plain` has no value until its member is read.
    let of_type = || is_plain.then(|| parse_quote!(::std::default::Default::default));
    let missing = match own_default {
        None if !may_miss => Some(quote!(required)),
        default => default.or_else(of_type).map(|path| quote!(or #path)),
    };
    quote!(#wire => #ident: #reader #missing)
}

/// What reads a type: a function of the runtime's module `lenient`, or a type of its module `member`.
fn reader(ty: &Type, by_macro: bool, objects: &BTreeSet<String>) -> Option<&'static str> {
    if let Some(item) = argument(ty, "Vec") {
        let of_objects = by_macro && objects.contains(&own_name(item));
        return Some(match foreign_name(item).as_str() {
            "String" => "string_list",
            _ if of_objects => "object_list",
            _ => "list",
        });
    }
    let inner = argument(ty, "Option");
    let value = inner.unwrap_or(ty);
    match (foreign_name(value).as_str(), inner.is_some()) {
        ("String", true) => Some("optional_string"),
        ("String", false) => Some("required_string"),
        ("i64", true) => Some("optional_integer"),
        ("i64", false) => Some("required_integer"),
        ("f64", true) => Some("optional_number"),
        ("f64", false) => Some("required_number"),
        ("bool", true) => Some("optional_bool"),
        ("Map", true) => Some("optional_object"),
        (_, true) if objects.contains(&own_name(value)) => Some("optional_object"),
        _ => None,
    }
}
