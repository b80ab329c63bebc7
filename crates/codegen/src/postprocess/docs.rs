//! Documentation of every public item, wrapped at 100 columns.

use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Fields, Meta, Visibility, parse_quote};

use super::syntax;

/// The width of a line, without indentation and `///`.
const WIDTH: usize = 88;

/// Text as documentation attributes, one for each line.
pub(super) fn attributes(text: &str) -> Vec<Attribute> {
    wrap(text.trim())
        .into_iter()
        .map(|line| {
            let line = if line.is_empty() {
                line
            } else {
                format!(" {line}")
            };
            parse_quote!(#[doc = #line])
        })
        .collect()
}

/// Wraps the paragraphs and list items of a Markdown text. Code, tables and headings stay as they
/// are.
fn wrap(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut in_code = false;
    // Whether the last line may be continued, and the indentation of the next one.
    let mut is_open = false;
    let mut indent = "";
    for line in text.lines() {
        let words = line.trim();
        let is_fence = words.starts_with("```");
        let is_definition = words.starts_with('[') && words.contains("]: ");
        if in_code || is_fence || is_definition || words.is_empty() || words.starts_with(['|', '#'])
        {
            lines.push(line.trim_end().to_owned());
            in_code ^= is_fence;
            is_open = false;
            continue;
        }
        let is_item = words.starts_with("- ") || words.starts_with("* ");
        is_open &= !is_item;
        if !is_open {
            indent = "";
        }
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            // At the start of a line these would be Markdown.
            let is_markup = matches!(word, "-" | "+" | "*") || word.starts_with(['#', '|', '>']);
            match lines.last_mut() {
                Some(last)
                    if is_open
                        && (is_markup
                            || last.chars().count() + 1 + word.chars().count() <= WIDTH) =>
                {
                    last.push(' ');
                    last.push_str(word);
                }
                _ => lines.push(format!("{indent}{word}")),
            }
            is_open = true;
            if is_item {
                indent = "  ";
            }
        }
    }
    lines
}

/// The text of documentation attributes.
pub(super) fn text(attributes: &[Attribute]) -> String {
    let text: Vec<String> = attributes.iter().filter_map(doc_text).collect();
    let text = text.join("\n");
    // `/// x` contains a space before its text; progenitor's own documentation does not.
    let mut lines = text.lines();
    if lines.all(|line| line.is_empty() || line.starts_with(' ')) {
        let lines = text
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line));
        return lines.collect::<Vec<_>>().join("\n");
    }
    text
}

fn doc_text(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => syntax::text(&meta.value),
        _ => None,
    }
}

/// Wraps all documentation, and adds what is missing.
pub(super) fn complete(file: &mut syn::File) {
    Complete.visit_file_mut(file);
}

struct Complete;

impl Complete {
    fn ensure(attributes: &mut Vec<Attribute>, visibility: &Visibility, text: &str) {
        let is_public = matches!(visibility, Visibility::Public(_));
        if is_public && !attributes.iter().any(|one| doc_text(one).is_some()) {
            attributes.splice(0..0, self::attributes(text));
        }
    }
}

impl VisitMut for Complete {
    fn visit_attributes_mut(&mut self, attributes: &mut Vec<Attribute>) {
        let docs = text(attributes);
        if !docs.is_empty() {
            attributes.retain(|attribute| doc_text(attribute).is_none());
            attributes.splice(0..0, self::attributes(&docs));
        }
    }

    fn visit_item_struct_mut(&mut self, item: &mut syn::ItemStruct) {
        Self::ensure(&mut item.attrs, &item.vis, &format!("`{}`.", item.ident));
        if let Fields::Named(fields) = &mut item.fields {
            for field in &mut fields.named {
                let is_extra = field.ident.as_ref().is_some_and(|name| name == "extra");
                let text = if is_extra {
                    "Properties that this version does not know, unchanged."
                } else {
                    "No description."
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
                "Integer" => "A JSON number.".to_owned(),
                "String" => "A JSON string.".to_owned(),
                other => format!("`{other}`."),
            };
            Self::ensure(&mut variant.attrs, &public, &text);
        }
        visit_mut::visit_item_enum_mut(self, item);
    }

    fn visit_impl_item_fn_mut(&mut self, item: &mut syn::ImplItemFn) {
        let text = match item.sig.ident.to_string().as_str() {
            "builder" => "Returns a builder without any value set.".to_owned(),
            "body" => "Sets the request body.".to_owned(),
            "body_map" => "Changes the request body.".to_owned(),
            other => format!("Sets `{other}`."),
        };
        let visibility = item.vis.clone();
        Self::ensure(&mut item.attrs, &visibility, &text);
        visit_mut::visit_impl_item_fn_mut(self, item);
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn paragraphs_and_items_are_wrapped_and_code_is_not() {
        let long = "word ".repeat(20);
        let text = format!("{long}\n{long}\n\n- {long}\n  end\n- b\n\n```\n{long}\n```");
        let lines = super::wrap(&text);
        assert_eq!(lines[0].len(), 84, "{lines:#?}");
        assert!(
            lines[5].starts_with("  word") && lines[5].ends_with("end"),
            "{lines:#?}"
        );
        assert_eq!(
            lines[6..],
            ["- b", "", "```", long.trim_end(), "```"],
            "{lines:#?}"
        );
    }
}
