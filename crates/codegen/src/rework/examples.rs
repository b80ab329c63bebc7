//! For each operation a call that compiles, whatever its arguments are: values of the spec where
//! they can be written down, and else arguments of the function around the call.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use quote::ToTokens;
use serde_json::Value;
use syn::visit_mut::{self, VisitMut};
use syn::{Fields, Item, ItemMod, Type, parse_quote};

use super::{names, types};
use crate::adapt::Operation;
use crate::clash::squeeze;

/// What the generated code takes.
#[derive(Default)]
pub(super) struct Calls {
    /// The required setters by the squeezed name of their operation.
    setters: BTreeMap<String, Vec<(String, Type)>>,
    /// Types that can be made from text.
    from_text: BTreeSet<String>,
}

impl Calls {
    /// Takes note of the ids and the open enums.
    pub(super) fn learn_types(&mut self, module: &ItemMod) {
        for item in module.content.iter().flat_map(|(_, items)| items) {
            let Item::Macro(item) = item else {
                continue;
            };
            let path = item.mac.path.to_token_stream().to_string();
            if path.ends_with("__guid") || path.ends_with("__open_enum") {
                let first = item.mac.tokens.clone().into_iter().next();
                self.from_text.extend(first.map(|name| name.to_string()));
            }
        }
    }

    /// Takes note of the builders' fields.
    pub(super) fn learn_setters(&mut self, module: &ItemMod) {
        for item in module.content.iter().flat_map(|(_, items)| items) {
            let Item::Struct(item) = item else {
                continue;
            };
            let Fields::Named(fields) = &item.fields else {
                continue;
            };
            let required = fields.named.iter().filter_map(|field| {
                let ty = types::argument(&field.ty, "Result")?;
                let is_required = types::argument(ty, "Option").is_none();
                let name = field.ident.as_ref()?.to_string();
                is_required.then(|| (name, ty.clone()))
            });
            self.setters
                .insert(squeeze(&item.ident.to_string()), required.collect());
        }
    }

    /// The call of an operation, as a Markdown block.
    pub(super) fn example(&self, operation: &Operation, method: &str) -> String {
        let mut arguments = String::from("client: partner_center_transfers::Client");
        let mut calls = String::new();
        let setters = self.setters.get(&squeeze(&operation.id));
        for (name, ty) in setters.into_iter().flatten() {
            let example = names::parameter(operation, name)
                .and_then(|parameter| parameter.example.as_ref())
                .and_then(|example| self.expression(ty, example));
            let value = example.unwrap_or_else(|| {
                let _ = write!(arguments, ", {name}: {}", public(ty));
                name.clone()
            });
            let _ = writeln!(calls, "    .{name}({value})");
        }
        format!(
            "```no_run\n\
             # async fn example({arguments})\n\
             # -> Result<(), partner_center_transfers::Error> {{\n\
             let response = client\n    .{method}()\n{calls}    .send()\n    .await?;\n\
             # Ok(())\n# }}\n```"
        )
    }

    /// A value of the spec as an expression that a setter of a type takes.
    fn expression(&self, ty: &Type, value: &Value) -> Option<String> {
        if let (Some(item), Value::Array(values)) = (types::argument(ty, "Vec"), value) {
            let items: Option<Vec<String>> = values
                .iter()
                .map(|value| match (types::last_of(item).as_str(), value) {
                    ("String", Value::String(text)) => Some(format!("{text:?}.to_owned()")),
                    ("i64" | "f64" | "bool", _) => self.expression(item, value),
                    _ => None,
                })
                .collect();
            return items
                .filter(|items| !items.is_empty())
                .map(|items| format!("vec![{}]", items.join(", ")));
        }
        let name = types::last_of(ty);
        let is_runtime = matches!(
            name.as_str(),
            "String" | "Timestamp" | "RequestId" | "CorrelationId"
        );
        match value {
            Value::String(text) if is_runtime || self.from_text.contains(&name) => {
                Some(format!("{text:?}"))
            }
            Value::Bool(value) if name == "bool" => Some(value.to_string()),
            Value::Number(number) if name == "i64" => Some(format!("{}_i64", number.as_i64()?)),
            Value::Number(number) if name == "f64" => Some(format!("{:?}_f64", number.as_f64()?)),
            _ => None,
        }
    }
}

/// A type as a user of the crate names it; for a builder, what it builds.
fn public(ty: &Type) -> String {
    struct Public;

    impl VisitMut for Public {
        fn visit_path_mut(&mut self, path: &mut syn::Path) {
            visit_mut::visit_path_mut(self, path);
            if path.segments[0].ident == "types" {
                let rest = path.segments.iter().skip(1);
                let rest = rest.filter(|segment| segment.ident != "builder");
                *path = parse_quote!(partner_center_transfers::types #(::#rest)*);
            } else if path.segments[0].ident == "partner_center_core" {
                let rest = path.segments.iter().skip(1);
                *path = parse_quote!(partner_center_transfers #(::#rest)*);
            }
        }
    }

    let mut ty = ty.clone();
    Public.visit_type_mut(&mut ty);
    ty.to_token_stream().to_string().replace(' ', "")
}
