//! A service may say more tomorrow than it says today, and less. So: no closed `enum`, no closed
//! object, nothing required of an answer, and each property of an answer may be null.
//!
//! What is only sent is another matter. There a closed object refuses a misspelt property, and an
//! `enum` of one word says which of several bodies this is; neither can meet a newer service.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Lint, reach};
use crate::null;
use crate::walk::Kind;

pub(super) fn check(lint: &mut Lint<'_>) {
    let root = lint.root();
    let answers = reach::answers(root, &lint.positions);
    let requests = reach::requests(root, &lint.positions);
    for (at, schema) in lint.each(Kind::Schema) {
        let only_sent = requests.contains(&at) && !answers.contains(&at);
        let words = schema["enum"].as_array().map_or(0, Vec::len);
        if schema.get("enum").is_some() && !(only_sent && words == 1) {
            let message =
                "a closed `enum` refuses the service's next value; expected `x-extensible-enum`";
            lint.refuse(&format!("{at}/enum"), message);
        }
        if schema["additionalProperties"] == false && !only_sent {
            let message = "a closed object refuses the service's next property; delete this line";
            lint.refuse(&format!("{at}/additionalProperties"), message);
        }
        enum_values(lint, &at, schema);
    }

    for (at, schema) in lint.each(Kind::Schema) {
        if answers.contains(&at) && schema.get("required").is_some() {
            let message = "no source promises what an answer holds; nothing of it is `required`";
            lint.refuse(&format!("{at}/required"), message);
        }
    }
    for (at, name, property) in lint.properties() {
        if answers.contains(&at) && !null::may_be(root, property) {
            let message = format!(
                "property {name:?} of an answer cannot be null; expected `nullable: true` beside the \
                 `type` of its schema"
            );
            lint.refuse(&at, message);
        }
    }
}

/// Each known value has its meaning.
fn enum_values(lint: &mut Lint<'_>, at: &str, schema: &Value) {
    let Some(values) = schema.get("x-extensible-enum") else {
        return;
    };
    let here = format!("{at}/x-extensible-enum");
    let known = values.as_array().map_or(&[][..], Vec::as_slice);
    if known.is_empty() || schema["type"] != "string" {
        lint.refuse(
            &here,
            "expected a list of known values, in a schema with `type: string`",
        );
    }
    // That they are text, and each stands once, is checked by `clash`.
    let seen: BTreeSet<&str> = known.iter().filter_map(Value::as_str).collect();
    let described = schema["x-enumDescriptions"].as_object();
    let described: BTreeSet<&str> = described
        .into_iter()
        .flat_map(serde_json::Map::keys)
        .map(String::as_str)
        .collect();
    for value in seen.symmetric_difference(&described) {
        let message = format!(
            "value {value:?} stands in `x-extensible-enum` or in `x-enumDescriptions` only"
        );
        lint.refuse(&here, message);
    }
}
