//! The changes that oasdiff cannot classify, because an extension or spec/DOCUMENT.md defines their
//! meaning, and those that it does not report.

use serde_json::Value;

use super::{Change, Class};
use crate::document::{Kind, elements, entries, operations, resolve};

/// All changes found by these rules.
pub fn custom_rules(released: &Value, now: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    known_values(released, now, &mut changes);
    servers(released, now, &mut changes);
    schemas(released, now, &mut changes);
    success(released, now, &mut changes);
    changes
}

/// A new known value of an open enum is additive. A removed one is a constant that clients lose.
fn known_values(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    for element in elements(released) {
        let at = element.pointer;
        let (Kind::Schema, Some(before), Some(after)) =
            (element.kind, released.pointer(&at), now.pointer(&at))
        else {
            continue;
        };
        let (before, after) = (&before["x-extensible-enum"], &after["x-extensible-enum"]);
        if before.is_null() != after.is_null() {
            let text = if after.is_null() {
                "an open enum became plain text"
            } else {
                "plain text became an open enum"
            };
            changes.push(Change::new(Class::Breaking, at, text));
            continue;
        }
        let of = |list: &Value| list.as_array().cloned().unwrap_or_default();
        difference(&of(before), &of(after), "known value", &at, changes);
    }
}

/// Clients use the first server by default, so the order counts.
fn servers(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    let urls = |root: &Value| -> Vec<String> {
        let servers = root["servers"].as_array().into_iter().flatten();
        servers
            .filter_map(|server| Some(server["url"].as_str()?.to_owned()))
            .collect()
    };
    let (before, after) = (urls(released), urls(now));
    difference(&before, &after, "server", "/servers", changes);
    if before.first() != after.first() && before.first().is_some_and(|url| after.contains(url)) {
        let text = "the first server, which clients use by default, is a different one";
        changes.push(Change::new(Class::Breaking, "/servers", text));
    }
}

/// Removed items are breaking, added ones additive.
fn difference<T: PartialEq + std::fmt::Display>(
    before: &[T],
    after: &[T],
    what: &str,
    at: &str,
    changes: &mut Vec<Change>,
) {
    for item in before.iter().filter(|item| !after.contains(item)) {
        changes.push(Change::new(
            Class::Breaking,
            at,
            format!("{what} {item} was removed"),
        ));
    }
    for item in after.iter().filter(|item| !before.contains(item)) {
        changes.push(Change::new(
            Class::Additive,
            at,
            format!("{what} {item} was added"),
        ));
    }
}

/// Clients do not handle a new success status, unless its response equals that of another one.
fn success(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    for operation in operations(released) {
        let at = format!("{}/responses", operation.pointer);
        let successes = |root| -> Vec<(String, Value)> {
            entries(Value::pointer(root, &at))
                .filter(|(status, _)| status.starts_with('2'))
                .map(|(status, response)| {
                    let schema = "/content/application~1json/schema";
                    let schema = resolve(root, response).pointer(schema);
                    (status.clone(), schema.cloned().unwrap_or_default())
                })
                .collect()
        };
        let before = successes(released);
        for (status, schema) in successes(now) {
            if !before
                .iter()
                .any(|(old, same)| *old == status || *same == schema)
            {
                let text = "the response of a new success status differs from all others";
                changes.push(Change::new(Class::Breaking, format!("{at}/{status}"), text));
            }
        }
    }
}

/// The name of a schema is the name of a type.
fn schemas(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    let at = "/components/schemas";
    for (name, _) in entries(released.pointer(at)) {
        let place = format!("{at}/{name}");
        if now.pointer(&place).is_none() {
            let text = format!("schema {name} was removed, and with it the type of that name");
            changes.push(Change::new(Class::Breaking, place, text));
        }
    }
}
