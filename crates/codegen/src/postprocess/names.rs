//! Short names for the shared header parameters: `request_id` for `MS-RequestId`, which progenitor
//! calls `ms_request_id`.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::Item;
use syn::visit_mut::VisitMut;

use crate::adapt::{Adapted, Operation, Parameter};
use crate::ident::normalize_ident;

/// The operation of a method or a builder.
pub(super) fn operation<'a>(adapted: &'a Adapted, ident: &str) -> Result<&'a Operation, String> {
    adapted
        .operations
        .iter()
        .find(|operation| normalize_ident(&operation.id) == normalize_ident(ident))
        .ok_or_else(|| format!("the spec has no operation for {ident}"))
}

/// Renames the header parameters of an operation in an item of its builder.
pub(super) fn rename_headers(item: &mut Item, operation: &Operation) {
    let renames = operation.parameters.iter().filter_map(|parameter| {
        let short = short_name(operation, parameter)?;
        Some((normalize_ident(&parameter.name), short))
    });
    Rename(renames.collect()).visit_item_mut(item);
}

/// The parameter of a setter.
pub(super) fn parameter<'a>(operation: &'a Operation, ident: &str) -> Option<&'a Parameter> {
    operation.parameters.iter().find(|parameter| {
        normalize_ident(&parameter.name) == normalize_ident(ident)
            || short_name(operation, parameter) == Some(ident)
    })
}

/// The short name, unless another parameter of the operation has it.
fn short_name(operation: &Operation, parameter: &Parameter) -> Option<&'static str> {
    let short = match parameter.name.as_str() {
        "MS-RequestId" => "request_id",
        "MS-CorrelationId" => "correlation_id",
        "X-Locale" => "locale",
        _ => return None,
    };
    let mut others = operation.parameters.iter();
    let is_taken = others.any(|other| normalize_ident(&other.name) == normalize_ident(short));
    (parameter.in_header && !is_taken).then_some(short)
}

struct Rename(BTreeMap<String, &'static str>);

impl VisitMut for Rename {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        let name = ident.to_string();
        // Types such as `RequestId` stay.
        if name.starts_with(|first: char| first.is_ascii_lowercase())
            && let Some(short) = self.0.get(&normalize_ident(&name))
        {
            *ident = Ident::new(short, ident.span());
        }
    }
}
