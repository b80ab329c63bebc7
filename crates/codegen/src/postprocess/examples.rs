//! An example call for each operation, which compiles: arguments are the spec's examples, or
//! parameters of the function around the call.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quote::ToTokens;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Item, ItemMod, Type, parse_quote};

use super::names;
use super::syntax::{argument, fields, foreign_name, items, own_name};
use crate::adapt::Operation;
use crate::ident::normalize_ident;

/// What is known of the generated code.
pub(super) struct Examples {
    /// The required setters, by the normalized name of their operation.
    setters: BTreeMap<String, Vec<(String, Type)>>,
    /// Types that are made from text: ids and open enums.
    from_text: BTreeSet<String>,
}

impl Examples {
    pub(super) fn new(builders: &ItemMod, from_text: BTreeSet<String>) -> Self {
        let setters = items(builders).filter_map(|item| {
            let Item::Struct(item) = item else {
                return None;
            };
            let required = fields(item).filter_map(|(name, ty)| {
                let ty = argument(ty, "Result")?;
                argument(ty, "Option").is_none().then(|| (name, ty.clone()))
            });
            Some((normalize_ident(&item.ident.to_string()), required.collect()))
        });
        Self {
            setters: setters.collect(),
            from_text,
        }
    }

    /// The call of an operation, as a Markdown block.
    pub(super) fn call(&self, operation: &Operation, method: &str) -> String {
        let mut arguments = String::from("#     client: partner_center_transfers::Client,\n");
        let mut calls = String::new();
        let setters = self.setters.get(&normalize_ident(&operation.id));
        for (name, ty) in setters.into_iter().flatten() {
            let example = names::parameter(operation, name)
                .and_then(|parameter| parameter.example.as_ref())
                .and_then(|example| self.expression(ty, example));
            let value = example.unwrap_or_else(|| {
                let _ = writeln!(arguments, "#     {name}: {},", public_path(ty));
                name.clone()
            });
            let _ = writeln!(calls, "    .{name}({value})");
        }
        format!(
            "```no_run\n\
             # async fn example(\n{arguments}# ) -> Result<(), partner_center_transfers::Error> {{\n\
             let response = client\n    .{method}()\n{calls}    .send()\n    .await?;\n\
             # Ok(())\n# }}\n```"
        )
    }

    /// An example value as an expression for the setter of a type.
    fn expression(&self, ty: &Type, value: &Value) -> Option<String> {
        if let (Some(item), Value::Array(values)) = (argument(ty, "Vec"), value) {
            let items = values
                .iter()
                .map(|value| match foreign_name(item).as_str() {
                    "String" => Some(format!("{:?}.to_owned()", value.as_str()?)),
                    "i64" | "f64" | "bool" => self.expression(item, value),
                    _ => None,
                });
            let items: Vec<String> = items.collect::<Option<_>>()?;
            return (!items.is_empty()).then(|| format!("vec![{}]", items.join(", ")));
        }
        let name = foreign_name(ty);
        match (name.as_str(), value) {
            ("bool", Value::Bool(value)) => Some(value.to_string()),
            ("i64", Value::Number(number)) => Some(format!("{}_i64", number.as_i64()?)),
            ("f64", Value::Number(number)) => Some(format!("{:?}_f64", number.as_f64()?)),
            ("String" | "Timestamp" | "RequestId" | "CorrelationId", Value::String(text)) => {
                Some(format!("{text:?}"))
            }
            (_, Value::String(text)) if self.from_text.contains(&own_name(ty)) => {
                Some(format!("{text:?}"))
            }
            _ => None,
        }
    }
}

/// A type as users of the crate write it. For a builder, the type that it builds.
fn public_path(ty: &Type) -> String {
    struct Public;

    impl VisitMut for Public {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            visit_mut::visit_path_mut(self, path);
            let rest = path.segments.iter().skip(1);
            let rest = rest.filter(|segment| segment.ident != "builder");
            if path.segments[0].ident == "types" {
                *path = parse_quote!(partner_center_transfers::types #(::#rest)*);
            } else if path.segments[0].ident == "partner_center_core" {
                *path = parse_quote!(partner_center_transfers #(::#rest)*);
            }
        }
    }

    let mut ty = ty.clone();
    Public.visit_type_mut(&mut ty);
    ty.to_token_stream().to_string().replace(' ', "")
}
