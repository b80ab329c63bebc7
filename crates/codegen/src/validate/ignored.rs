//! Rejects what OpenAPI allows and something would ignore in silence: OpenAPI itself, progenitor or
//! the generated client.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::checker::Checker;
use crate::document::{Kind, Operation, entries, escape, operations, resolve};

/// Headers that the client or its HTTP library sets.
const CLIENT_HEADERS: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "cookie",
    "expect",
    "host",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

pub(super) fn check(checker: &mut Checker<'_>) {
    check_references(checker);
    check_paths(checker);
    check_security_schemes(checker);
    for operation in operations(checker.root()) {
        check_operation(checker, &operation);
        for (at, parameter) in operation.parameters(checker.root()) {
            if let Some(reason) = ignored_in_parameter(checker.root(), parameter) {
                let place = parameter["in"].as_str().unwrap_or_default();
                let message = format!("{place} parameter {} {reason}", parameter["name"]);
                checker.error(&at, message);
            }
        }
    }
    for (at, schema) in checker.each(Kind::Schema) {
        if schema.get("discriminator").is_some() {
            let message = "`discriminator` is not supported; give each alternative a required \
                           property of its own, or an `enum` of one value";
            checker.error(&format!("{at}/discriminator"), message);
        }
    }
}

/// OpenAPI 3.0 ignores all keys next to `$ref`.
fn check_references(checker: &mut Checker<'_>) {
    for element in checker.elements.clone() {
        // A path item may have both; that it has a reference is reported elsewhere.
        if element.kind == Kind::PathItem {
            continue;
        }
        let Some(value) = checker.root().pointer(&element.pointer) else {
            continue;
        };
        if !value.get("$ref").is_some_and(Value::is_string) {
            continue;
        }
        let is_property = element.kind == Kind::Schema && element.pointer.contains("/properties/");
        for (key, _) in entries(Some(value)).filter(|(key, _)| *key != "$ref") {
            // `lint` rejects a property that is a reference, and says where its texts belong.
            if is_property && matches!(key.as_str(), "description" | "example") {
                continue;
            }
            let instead = match element.kind {
                Kind::Schema => {
                    "expected `allOf` with the `$ref` in it, and the key next to `allOf`"
                }
                _ => "delete it, or move it to the target of the reference",
            };
            let message = format!("OpenAPI ignores {key:?} next to `$ref`; {instead}");
            checker.error(&format!("{}/{}", element.pointer, escape(key)), message);
        }
    }
}

/// Two templates that match the same URLs, and parts of a URL that are no path.
fn check_paths(checker: &mut Checker<'_>) {
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    for (path, item) in entries(checker.root().get("paths")) {
        let at = format!("/paths/{}", escape(path));
        if path.starts_with("x-") {
            continue;
        }
        if path.contains(['?', '#']) {
            let message = format!(
                "path {path:?} contains a query or a fragment; expected parameters with `in: query`"
            );
            checker.error(&at, message);
        }
        if item.get("servers").is_some() {
            checker.error(&format!("{at}/servers"), SERVERS);
        }
        if let Some(other) = first.get(template(path).as_str()) {
            let other_at = format!("/paths/{}", escape(other));
            let line = checker.document.tree.location_of(&other_at).line;
            let message = format!(
                "path {path:?} and {other:?} in line {line} differ only in the names of their \
                 parameters and match the same URLs; move the operations to one of them"
            );
            checker.error(&at, message);
        } else {
            first.insert(template(path), path);
        }
    }
}

const SERVERS: &str = "`servers` is supported at the top of the document only: all operations go to \
                       one host";

/// A path without the names of its parameters.
fn template(path: &str) -> String {
    let mut parts = path.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.split_once('}').map_or(part, |(_, rest)| rest);
        text += "{}";
        text += rest;
    }
    text
}

/// The client sends bearer tokens.
fn check_security_schemes(checker: &mut Checker<'_>) {
    for (at, name, scheme) in checker.components("securitySchemes") {
        let scheme = resolve(checker.root(), scheme);
        let is_bearer = match scheme["type"].as_str() {
            Some("http") => scheme["scheme"]
                .as_str()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer")),
            Some("oauth2" | "openIdConnect") => true,
            _ => false,
        };
        if !is_bearer {
            let message = format!(
                "security scheme {name:?} is not supported; expected a bearer token: `type: http` \
                 with `scheme: bearer`, or OAuth 2.0"
            );
            checker.error(&at, message);
        }
    }
}

fn check_operation(checker: &mut Checker<'_>, operation: &Operation<'_>) {
    let Operation {
        method,
        pointer,
        value,
        ..
    } = operation;
    if value.get("servers").is_some() {
        checker.error(&format!("{pointer}/servers"), SERVERS);
    }
    if value.get("callbacks").is_some() {
        checker.error(
            &format!("{pointer}/callbacks"),
            "`callbacks` are not supported: the client does not receive requests",
        );
    }
    let security = value.get("security").and_then(Value::as_array);
    let is_anonymous = security.is_some_and(|security| {
        security.is_empty()
            || security
                .iter()
                .any(|one| entries(Some(one)).next().is_none())
    });
    if is_anonymous {
        checker.error(
            &format!("{pointer}/security"),
            "an operation without a token is not supported: the client sends one with each request",
        );
    }
    if value.get("requestBody").is_some() {
        let at = format!("{pointer}/requestBody");
        if matches!(*method, "get" | "head" | "delete") {
            let method = method.to_uppercase();
            checker.error(&at, format!("a {method} request cannot have a body"));
        }
    }
}

fn ignored_in_parameter(root: &Value, parameter: &Value) -> Option<&'static str> {
    let name = parameter["name"].as_str().unwrap_or_default();
    let place = parameter["in"].as_str().unwrap_or_default();
    let items = &resolve(root, &parameter["schema"])["items"];
    let item = resolve(root, items)["type"].as_str();
    match place {
        _ if parameter["allowReserved"] == true => {
            Some("has `allowReserved`; the client always encodes reserved characters")
        }
        _ if parameter["allowEmptyValue"] == true => {
            Some("has `allowEmptyValue`; expected a value, such as `true`")
        }
        "query" if matches!(item, Some("array" | "object")) => {
            Some("is a list of lists or objects; expected single values as items")
        }
        "header" if !is_token(name) => {
            Some("is not a valid header name; expected letters, digits and hyphens")
        }
        "header" if CLIENT_HEADERS.contains(&name.to_lowercase().as_str()) => {
            Some("must be deleted: the client or its HTTP library sets this header")
        }
        _ => None,
    }
}

fn is_token(name: &str) -> bool {
    let is_valid =
        |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    !name.is_empty() && name.chars().all(is_valid)
}
