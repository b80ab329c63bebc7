//! Full paths for the names of the standard library that progenitor uses bare. A schema or an
//! operation may have such a name, and would shadow it.

use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, File, GenericArgument, Item, ItemImpl, ItemMod, Pat, Path, PathArguments, Type,
    parse_quote,
};

use super::syntax::{argument, items_mut, last};

/// Qualifies the names in progenitor's file.
pub(super) fn qualify(file: &mut File) -> Result<(), String> {
    Values.visit_file_mut(file);
    for item in &mut file.items {
        match item {
            Item::Mod(module) if module.ident == "builder" => Types.visit_item_mod_mut(module),
            Item::Mod(module) if module.ident == "types" => qualify_conversions(module)?,
            _ => {}
        }
    }
    Ok(())
}

/// Variants of the prelude and functions of its traits, in expressions and patterns.
struct Values;

impl VisitMut for Values {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        if let Expr::Path(path) = expr
            && let Some(full) = value(&path.path)
        {
            path.path = full;
        }
        visit_mut::visit_expr_mut(self, expr);
    }

    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        match pattern {
            Pat::TupleStruct(of) => {
                if let Some(full) = value(&of.path) {
                    of.path = full;
                }
            }
            Pat::Ident(ident) if ident.ident == "None" => {
                *pattern = parse_quote!(::std::option::Option::None);
            }
            _ => {}
        }
        visit_mut::visit_pat_mut(self, pattern);
    }
}

fn value(path: &Path) -> Option<Path> {
    let names: Vec<String> = path
        .segments
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names[..] {
        _ if path.leading_colon.is_some() => None,
        ["Ok"] => Some(parse_quote!(::std::result::Result::Ok)),
        ["Err"] => Some(parse_quote!(::std::result::Result::Err)),
        ["Some"] => Some(parse_quote!(::std::option::Option::Some)),
        ["None"] => Some(parse_quote!(::std::option::Option::None)),
        ["Default", "default"] => Some(parse_quote!(::std::default::Default::default)),
        ["From", "from"] => Some(parse_quote!(::std::convert::From::from)),
        _ => None,
    }
}

/// Types of the prelude in the builders of operations. A builder has a lifetime: `Option<'a>` is the
/// builder of an operation `option`, and its types are `types::Option`.
struct Types;

impl VisitMut for Types {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if let Type::Path(path) = ty
            && path.path.leading_colon.is_none()
            && path.path.segments.len() == 1
        {
            let segment = &path.path.segments[0];
            let has_types = matches!(&segment.arguments, PathArguments::AngleBracketed(arguments)
                if arguments.args.iter().all(|one| matches!(one, GenericArgument::Type(_))));
            let arguments = &segment.arguments;
            let full: Option<Path> = match segment.ident.to_string().as_str() {
                "String" if arguments.is_empty() => Some(parse_quote!(::std::string::String)),
                "Option" if has_types => Some(parse_quote!(::std::option::Option #arguments)),
                "Result" if has_types => Some(parse_quote!(::std::result::Result #arguments)),
                _ => None,
            };
            if let Some(full) = full {
                path.path = full;
            }
        }
        visit_mut::visit_type_mut(self, ty);
    }
}

/// Qualifies `String` in `impl TryFrom<String>`, its only bare use among the types: elsewhere it is
/// a schema.
fn qualify_conversions(module: &mut ItemMod) -> Result<(), String> {
    for item in items_mut(module)? {
        if let Item::Impl(block) = item
            && is_from_text(block)
        {
            // The type of the block is a schema.
            let of = block.self_ty.clone();
            Types.visit_item_impl_mut(block);
            block.self_ty = of;
        }
    }
    Ok(())
}

fn is_from_text(block: &ItemImpl) -> bool {
    let Some((path, _)) = &block.trait_ else {
        return false;
    };
    let of: Type = parse_quote!(#path);
    let is_text = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident("String"));
    last(path) == "TryFrom" && argument(&of, "TryFrom").is_some_and(is_text)
}
