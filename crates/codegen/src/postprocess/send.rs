//! The method `send` of a builder: progenitor's request, on the runtime's pipeline.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Expr, ExprMatch, ImplItemFn, Pat, ReturnType, Stmt, Type, parse_quote};

use super::docs;
use super::request::{self, Rewritten};
use super::syntax::{argument, declared, names_in};
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
    let (statements, rest) = statements.split_at(info);
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

    let Rewritten {
        variable,
        statements,
    } = request::rewrite(statements).map_err(changed)?;
    method.block = parse_quote!({
        #(#statements)*
        let info = codegen_support::OperationInfo {
            operation_id: #id,
            url_template: #path,
            creates: #creates,
        };
        let response = client.pipeline.execute(#variable, &info).await?;
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
