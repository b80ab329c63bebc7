//! What OpenAPI can say and the generated client cannot do. Each is refused with its line, rather
//! than left to fail, or to be lost without a word, further on.

use serde_json::Value;

use crate::clash::squeeze;
use crate::load::Document;
use crate::problem::Problem;
use crate::validate::{Operation, escape, resolve};

/// Names that the generated builders and the client use themselves.
const TAKEN_PARAMETERS: [&str; 13] = [
    "baseurl",
    "body",
    "bodymap",
    "client",
    "headermap",
    "info",
    "new",
    "request",
    "response",
    "result",
    "send",
    "url",
    "self",
];
const TAKEN_OPERATIONS: [&str; 2] = ["builder", "with"];

/// Headers that are not described as parameters: OpenAPI ignores such a description.
const NOT_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// The one media type of requests and answers.
const JSON: &str = "application/json";

/// Checks all operations.
pub(crate) fn check(
    document: &Document,
    operations: &[Operation<'_>],
    problems: &mut Vec<Problem>,
) {
    let root = &document.value;
    for (path, item) in root["paths"].as_object().into_iter().flatten() {
        if item.get("$ref").is_some() {
            let at = format!("/paths/{}/$ref", escape(path));
            problems.push(document.problem(&at, "a path cannot be a reference; write it out"));
        }
    }
    for operation in operations {
        let mut refuse = |at: &str, message: String| problems.push(document.problem(at, message));
        let method = operation.method();
        if matches!(method, "trace" | "options") {
            let message = format!("the client has no method {}", method.to_uppercase());
            refuse(&operation.pointer, message);
        }
        if let Some(id) = operation.value["operationId"].as_str()
            && TAKEN_OPERATIONS.contains(&squeeze(id).as_str())
        {
            let at = format!("{}/operationId", operation.pointer);
            let message = format!("operationId {id:?} is a method that every client has already");
            refuse(&at, message);
        }
        for (at, parameter) in operation.parameters(root) {
            if let Some(message) = refused_parameter(root, resolve(root, parameter)) {
                refuse(&at, message);
            }
        }
        check_body(root, operation, &mut refuse);
        check_answers(root, operation, &mut refuse);
    }
}

fn refused_parameter(root: &Value, parameter: &Value) -> Option<String> {
    let name = parameter["name"].as_str().unwrap_or_default();
    let place = parameter["in"].as_str().unwrap_or_default();
    let refused = |why: &str| Some(format!("{place} parameter {name:?} {why}"));
    let Some(schema) = parameter.get("schema") else {
        return refused("has no `schema`; `content` is not supported");
    };
    let kind = kind_of(root, schema);
    let usual = if place == "query" { "form" } else { "simple" };
    let is_header = place == "header";
    if place == "cookie" {
        return refused("is a cookie; the client sends none");
    }
    if parameter["style"]
        .as_str()
        .is_some_and(|style| style != usual)
    {
        return refused(&format!(
            "has a style that is not supported; expected {usual}"
        ));
    }
    if is_header && NOT_PARAMETERS.contains(&name.to_lowercase().as_str()) {
        return refused("is not for parameters; OpenAPI ignores it, so delete it");
    }
    if TAKEN_PARAMETERS.contains(&squeeze(name).as_str()) {
        return refused("has a name that the generated code uses itself");
    }
    match (place, kind) {
        (_, Some("object")) => refused("is an object; expected one value or, in a query, a list"),
        ("query", Some("array")) if parameter["explode"] == false => {
            refused("has `explode: false`; only repeated values are supported")
        }
        ("query", _) => None,
        (_, Some("array")) => refused("is a list; only those of a query are supported"),
        _ => None,
    }
}

fn kind_of<'a>(root: &'a Value, schema: &'a Value) -> Option<&'a str> {
    let schema = resolve(root, schema);
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => resolve(root, only)["type"].as_str(),
        _ => schema["type"].as_str(),
    }
}

fn check_body(root: &Value, operation: &Operation<'_>, refuse: &mut impl FnMut(&str, String)) {
    let Some(body) = operation.value.get("requestBody") else {
        return;
    };
    let at = format!("{}/requestBody", operation.pointer);
    let content = resolve(root, body)["content"].as_object();
    let types: Vec<&str> = content
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .map(String::as_str)
        .collect();
    if types != [JSON] {
        let message = format!("a request body is {JSON} and nothing else, not {types:?}");
        refuse(&at, message);
    }
}

/// An answer without JSON would be read as one without a body.
fn check_answers(root: &Value, operation: &Operation<'_>, refuse: &mut impl FnMut(&str, String)) {
    let responses = operation.value["responses"].as_object();
    for (status, response) in responses.into_iter().flatten() {
        let Some(content) = resolve(root, response)["content"].as_object() else {
            continue;
        };
        if status.starts_with('2') && !content.is_empty() && !content.contains_key(JSON) {
            let types: Vec<&String> = content.keys().collect();
            let at = format!("{}/responses/{status}/content", operation.pointer);
            let message = format!("success answer {status} is {types:?}; expected {JSON}");
            refuse(&at, message);
        }
    }
}
