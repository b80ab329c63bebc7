//! Helpers for syntax trees.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::visit_mut::VisitMut;
use syn::{
    Attribute, Expr, ExprLit, FieldValue, Fields, GenericArgument, Item, ItemImpl, ItemMod,
    ItemStruct, Lit, Member, Meta, MetaNameValue, Pat, Path, PathArguments, Stmt, Token, Type,
};

/// The primitive types that progenitor uses. Generated types start with a capital letter.
const PRIMITIVE: [&str; 3] = ["bool", "f64", "i64"];

/// The items of a module.
pub(super) fn items(module: &ItemMod) -> impl Iterator<Item = &Item> {
    module.content.iter().flat_map(|(_, items)| items)
}

/// The items of a module, for changes.
pub(super) fn items_mut(module: &mut ItemMod) -> Result<&mut Vec<Item>, String> {
    let name = &module.ident;
    let content = module.content.as_mut().map(|(_, items)| items);
    content.ok_or_else(|| format!("the module {name} has no content"))
}

/// The name of a struct or an enum, or of the type of an impl; else an empty text.
pub(super) fn name_of(item: &Item) -> String {
    match item {
        Item::Struct(item) => item.ident.to_string(),
        Item::Enum(item) => item.ident.to_string(),
        Item::Impl(block) => own_name(&block.self_ty),
        _ => String::new(),
    }
}

/// The names and types of a struct's fields; none of a tuple struct.
pub(super) fn fields(item: &ItemStruct) -> impl Iterator<Item = (String, &Type)> {
    let named = match &item.fields {
        Fields::Named(fields) => Some(&fields.named),
        _ => None,
    };
    named
        .into_iter()
        .flatten()
        .filter_map(|field| Some((field.ident.as_ref()?.to_string(), &field.ty)))
}

/// The last segment of a path.
pub(super) fn last(path: &Path) -> String {
    path.segments
        .last()
        .map_or_else(String::new, |segment| segment.ident.to_string())
}

/// The name of a type that is generated from the document; an empty text for other types. A schema
/// may have the name of a type of the standard library: only the paths differ.
pub(super) fn own_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) if path.path.leading_colon.is_none() => last(&path.path),
        _ => String::new(),
    }
}

/// The last segment of the path of a type that is not generated: a primitive type, or a path that
/// starts with `::`. An empty text for other types.
pub(super) fn foreign_name(ty: &Type) -> String {
    match ty {
        Type::Path(path) if path.path.leading_colon.is_some() => last(&path.path),
        Type::Path(path) if PRIMITIVE.iter().any(|name| path.path.is_ident(name)) => {
            last(&path.path)
        }
        _ => String::new(),
    }
}

/// The `T` of `name<T>`.
pub(super) fn argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return None;
    };
    let segment = path.path.segments.last()?;
    match &segment.arguments {
        PathArguments::AngleBracketed(arguments) if segment.ident == name => {
            match arguments.args.first()? {
                GenericArgument::Type(inner) => Some(inner),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether an expression is the variable or function `name`.
pub(super) fn is_named(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

/// The variable that a statement declares.
pub(super) fn declared(statement: &Stmt) -> Option<String> {
    match statement {
        Stmt::Local(local) => match &local.pat {
            Pat::Ident(pattern) => Some(pattern.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The last segments of all paths that a visit meets, except those of other crates.
pub(super) fn names_in(visit: impl FnOnce(&mut Names)) -> BTreeSet<String> {
    let mut found = Names(BTreeSet::new());
    visit(&mut found);
    found.0
}

pub(super) struct Names(BTreeSet<String>);

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        if path.leading_colon.is_none() {
            self.0.insert(last(path));
        }
        visit::visit_path(self, path);
    }
}

/// Replaces the initial values `Err(...)` of a builder's fields.
pub(super) fn replace_missing(block: &mut ItemImpl, value: impl Fn(&str) -> Option<Expr>) {
    struct Replace<F>(F);

    impl<F: Fn(&str) -> Option<Expr>> VisitMut for Replace<F> {
        fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
            if let Expr::Call(call) = &field.expr
                && matches!(&*call.func, Expr::Path(path) if last(&path.path) == "Err")
                && let Member::Named(name) = &field.member
                && let Some(value) = self.0(&name.to_string())
            {
                field.expr = value;
            }
        }
    }

    Replace(value).visit_item_impl_mut(block);
}

/// The paths in all `#[derive(...)]`.
pub(super) fn derives(attribute: &Attribute) -> Vec<Path> {
    if !attribute.path().is_ident("derive") {
        return Vec::new();
    }
    let paths = attribute.parse_args_with(Punctuated::<Path, Token![,]>::parse_terminated);
    paths.map_or_else(|_| Vec::new(), |paths| paths.into_iter().collect())
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
pub(super) fn serde_argument(attributes: &[Attribute], name: &str) -> Option<String> {
    serde_arguments(attributes).find_map(|meta| match meta {
        Meta::NameValue(MetaNameValue { path, value, .. }) if path.is_ident(name) => text(&value),
        _ => None,
    })
}

/// Whether there is a `#[serde(name)]`.
pub(super) fn has_serde_flag(attributes: &[Attribute], name: &str) -> bool {
    serde_arguments(attributes).any(|meta| matches!(meta, Meta::Path(path) if path.is_ident(name)))
}

/// The value of a string literal.
pub(super) fn text(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}
