//! The changes that a diff tool cannot know, since an extension or our README gives them meaning,
//! and those that oasdiff leaves out.

use serde_json::Value;

use super::{Change, Class};
use crate::validate::{operations, resolve};
use crate::walk::{Kind, positions};

/// All of them.
pub fn own(released: &Value, now: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    known_values(released, now, &mut changes);
    servers(released, now, &mut changes);
    schemas(released, now, &mut changes);
    success(released, now, &mut changes);
    changes
}

/// An open enum may know more values; one that it forgets is a constant that clients lose.
fn known_values(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    for position in positions(released) {
        let at = position.pointer;
        let (Kind::Schema, Some(before), Some(after)) =
            (position.kind, released.pointer(&at), now.pointer(&at))
        else {
            continue;
        };
        let mut push = |class, text: String| {
            changes.push(Change {
                class,
                place: at.clone(),
                text,
            });
        };
        match (
            before.get("x-extensible-enum"),
            after.get("x-extensible-enum"),
        ) {
            (None, None) => {}
            (None, Some(_)) => {
                push(
                    Class::Breaking,
                    "a plain text became an open enum".to_owned(),
                );
            }
            (Some(_), None) => {
                push(Class::Breaking, "an open enum is none any more".to_owned());
            }
            (Some(before), Some(after)) => {
                let of = |list: &Value| list.as_array().cloned().unwrap_or_default();
                let (before, after) = (of(before), of(after));
                for value in before.iter().filter(|value| !after.contains(value)) {
                    push(Class::Breaking, format!("known value {value} is gone"));
                }
                for value in after.iter().filter(|value| !before.contains(value)) {
                    push(Class::Additive, format!("known value {value} is new"));
                }
            }
        }
    }
}

/// Clients take the first server by default, so order counts.
fn servers(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    let urls = |root: &Value| -> Vec<String> {
        let servers = root["servers"].as_array().into_iter().flatten();
        servers
            .filter_map(|server| Some(server["url"].as_str()?.to_owned()))
            .collect()
    };
    let (before, after) = (urls(released), urls(now));
    let mut push = |class, text| {
        changes.push(Change {
            class,
            place: "/servers".to_owned(),
            text,
        });
    };
    for url in before.iter().filter(|url| !after.contains(url)) {
        push(Class::Breaking, format!("server {url} is gone"));
    }
    for url in after.iter().filter(|url| !before.contains(url)) {
        push(Class::Additive, format!("server {url} is new"));
    }
    if before.first().is_some_and(|first| after.contains(first)) && before.first() != after.first()
    {
        let text = "another server is the first, which clients use by default";
        push(Class::Breaking, text.to_owned());
    }
}

/// One more success status is a case more to read, unless it answers what another one answers.
fn success(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    for operation in operations(released) {
        let successes = |root: &Value| -> Vec<(String, Value)> {
            let at = format!("{}/responses", operation.pointer);
            let responses = root.pointer(&at).and_then(Value::as_object);
            let responses = responses.into_iter().flatten();
            responses
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
            let known = |(old, same): &(String, Value)| *old == status || *same == schema;
            if !before.iter().any(known) {
                changes.push(Change {
                    class: Class::Breaking,
                    place: format!("{}/responses/{status}", operation.pointer),
                    text: "a new success status answers what no other one answers".to_owned(),
                });
            }
        }
    }
}

/// A schema's name is the name of a type.
fn schemas(released: &Value, now: &Value, changes: &mut Vec<Change>) {
    let of = |root: &Value| {
        let schemas = root
            .pointer("/components/schemas")
            .and_then(Value::as_object);
        schemas.cloned().unwrap_or_default()
    };
    let after = of(now);
    for name in of(released)
        .keys()
        .filter(|name| !after.contains_key(*name))
    {
        changes.push(Change {
            class: Class::Breaking,
            place: format!("/components/schemas/{name}"),
            text: format!("schema {name} is gone, and with it the type of that name"),
        });
    }
}
