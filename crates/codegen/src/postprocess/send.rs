//! The method `send` of a builder: progenitor's request, on the runtime's pipeline.

use proc_macro2::TokenStream;
use quote::quote;
use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Expr, ExprMatch, ExprMethodCall, ImplItemFn, Member, Pat, ReturnType, Stmt, Token, Type,
    parse_quote,
};

use super::docs;
use super::syntax::{argument, declared, is_named, last, names_in, text};
use crate::adapt::Operation;

/// Rewrites the method.
pub(super) fn send(method: &mut ImplItemFn, operation: &Operation) -> Result<(), String> {
    let changed = |what: &str| {
        format!(
            "progenitor's output has changed: {what} in `send` of {}",
            operation.id
        )
    };
    method.attrs =
        docs::attributes("Sends the request. See [errors and retries](crate#errors-and-retries).");
    let success = match &method.sig.output {
        ReturnType::Type(_, ty) => {
            argument(ty, "Result").and_then(|ty| argument(ty, "ResponseValue"))
        }
        ReturnType::Default => None,
    };
    let success = success
        .ok_or_else(|| changed("another return type"))?
        .clone();
    method.sig.output = parse_quote! {
        -> ::std::result::Result<
            ::partner_center_core::Response<#success>,
            ::partner_center_core::Error,
        >
    };

    let statements = std::mem::take(&mut method.block.stmts);
    let info = statements
        .iter()
        .position(|statement| declared(statement).as_deref() == Some("info"))
        .ok_or_else(|| changed("no `info`"))?;
    let (request, rest) = statements.split_at(info);
    // The hooks and the decoding: the pipeline does it instead.
    let declarations: Vec<Option<String>> = rest.iter().map(declared).collect();
    let declarations: Vec<&str> = declarations.iter().flatten().map(String::as_str).collect();
    let Some(Stmt::Expr(Expr::Match(responses), None)) = rest.last() else {
        return Err(changed("no `match` at the end"));
    };
    if declarations != ["info", "result", "response"] || rest.len() != 6 {
        return Err(changed("other statements after the request"));
    }
    let arms = arms(responses, &success).ok_or_else(|| changed("another response"))?;
    let (id, path, creates) = (&operation.id, &operation.path, operation.creates);

    let mut rewritten: Vec<Stmt> = Vec::new();
    for statement in request {
        rewritten.extend(rewrite_statement(statement).map_err(changed)?);
    }
    method.block = parse_quote!({
        #(#rewritten)*
        let info = codegen_support::OperationInfo {
            operation_id: #id,
            url_template: #path,
            creates: #creates,
        };
        let response = client.pipeline.execute(request, &info).await?;
        match response.status().as_u16() {
            #(#arms)*
            _ => ::std::result::Result::Err(response.refused()),
        }
    });
    Ok(())
}

/// The arms for success statuses, or nothing if one is unknown.
fn arms(responses: &ExprMatch, success: &Type) -> Option<Vec<TokenStream>> {
    let mut arms = Vec::new();
    for arm in &responses.arms {
        let pattern = &arm.pat;
        let names = names_in(|found| found.visit_expr(&arm.body));
        let read = if names.contains("from_response") && argument(success, "Vec").is_some() {
            quote!(response.decode_list())
        } else if names.contains("from_response") {
            quote!(response.decode())
        } else if names.contains("empty") {
            quote!(::std::result::Result::Ok(response.empty()?))
        } else if matches!(pattern, Pat::Wild(_)) && names.contains("UnexpectedResponse") {
            continue;
        } else {
            return None;
        };
        arms.push(quote!(#pattern => #read,));
    }
    Some(arms)
}

/// Rewrites a statement that builds the request; nothing if it is dropped.
fn rewrite_statement(statement: &Stmt) -> Result<Option<Stmt>, &'static str> {
    let mut statement = statement.clone();
    match declared(&statement).as_deref() {
        Some("url") => {
            let url = url(&statement).ok_or("another `url`")?;
            return Ok(Some(parse_quote!(let url = #url;)));
        }
        Some("header_map") => {
            return Ok(Some(parse_quote! {
                let mut header_map =
                    ::partner_center_core::codegen_support::reqwest::header::HeaderMap::new();
            }));
        }
        Some("request") => {
            // The hooks needed `mut`.
            if let Stmt::Local(local) = &mut statement
                && let Pat::Ident(pattern) = &mut local.pat
            {
                pattern.mutability = None;
            }
        }
        _ => {}
    }
    // Partner Center does not know the header `api-version`.
    if is_api_version(&statement) {
        return Ok(None);
    }
    Request.visit_stmt_mut(&mut statement);
    Ok(Some(statement))
}

/// Whether a statement sets the header `api-version`. A parameter may have this name too.
fn is_api_version(statement: &Stmt) -> bool {
    struct Method(bool);

    impl<'ast> Visit<'ast> for Method {
        fn visit_path(&mut self, path: &'ast syn::Path) {
            self.0 |= path.segments.len() > 1 && last(path) == "api_version";
        }
    }

    let mut method = Method(false);
    method.visit_stmt(statement);
    method.0
}

/// Whether a path of progenitor's runtime ends with two names.
fn ends_with(path: &syn::Path, names: [&str; 2]) -> bool {
    let mut segments = path.segments.iter().rev().map(|segment| &segment.ident);
    let of_types = path.segments[0].ident == "types";
    !of_types
        && names
            .iter()
            .rev()
            .all(|name| segments.next().is_some_and(|one| one == name))
}

/// `format!("{}/path", client.baseurl, ...)` without the base URL, which the pipeline adds.
fn url(statement: &Stmt) -> Option<TokenStream> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Expr::Macro(format) = &*local.init.as_ref()?.expr else {
        return None;
    };
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut arguments = format.mac.parse_body_with(list).ok()?.into_iter();
    let template = text(&arguments.next()?)?;
    let path = template.strip_prefix("{}")?;
    match arguments.next()? {
        Expr::Field(base) if is_member(&base.member, "baseurl") => {
            let arguments = arguments.map(|mut argument| {
                Request.visit_expr_mut(&mut argument);
                argument
            });
            Some(quote!(format!(#path, #(#arguments),*)))
        }
        _ => None,
    }
}

/// The expressions that build the request.
struct Request;

impl VisitMut for Request {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let replacement = match expr {
            Expr::Field(field)
                if is_named(&field.base, "client") && is_member(&field.member, "client") =>
            {
                parse_quote!(client.pipeline.http())
            }
            Expr::Path(path) if last(&path.path) == "InvalidRequest" => {
                parse_quote!(codegen_support::invalid_request)
            }
            Expr::Path(path) if ends_with(&path.path, ["QueryParam", "new"]) => {
                parse_quote!(::partner_center_core::codegen_support::QueryParam::new)
            }
            // A parameter may have the name of this function.
            Expr::Call(call) if is_named(&call.func, "encode_path") => {
                *call.func = parse_quote!(codegen_support::encode_path);
                return;
            }
            Expr::Try(attempt) => match method_call(&attempt.expr, "build") {
                Some(build) => parse_quote!(#build.map_err(codegen_support::unbuildable)?),
                None => return,
            },
            // `client.client.post(url)`
            Expr::MethodCall(call) if call.args.len() == 1 && is_named(&call.args[0], "url") => {
                call.args[0] = parse_quote!(client.pipeline.url(&url));
                return;
            }
            Expr::MethodCall(call) if call.method == "append" && call.args.len() == 2 => {
                let name = &call.args[0];
                if let Some(value) = sent_as_text(&call.args[1]) {
                    call.args[1] = parse_quote!(codegen_support::header_value(#name, &#value)?);
                }
                return;
            }
            _ => return,
        };
        *expr = replacement;
    }
}

/// The `x` of `x.to_string().try_into()?`.
fn sent_as_text(expr: &Expr) -> Option<&Expr> {
    let Expr::Try(attempt) = expr else {
        return None;
    };
    let outer = method_call(&attempt.expr, "try_into")?;
    Some(&*method_call(&outer.receiver, "to_string")?.receiver)
}

fn method_call<'a>(expr: &'a Expr, name: &str) -> Option<&'a ExprMethodCall> {
    match expr {
        Expr::MethodCall(call) if call.method == name => Some(call),
        _ => None,
    }
}

fn is_member(member: &Member, name: &str) -> bool {
    matches!(member, Member::Named(member) if member == name)
}
