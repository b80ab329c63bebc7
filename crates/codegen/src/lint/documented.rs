//! Each part has a description and says where it comes from; each property, parameter and header
//! has an example, since documentation, mocks and tests are made of them.

use serde_json::Value;

use super::Lint;
use crate::walk::Kind;

/// The words of `x-source`; spec/README.md says what each means.
const SOURCES: [&str; 6] = [
    "documented",
    "example",
    "reference",
    "client-code",
    "third-party",
    "inferred",
];

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
            if matches!(kind, Kind::Parameter | Kind::Header) {
                exemplified(lint, &at, value, what);
            }
        }
    }
    for (at, _, schema) in lint.components("schemas") {
        described(lint, &at, schema, "schema");
    }
}

fn described(lint: &mut Lint<'_>, at: &str, value: &Value, what: &str) {
    let text = value.get("description").and_then(Value::as_str);
    if text.is_none_or(|text| text.trim().is_empty()) {
        lint.refuse(at, format!("this {what} has no `description`"));
    }
    let known = SOURCES.join(", ");
    match value.get("x-source").and_then(Value::as_array) {
        Some(words) if !words.is_empty() => {
            for (index, word) in words.iter().enumerate() {
                if !word.as_str().is_some_and(|word| SOURCES.contains(&word)) {
                    let message = format!("{word} is no source; expected one of {known}");
                    lint.refuse(&format!("{at}/x-source/{index}"), message);
                }
            }
        }
        _ => {
            let message = format!("this {what} has no `x-source`; expected a list of {known}");
            lint.refuse(at, message);
        }
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
