//! Header parameters under the names that a caller expects: `request_id` for `MS-RequestId`,
//! where progenitor writes `ms_request_id`.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::Item;
use syn::visit_mut::VisitMut;

use crate::adapt::{Adapted, Operation, Parameter};
use crate::clash::squeeze;

/// The operation that an identifier of the output stands for: its method or its builder.
pub(super) fn operation<'a>(adapted: &'a Adapted, ident: &str) -> Result<&'a Operation, String> {
    adapted
        .operations
        .iter()
        .find(|operation| squeeze(&operation.id) == squeeze(ident))
        .ok_or_else(|| format!("the spec has no operation for {ident}"))
}

/// Renames the header parameters of an operation in one item of its builder.
pub(super) fn rename_headers(item: &mut Item, operation: &Operation) {
    let renames = operation
        .parameters
        .iter()
        .filter_map(|parameter| {
            let short = short_name(operation, parameter)?;
            Some((squeeze(&parameter.name), short.to_owned()))
        })
        .collect();
    Rename(renames).visit_item_mut(item);
}

/// The parameter of an operation that an identifier of the output stands for.
pub(super) fn parameter<'a>(operation: &'a Operation, ident: &str) -> Option<&'a Parameter> {
    operation.parameters.iter().find(|parameter| {
        squeeze(&parameter.name) == squeeze(ident)
            || short_name(operation, parameter).is_some_and(|short| short == ident)
    })
}

/// The name without its prefix, unless another parameter of the operation has that name.
fn short_name(operation: &Operation, parameter: &Parameter) -> Option<&'static str> {
    const SHORT: [(&str, &str); 3] = [
        ("MS-RequestId", "request_id"),
        ("MS-CorrelationId", "correlation_id"),
        ("X-Locale", "locale"),
    ];
    let (_, short) = SHORT
        .into_iter()
        .find(|(name, _)| parameter.in_header && *name == parameter.name)?;
    let taken = operation
        .parameters
        .iter()
        .any(|other| squeeze(&other.name) == squeeze(short));
    (!taken).then_some(short)
}

struct Rename(BTreeMap<String, String>);

impl VisitMut for Rename {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        let name = ident.to_string();
        // Types of the same letters, such as `RequestId`, are no parameters.
        if name.starts_with(|first: char| first.is_ascii_lowercase())
            && let Some(short) = self.0.get(&squeeze(&name))
        {
            *ident = Ident::new(short, ident.span());
        }
    }
}
