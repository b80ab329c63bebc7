//! The client and its operations: progenitor's setters and requests, on the runtime's pipeline.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, Fields, Ident, ImplItem, ImplItemFn, Item, ItemImpl, ItemMod, ItemStruct, Member, Stmt,
    Token, Type, parse_quote,
};

use super::examples::Calls;
use super::{docs, names, types};
use crate::adapt::{Adapted, Operation};

/// The client itself: nothing but the pipeline.
pub(super) fn client() -> Item {
    parse_quote! {
        /// The client of the transfers operations.
        ///
        /// Cheap to clone: clones share their connections and their settings.
        #[derive(Clone, Debug)]
        pub struct Client {
            pub(crate) pipeline: Pipeline,
        }
    }
}

/// How a client is made. Its page starts with the operations, so this comes behind them.
pub(super) fn settings() -> Vec<Item> {
    vec![
        parse_quote! {
            impl Client {
                /// Starts with the settings of the global cloud and without a credential.
                pub fn builder() -> ClientBuilder<Self> {
                    ClientBuilder::new(
                        concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")),
                        error_codes::ERROR_CODES,
                    )
                }

                /// A client whose calls have other settings. It shares its connections and its
                /// token with this one.
                ///
                /// Settings of a single call beat those of its client.
                #[must_use]
                pub fn with_options(&self, options: CallOptions) -> Self {
                    Self {
                        pipeline: self.pipeline.with(options),
                    }
                }
            }
        },
        parse_quote! {
            #[doc(hidden)]
            impl ::std::convert::From<Pipeline> for Client {
                fn from(pipeline: Pipeline) -> Self {
                    Self { pipeline }
                }
            }
        },
    ]
}

/// Reworks an `impl` of progenitor's client. `false` if nothing of it is kept: its constructors
/// leak the HTTP library, and its hooks are the pipeline's business.
pub(super) fn rework_client_methods(
    block: &mut ItemImpl,
    adapted: &Adapted,
    calls: &Calls,
) -> Result<bool, String> {
    let is_constructor =
        |item: &ImplItem| matches!(item, ImplItem::Fn(method) if method.sig.receiver().is_none());
    if block.trait_.is_some() || block.items.iter().all(is_constructor) {
        return Ok(false);
    }
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else {
            continue;
        };
        let name = method.sig.ident.to_string();
        let operation = names::operation(adapted, &name)?;
        let example = calls.example(operation, &name);
        method.attrs = docs::attributes(&operation_docs(operation, &example));
    }
    Ok(true)
}

fn operation_docs(operation: &Operation, example: &str) -> String {
    let Operation {
        method,
        path,
        summary,
        description,
        ..
    } = operation;
    format!("{summary}: `{method} {path}`.\n\n{description}\n\n# Example\n\n{example}")
}

/// Reworks the module of builders, one for each operation.
pub(super) fn rework_builders(module: &mut ItemMod, adapted: &Adapted) -> Result<(), String> {
    let Some((_, items)) = &mut module.content else {
        return Err("the module of builders is empty".to_owned());
    };
    items.retain(|item| !matches!(item, Item::Use(_)));
    for item in &mut *items {
        let name = match &*item {
            Item::Impl(block) => types::last_of(&block.self_ty),
            item => types::name_of(item),
        };
        names::rename_headers(item, names::operation(adapted, &name)?);
    }
    let structs: Vec<ItemStruct> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.clone()),
            _ => None,
        })
        .collect();
    for item in &mut *items {
        if let Item::Impl(block) = item {
            rework_builder(block, &structs, adapted)?;
        }
    }
    items.splice(
        0..0,
        [
            parse_quote! {
                use ::partner_center_core::codegen_support::{self, OperationInfo, encode_path};
            },
            parse_quote! {
                use ::partner_center_core::{Error, Response};
            },
            parse_quote! {
                use super::types;
            },
        ],
    );
    Ok(())
}

fn rework_builder(
    block: &mut ItemImpl,
    structs: &[ItemStruct],
    adapted: &Adapted,
) -> Result<(), String> {
    let Type::Path(path) = &*block.self_ty else {
        return Err("an impl in the module of builders is of no named type".to_owned());
    };
    let name = path
        .path
        .segments
        .last()
        .map(|segment| segment.ident.clone());
    let item = structs
        .iter()
        .find(|item| Some(&item.ident) == name.as_ref());
    let Some(ItemStruct {
        ident,
        fields: Fields::Named(fields),
        ..
    }) = item
    else {
        return Err("an impl in the module of builders has no struct".to_owned());
    };
    let operation = names::operation(adapted, &ident.to_string())?;

    let has_body_map = block
        .items
        .iter()
        .any(|item| matches!(item, ImplItem::Fn(method) if method.sig.ident == "body_map"));
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else {
            continue;
        };
        match method.sig.ident.to_string().as_str() {
            "new" => {
                // Made by the client's method, and only there.
                method.vis = parse_quote!(pub(super));
                Missing.visit_impl_item_fn_mut(method);
            }
            "send" => rework_send(method, operation)?,
            // A body that has a builder of its own.
            "body_map" => {}
            "body" if has_body_map => {}
            name => {
                let field = fields
                    .named
                    .iter()
                    .find(|field| field.ident.as_ref().is_some_and(|ident| ident == name));
                let ty = field.and_then(|field| types::argument(&field.ty, "Result"));
                let ty = ty.ok_or_else(|| format!("{ident} has no field {name}"))?;
                *method = setter(&format_ident!("{name}"), ty, operation);
            }
        }
    }
    Ok(())
}

fn setter(name: &Ident, ty: &Type, operation: &Operation) -> ImplItemFn {
    let text = name.to_string();
    let parameter = names::parameter(operation, &text);
    let description = match parameter {
        Some(parameter) => parameter.description.as_str(),
        None if text == "body" => "Sets the body of the request.",
        None => "",
    };
    let docs = docs::attributes(description);
    let (inner, some) = match types::argument(ty, "Option") {
        Some(inner) => (inner, quote!(.map(Some))),
        None => (ty, quote!()),
    };
    parse_quote! {
        #(#docs)*
        pub fn #name<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<#inner>,
            V::Error: ::std::fmt::Display,
        {
            self.#name = value
                .try_into()
                #some
                .map_err(|error| codegen_support::bad_argument(#text, error));
            self
        }
    }
}

/// `Err("x was not initialized".to_string())` in the runtime's words.
struct Missing;

impl VisitMut for Missing {
    fn visit_field_value_mut(&mut self, field: &mut syn::FieldValue) {
        if let Expr::Call(call) = &field.expr
            && call.func.to_token_stream().to_string() == "Err"
            && let Member::Named(name) = &field.member
        {
            let name = name.to_string();
            field.expr = parse_quote!(Err(codegen_support::missing_argument(#name)));
        }
    }
}

fn rework_send(method: &mut ImplItemFn, operation: &Operation) -> Result<(), String> {
    let id = &operation.id;
    method.attrs = docs::attributes(&format!(
        "Sends the request and reads its answer.\n\n# Errors\n\n\
         [`Error::is_invalid_input`] holds if an argument is missing or wrong; then nothing was \
         sent. Otherwise [`Error::may_have_been_applied`] says whether `{id}` may have taken \
         effect all the same."
    ));
    let statements = std::mem::take(&mut method.block.stmts);
    method.block.stmts = statements
        .into_iter()
        .filter_map(rework_statement)
        .collect();
    let answer = method.sig.output.to_token_stream().to_string();
    Send {
        url_template: &operation.path,
        gives_list: answer.contains("ResponseValue < :: std :: vec :: Vec <"),
    }
    .visit_impl_item_fn_mut(method);
    let text = method.to_token_stream().to_string();
    for needed in ["execute", "refused", "url_template"] {
        if !text.contains(needed) {
            return Err(format!(
                "`send` of {id} has no `{needed}`: progenitor's output has changed"
            ));
        }
    }
    Ok(())
}

/// A statement of `send` as it is kept; the pipeline does what the hooks did.
fn rework_statement(mut statement: Stmt) -> Option<Stmt> {
    let text = statement.to_token_stream().to_string();
    let starts = |words: &str| text.starts_with(words);
    let is_hook = starts("client . pre") || starts("client . post") || starts("let result");
    // Partner Center knows no such header.
    if is_hook || text.contains("\"api-version\"") {
        return None;
    }
    if starts("let response = result") {
        return Some(parse_quote! {
            let response = client.pipeline.execute(request, &info).await?;
        });
    }
    if let Stmt::Local(local) = &mut statement
        && let syn::Pat::Ident(pattern) = &mut local.pat
        && pattern.ident == "request"
    {
        // It was for the hooks.
        pattern.mutability = None;
    }
    Some(statement)
}

/// The expressions and types of `send`.
struct Send<'a> {
    url_template: &'a str,
    /// The answer is a list and no object.
    gives_list: bool,
}

impl VisitMut for Send<'_> {
    fn visit_expr_struct_mut(&mut self, expr: &mut syn::ExprStruct) {
        visit_mut::visit_expr_struct_mut(self, expr);
        if ends_with(&expr.path, "OperationInfo") {
            let url_template = self.url_template;
            expr.fields.push(parse_quote!(url_template: #url_template));
        }
    }

    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let replacement = match expr {
            Expr::Field(field) if is_named(&field.base, "client") && is_member(field, "client") => {
                Some(parse_quote!(client.pipeline.http()))
            }
            Expr::Await(wait) => match &*wait.base {
                Expr::Call(call) if called(call, "from_response") => Some(if self.gives_list {
                    parse_quote!(response.decode_list())
                } else {
                    parse_quote!(response.decode())
                }),
                _ => None,
            },
            Expr::Call(call) if called(call, "empty") => Some(parse_quote!(response.empty()?)),
            Expr::Call(call) if called(call, "UnexpectedResponse") => {
                Some(parse_quote!(response.refused()))
            }
            Expr::Call(call) if called(call, "with_capacity") => {
                let map = &call.func;
                let mut map = map.clone();
                if let Expr::Path(path) = &mut *map
                    && let Some(last) = path.path.segments.last_mut()
                {
                    last.ident = format_ident!("new");
                }
                Some(parse_quote!(#map()))
            }
            Expr::Path(path) if ends_with(&path.path, "InvalidRequest") => {
                Some(parse_quote!(codegen_support::invalid_request))
            }
            Expr::Try(attempt) => match &*attempt.expr {
                Expr::MethodCall(call) if call.method == "build" => {
                    Some(parse_quote!(#call.map_err(codegen_support::unbuildable)?))
                }
                _ => None,
            },
            // `client.client.post(url)`
            Expr::MethodCall(call) if call.args.len() == 1 && is_named(&call.args[0], "url") => {
                call.args[0] = parse_quote!(client.pipeline.url(&url));
                None
            }
            Expr::MethodCall(call) if call.method == "append" && call.args.len() == 2 => {
                let name = &call.args[0];
                if let Some(value) = sent_as_text(&call.args[1]) {
                    call.args[1] = parse_quote!(codegen_support::header_value(#name, &#value)?);
                }
                None
            }
            _ => None,
        };
        if let Some(replacement) = replacement {
            *expr = replacement;
        }
    }

    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        if path.segments[0].ident == "progenitor_client"
            && path
                .segments
                .iter()
                .any(|segment| segment.ident == "QueryParam")
        {
            *path = parse_quote!(::partner_center_core::codegen_support::QueryParam::new);
        }
        if let Some(last) = path.segments.last_mut() {
            if last.ident == "ResponseValue" {
                last.ident = format_ident!("Response");
            } else if last.ident == "Error" && !last.arguments.is_empty() {
                last.arguments = syn::PathArguments::None;
            }
        }
    }

    fn visit_macro_mut(&mut self, item: &mut syn::Macro) {
        item.tokens = without_base_url(item.tokens.clone());
    }
}

/// The `x` of `x.to_string().try_into()?`.
fn sent_as_text(expr: &Expr) -> Option<&Expr> {
    let Expr::Try(attempt) = expr else {
        return None;
    };
    match &*attempt.expr {
        Expr::MethodCall(outer) if outer.method == "try_into" => match &*outer.receiver {
            Expr::MethodCall(inner) if inner.method == "to_string" => Some(&inner.receiver),
            _ => None,
        },
        _ => None,
    }
}

fn is_named(expr: &Expr, name: &str) -> bool {
    matches!(expr, Expr::Path(path) if path.path.is_ident(name))
}

fn is_member(field: &syn::ExprField, name: &str) -> bool {
    matches!(&field.member, Member::Named(member) if member == name)
}

fn called(call: &syn::ExprCall, name: &str) -> bool {
    matches!(&*call.func, Expr::Path(path) if ends_with(&path.path, name))
}

fn ends_with(path: &syn::Path, name: &str) -> bool {
    path.segments.last().is_some_and(|last| last.ident == name)
}

/// The tokens of `format!("{}/path", client.baseurl, ...)` as those of the path alone.
fn without_base_url(tokens: TokenStream) -> TokenStream {
    let parsed = Punctuated::<Expr, Token![,]>::parse_terminated.parse2(tokens.clone());
    let Ok(mut arguments) = parsed.map(Punctuated::into_iter) else {
        return tokens;
    };
    let (Some(format), Some(Expr::Field(base))) = (arguments.next(), arguments.next()) else {
        return tokens;
    };
    if !is_member(&base, "baseurl") {
        return tokens;
    }
    let Expr::Lit(syn::ExprLit {
        lit: syn::Lit::Str(format),
        ..
    }) = format
    else {
        return tokens;
    };
    let format = format.value();
    let path = format.strip_prefix("{}").unwrap_or(&format);
    quote!(#path, #(#arguments),*)
}
