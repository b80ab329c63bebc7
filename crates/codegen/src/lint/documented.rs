//! Each part has a description, and each operation and schema its sources. Each property, parameter
//! and header has an example, which documentation, mock servers and tests use.

use serde_json::Value;

use crate::checker::Checker;
use crate::document::Kind;

pub(super) fn check(checker: &mut Checker<'_>) {
    for (at, _, property) in checker.properties() {
        if property.get("$ref").is_some() {
            let message = "this property is a bare `$ref`, which leaves no room for a description; \
                           expected `allOf` with the `$ref` in it";
            checker.error(&at, message);
        } else {
            check_description(checker, &at, property, "property");
            check_example(checker, &at, property, "property");
        }
    }
    for (kind, what) in [
        (Kind::Operation, "operation"),
        (Kind::Parameter, "parameter"),
        (Kind::Header, "header"),
        (Kind::Response, "response"),
    ] {
        for (at, value) in checker.each(kind) {
            check_description(checker, &at, value, what);
            if kind == Kind::Operation {
                check_has_sources(checker, &at, value, what);
            }
            if matches!(kind, Kind::Parameter | Kind::Header) {
                check_example(checker, &at, value, what);
            }
        }
    }
    for (at, _, schema) in checker.components("schemas") {
        check_description(checker, &at, schema, "schema");
        check_has_sources(checker, &at, schema, "schema");
    }
}

fn check_description(checker: &mut Checker<'_>, at: &str, value: &Value, what: &str) {
    let text = value["description"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        checker.error(at, format!("this {what} has no `description`"));
    }
    let sources = value["x-source"].as_array().map_or(&[][..], Vec::as_slice);
    for (index, source) in sources.iter().enumerate() {
        if !source["page"].is_string() || !source["url"].is_string() {
            let message = format!("{source} is not a source; expected a `page` with its `url`");
            checker.error(&format!("{at}/x-source/{index}"), message);
        }
    }
}

/// Other parts need no sources: by default they are on the pages of their operation or schema.
fn check_has_sources(checker: &mut Checker<'_>, at: &str, value: &Value, what: &str) {
    if value["x-source"].as_array().is_none_or(Vec::is_empty) {
        let message = format!("this {what} has no `x-source`; expected a list of pages");
        checker.error(at, message);
    }
}

fn check_example(checker: &mut Checker<'_>, at: &str, value: &Value, what: &str) {
    match value.get("example") {
        None => checker.error(at, format!("this {what} has no `example`")),
        Some(Value::Null) => {
            let message = format!("the example of this {what} is null");
            checker.error(&format!("{at}/example"), message);
        }
        Some(_) => {}
    }
}
