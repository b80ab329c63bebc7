//! Documentation on every public item, one line of text a line, so that `missing_docs` holds for
//! generated code too.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Expr, ExprLit, Fields, Lit, Meta, Visibility, parse_quote};

/// Text as documentation attributes, a line each.
pub(super) fn attributes(text: &str) -> Vec<Attribute> {
    text.trim()
        .lines()
        .map(|line| {
            let line = line.trim_end();
            let line = if line.is_empty() {
                String::new()
            } else {
                format!(" {line}")
            };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// The text of documentation attributes.
pub(super) fn text(attributes: &[Attribute]) -> String {
    let text: Vec<String> = attributes.iter().filter_map(doc_text).collect();
    let text = text.join("\n");
    // `/// x` holds a space before its text, and progenitor's own documentation does not.
    let spaced = text
        .lines()
        .all(|line| line.is_empty() || line.starts_with(' '));
    let lines: Vec<&str> = text
        .lines()
        .map(|line| &line[usize::from(spaced && !line.is_empty())..])
        .collect();
    lines.join("\n")
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(ExprLit {
        lit: Lit::Str(text),
        ..
    }) = &meta.value
    else {
        return None;
    };
    attribute.path().is_ident("doc").then(|| text.value())
}

/// Splits documentation into lines, and writes what is missing.
pub(super) fn complete(file: &mut syn::File) {
    Complete.visit_file_mut(file);
}

struct Complete;

impl Complete {
    fn ensure(attributes: &mut Vec<Attribute>, visibility: &Visibility, text: &str) {
        if matches!(visibility, Visibility::Public(_))
            && !attributes
                .iter()
                .any(|attribute| doc_text(attribute).is_some())
        {
            attributes.splice(0..0, self::attributes(text));
        }
    }
}

impl VisitMut for Complete {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let docs = text(attributes);
        if !docs.is_empty() {
            // Progenitor names undocumented types by their own name: no help, but no gap.
            attributes.retain(|attribute| doc_text(attribute).is_none());
            let docs = self::attributes(&docs);
            attributes.splice(0..0, docs);
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        Self::ensure(&mut item.attrs, &item.vis, &format!("`{}`.", item.ident));
        if let Fields::Named(fields) = &mut item.fields {
            for field in &mut fields.named {
                let name = field.ident.as_ref().map(ToString::to_string);
                let text = match name.as_deref() {
                    Some("extra") => "Properties that the spec does not know, as they came.",
                    _ => "Not described.",
                };
                Self::ensure(&mut field.attrs, &field.vis, text);
            }
        }
        visit_mut::visit_item_struct_mut(self, item);
    }

    fn visit_item_enum_mut(&mut self, item: &mut syn::ItemEnum) {
        Self::ensure(&mut item.attrs, &item.vis, &format!("`{}`.", item.ident));
        let public: Visibility = parse_quote!(pub);
        for variant in &mut item.variants {
            let text = match variant.ident.to_string().as_str() {
                "Integer" => "Sent as a whole number.".to_owned(),
                "String" => "Sent as text.".to_owned(),
                other => format!("`{other}`."),
            };
            Self::ensure(&mut variant.attrs, &public, &text);
        }
        visit_mut::visit_item_enum_mut(self, item);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        let name = item.sig.ident.to_string();
        let text = match name.as_str() {
            "builder" => "Starts with nothing set.".to_owned(),
            "body" => "Sets the body of the request.".to_owned(),
            "body_map" => "Changes the body of the request.".to_owned(),
            other => format!("Sets `{other}`."),
        };
        let visibility = item.vis.clone();
        Self::ensure(&mut item.attrs, &visibility, &text);
        visit_mut::visit_impl_item_fn_mut(self, item);
    }
}
