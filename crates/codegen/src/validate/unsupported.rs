//! Rejects what OpenAPI allows and the generated client does not support.

use serde_json::Value;

use crate::adapt::GUID_PATTERN;
use crate::checker::Checker;
use crate::document::{Operation, entries, escape, operations, resolve};
use crate::ident::normalize_ident;

/// Names that the generated builders use themselves.
const RESERVED_PARAMETERS: [&str; 13] = [
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
/// Names of other methods of the client, in generated code, in crates/transfers and of traits. A
/// test compares them with crates/transfers.
const RESERVED_OPERATIONS: [&str; 21] = [
    "acceptnewcommercetransfer",
    "borrow",
    "builder",
    "canceltransfer",
    "clone",
    "confirmaccept",
    "confirmcancel",
    "confirmcreate",
    "confirmcreatesince",
    "confirmreject",
    "confirmwithdraw",
    "endpoint",
    "createlicensebasedtransfer",
    "createnewcommercetransfer",
    "into",
    "rejecttransfer",
    "runtime",
    "toowned",
    "tryinto",
    "waituntilsettled",
    "withoptions",
];

/// Headers that OpenAPI ignores as parameters.
const IGNORED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// The only supported media type of requests and responses.
const JSON: &str = "application/json";

pub(super) fn check(checker: &mut Checker<'_>) {
    let root = checker.root();
    for (path, item) in entries(root.get("paths")) {
        if item.get("$ref").is_some() {
            let at = format!("/paths/{}/$ref", escape(path));
            checker.error(&at, "a path cannot be a reference");
        }
    }
    // progenitor takes such a schema for the type of its runtime.
    for (at, name, schema) in checker.components("schemas") {
        let is_guid = schema["format"] == "uuid" || schema["pattern"] == GUID_PATTERN;
        if is_guid && normalize_ident(name) == "uuid" {
            let message = format!(
                "schema {name:?} is a GUID and cannot have this name; expected what it identifies, \
                 such as \"CustomerId\""
            );
            checker.error(&at, message);
        }
    }
    for operation in operations(root) {
        let Operation {
            method, pointer, ..
        } = &operation;
        if matches!(*method, "trace" | "options") {
            let message = format!("the method {} is not supported", method.to_uppercase());
            checker.error(pointer, message);
        }
        let id = operation.id();
        if RESERVED_OPERATIONS.contains(&normalize_ident(id).as_str()) {
            let message = format!("operationId {id:?} is the name of another method of the client");
            checker.error(&format!("{pointer}/operationId"), message);
        }
        for (at, parameter) in operation.parameters(root) {
            if let Some(reason) = unsupported_parameter(root, parameter) {
                let place = parameter["in"].as_str().unwrap_or_default();
                checker.error(
                    &at,
                    format!("{place} parameter {} {reason}", parameter["name"]),
                );
            }
        }
        check_bodies(checker, &operation);
    }
}

fn unsupported_parameter(root: &Value, parameter: &Value) -> Option<&'static str> {
    let name = parameter["name"].as_str().unwrap_or_default();
    let Some(schema) = parameter.get("schema") else {
        return Some("has no `schema`; `content` is not supported");
    };
    let place = parameter["in"].as_str().unwrap_or_default();
    let style = if place == "query" { "form" } else { "simple" };
    let kind = kind_of(root, schema);
    match place {
        "cookie" => Some("is a cookie, which is not supported"),
        _ if parameter.get("style").is_some_and(|other| other != style) => {
            Some("has a style that is not supported; expected `form` in a query, else `simple`")
        }
        "header" if IGNORED_HEADERS.contains(&name.to_lowercase().as_str()) => {
            Some("must be deleted: OpenAPI ignores it")
        }
        _ if RESERVED_PARAMETERS.contains(&normalize_ident(name).as_str()) => {
            Some("has a name that the generated code uses itself")
        }
        _ if kind == Some("object") => {
            Some("is an object; expected a single value or, in a query, a list")
        }
        "query" if kind == Some("array") && parameter["explode"] == false => {
            Some("has `explode: false`; only repeated values are supported")
        }
        "path" | "header" if kind == Some("array") => {
            Some("is a list; lists are supported in a query only")
        }
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

fn check_bodies(checker: &mut Checker<'_>, operation: &Operation<'_>) {
    let media_types = |holder| -> Vec<&String> {
        let content = resolve(checker.root(), holder).get("content");
        entries(content).map(|(name, _)| name).collect()
    };
    let mut errors = Vec::new();
    if let Some(body) = operation.value.get("requestBody") {
        let types = media_types(body);
        if types != [JSON] {
            let message = format!("a request body must be {JSON} only, not {types:?}");
            errors.push(("requestBody".to_owned(), message));
        }
    }
    for (status, response) in entries(operation.value.get("responses")) {
        let types = media_types(response);
        // A response without JSON would be read as one without a body.
        if status.starts_with('2') && !types.is_empty() && !types.iter().any(|name| *name == JSON) {
            let message = format!("success response {status} is {types:?}; expected {JSON}");
            errors.push((format!("responses/{status}/content"), message));
        }
    }
    for (at, message) in errors {
        checker.error(&format!("{}/{at}", operation.pointer), message);
    }
}
