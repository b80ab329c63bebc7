//! Each part has a description, and each operation and schema its sources. Each property, parameter
//! and header has an example, which documentation, mock servers and tests use.

use serde_json::Value;

use super::Lint;
use crate::walk::Kind;

pub(super) fn check(lint: &mut Lint<'_>) {
    for (at, _, property) in lint.properties() {
        if property.get("$ref").is_some() {
            let message = "this property is a bare `$ref`, which leaves no room for a description of \
                           its own; expected `allOf` with the `$ref` in it";
            lint.refuse(&at, message);
            continue;
        }
        described(lint, &at, property, "property");
        exemplified(lint, &at, property, "property");
    }
    for (kind, what) in [
        (Kind::Operation, "operation"),
        (Kind::Parameter, "parameter"),
        (Kind::Header, "header"),
        (Kind::Response, "answer"),
    ] {
        for (at, value) in lint.each(kind) {
            described(lint, &at, value, what);
            if kind == Kind::Operation {
                sourced(lint, &at, value, what);
            }
            if matches!(kind, Kind::Parameter | Kind::Header) {
                exemplified(lint, &at, value, what);
            }
        }
    }
    for (at, _, schema) in lint.components("schemas") {
        described(lint, &at, schema, "schema");
        sourced(lint, &at, schema, "schema");
    }
}

fn described(lint: &mut Lint<'_>, at: &str, value: &Value, what: &str) {
    let text = value.get("description").and_then(Value::as_str);
    if text.is_none_or(|text| text.trim().is_empty()) {
        lint.refuse(at, format!("this {what} has no `description`"));
    }
    let sources = value.get("x-source").and_then(Value::as_array);
    for (index, source) in sources.into_iter().flatten().enumerate() {
        if !source["page"].is_string() || !source["url"].is_string() {
            let message = format!("{source} is no source; expected a `page` and its `url`");
            lint.refuse(&format!("{at}/x-source/{index}"), message);
        }
    }
}

/// A property, parameter, header or response without sources is on the page of its schema or
/// operation.
fn sourced(lint: &mut Lint<'_>, at: &str, value: &Value, what: &str) {
    if !value["x-source"]
        .as_array()
        .is_some_and(|list| !list.is_empty())
    {
        let message =
            format!("this {what} has no `x-source`; expected a list of a `page` and its `url`");
        lint.refuse(at, message);
    }
}

fn exemplified(lint: &mut Lint<'_>, at: &str, value: &Value, what: &str) {
    match value.get("example") {
        None => lint.refuse(at, format!("this {what} has no `example`")),
        Some(Value::Null) => {
            let message = format!("the example of this {what} is null, which shows nothing");
            lint.refuse(&format!("{at}/example"), message);
        }
        Some(_) => {}
    }
}
