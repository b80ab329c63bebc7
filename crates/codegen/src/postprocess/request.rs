//! The statements of `send` that build the request: progenitor's, rewritten for the runtime's
//! `Request`.

use syn::punctuated::Punctuated;
use syn::visit::Visit;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprCall, ExprMethodCall, Ident, Member, Pat, Stmt, Token, parse_quote};

use super::syntax::{declared, is_named, last, text};

/// The rewritten statements, and the variable that holds the request.
pub(super) struct Rewritten {
    pub(super) variable: Ident,
    pub(super) statements: Vec<Stmt>,
}

/// Rewrites progenitor's statements: the arguments, the URL, the headers, and the chain of calls
/// that sets method, body and query. The error says what is not as expected.
pub(super) fn rewrite(statements: &[Stmt]) -> Result<Rewritten, &'static str> {
    let (chain, statements) = statements.split_last().ok_or("no statements")?;
    // No parameter has the name of this variable.
    let (variable, calls) = calls(chain).ok_or("another `request`")?;
    let (method, calls) = calls.split_first().ok_or("another `request`")?;
    let url = method.args.first().ok_or("no URL")?;
    let verb = method.method.to_string().to_uppercase();
    let verb = Ident::new(&verb, method.method.span());

    let mut rewritten: Vec<Stmt> = Vec::new();
    for statement in statements {
        match declared(statement) {
            Some(name) if is_named(url, &name) => {
                rewritten.push(parse_quote! {
                    let mut #variable =
                        codegen_support::Request::new(codegen_support::Method::#verb);
                });
                rewritten.extend(path(statement, &variable).ok_or("another URL")?);
            }
            Some(name) if name == "header_map" => {}
            // Partner Center does not know the header `api-version`.
            _ if is_api_version(statement) => {}
            _ => {
                let mut statement = statement.clone();
                Arguments(&variable).visit_stmt_mut(&mut statement);
                rewritten.push(statement);
            }
        }
    }
    for call in calls {
        rewritten.extend(step(call, &variable)?);
    }
    Ok(Rewritten {
        variable,
        statements: rewritten,
    })
}

/// The variable and the calls of `let mut request = client.client.post(url).json(&body).build()?`,
/// in this order and without `build`.
fn calls(statement: &Stmt) -> Option<(Ident, Vec<&ExprMethodCall>)> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Pat::Ident(variable) = &local.pat else {
        return None;
    };
    let Expr::Try(attempt) = &*local.init.as_ref()?.expr else {
        return None;
    };
    let mut expr = &*method_call(&attempt.expr, "build")?.receiver;
    let mut calls = Vec::new();
    while let Expr::MethodCall(call) = expr {
        calls.push(call);
        expr = &call.receiver;
    }
    calls.reverse();
    Some((variable.ident.clone(), calls))
}

/// What sets the path of `format!("{}/a/{}", client.baseurl, encode_path(&x.to_string()))`. The base
/// URL is left out, because the pipeline adds it.
fn path(statement: &Stmt, variable: &Ident) -> Option<Vec<Stmt>> {
    let Stmt::Local(local) = statement else {
        return None;
    };
    let Expr::Macro(format) = &*local.init.as_ref()?.expr else {
        return None;
    };
    let list = Punctuated::<Expr, Token![,]>::parse_terminated;
    let mut arguments = format.mac.parse_body_with(list).ok()?.into_iter();
    let template = text(&arguments.next()?)?;
    let mut texts = template.strip_prefix("{}")?.split("{}");
    if !matches!(arguments.next()?, Expr::Field(base) if is_member(&base.member, "baseurl")) {
        return None;
    }
    let mut statements = Vec::new();
    loop {
        let text = texts.next()?;
        if !text.is_empty() {
            statements.push(parse_quote!(#variable.path(#text);));
        }
        let Some(argument) = arguments.next() else {
            break;
        };
        let Expr::Call(ExprCall { func, args, .. }) = &argument else {
            return None;
        };
        let Expr::Reference(value) = args.first().filter(|_| is_named(func, "encode_path"))? else {
            return None;
        };
        let value = &method_call(&value.expr, "to_string")?.receiver;
        statements.push(parse_quote!(#variable.segment(&#value);));
    }
    texts.next().is_none().then_some(statements)
}

/// What a call of the chain becomes; nothing if the pipeline does it.
fn step(call: &ExprMethodCall, variable: &Ident) -> Result<Option<Stmt>, &'static str> {
    let arguments = &call.args;
    Ok(match call.method.to_string().as_str() {
        "json" => Some(parse_quote!(#variable.json(#arguments)?;)),
        "query" => match arguments.first() {
            Some(Expr::Reference(parameter)) => match &*parameter.expr {
                Expr::Call(ExprCall { args, .. }) => Some(parse_quote!(#variable.query(#args)?;)),
                _ => return Err("another query"),
            },
            _ => return Err("another query"),
        },
        "header" if matches!(arguments.first(), Some(Expr::Path(name)) if last(&name.path) == "ACCEPT") => {
            None
        }
        "headers" => None,
        _ => return Err("another step of the request"),
    })
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

/// The errors of arguments, and the headers.
struct Arguments<'a>(&'a Ident);

impl VisitMut for Arguments<'_> {
    fn visit_expr_mut(&mut self, expr: &mut Expr) {
        visit_mut::visit_expr_mut(self, expr);
        let replacement = match expr {
            Expr::Path(path) if last(&path.path) == "InvalidRequest" => {
                parse_quote!(codegen_support::invalid_request)
            }
            Expr::MethodCall(call) if call.method == "append" && call.args.len() == 2 => {
                let Some(value) = sent_as_text(&call.args[1]) else {
                    return;
                };
                let (variable, name) = (self.0, &call.args[0]);
                parse_quote!(#variable.header(#name, &#value)?)
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
