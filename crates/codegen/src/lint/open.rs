//! The service may add or omit values at any time. So there are no closed enums or objects, no
//! required properties in responses, and each property of a response may be null.
//!
//! Schemas that are only sent are different: a closed object rejects a misspelled property, and an
//! `enum` of one value identifies one of several bodies. Neither can break on a service change.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::checker::Checker;
use crate::document::{Kind, Reach, entries};
use crate::nullable;

pub(super) fn check(checker: &mut Checker<'_>) {
    let reach = Reach::new(checker.root(), &checker.elements);
    for (at, schema) in checker.each(Kind::Schema) {
        let only_sent = reach.only_sent(&at);
        let values = schema["enum"].as_array().map_or(0, Vec::len);
        if schema.get("enum").is_some() && !(only_sent && values == 1) {
            let message = "a closed `enum` refuses values that the service adds later; expected \
                           `x-extensible-enum`";
            checker.error(&format!("{at}/enum"), message);
        }
        if schema["additionalProperties"] == false && !only_sent {
            let message =
                "a closed object refuses properties that the service adds later; delete this line";
            checker.error(&format!("{at}/additionalProperties"), message);
        }
        if reach.responses.contains(&at) && schema.get("required").is_some() {
            let message =
                "properties of a response cannot be `required`: no source guarantees them";
            checker.error(&format!("{at}/required"), message);
        }
        check_known_values(checker, &at, schema);
    }
    for (at, name, property) in checker.properties() {
        if reach.responses.contains(&at) && !nullable::accepts_null(checker.root(), property) {
            let message = format!(
                "property {name:?} of a response cannot be null; expected `nullable: true` next to \
                 the `type` of its schema"
            );
            checker.error(&at, message);
        }
    }
}

/// Each known value of an open enum has a description.
fn check_known_values(checker: &mut Checker<'_>, at: &str, schema: &Value) {
    let Some(values) = schema.get("x-extensible-enum") else {
        return;
    };
    let at = format!("{at}/x-extensible-enum");
    if schema["type"] != "string" {
        checker.error(&at, "an open enum needs `type: string`");
    }
    let values = values.as_array().into_iter().flatten();
    let values: BTreeSet<&str> = values.filter_map(Value::as_str).collect();
    let described = entries(schema.get("x-enumDescriptions"));
    let described = described.map(|(value, _)| value.as_str()).collect();
    for value in values.symmetric_difference(&described) {
        let message = format!(
            "value {value:?} must be both in `x-extensible-enum` and in `x-enumDescriptions`"
        );
        checker.error(&at, message);
    }
}
