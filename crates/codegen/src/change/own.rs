//! The changes that a diff tool cannot know, since an extension or our README gives them meaning,
//! and those that oasdiff leaves out.

use serde_json::Value;

use super::{Change, Class};
use crate::walk::{Kind, positions};

/// All of them.
pub fn own(released: &Value, now: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    known_values(released, now, &mut changes);
    lists(released, now, "/servers", "server", "url", &mut changes);
    schemas(released, now, &mut changes);
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
fn lists(
    released: &Value,
    now: &Value,
    pointer: &str,
    what: &str,
    key: &str,
    changes: &mut Vec<Change>,
) {
    let of = |root: &Value| -> Vec<String> {
        let list = root.pointer(pointer).and_then(Value::as_array);
        let items = list.into_iter().flatten();
        items
            .map(|item| item[key].as_str().unwrap_or_default().to_owned())
            .collect()
    };
    let (before, after) = (of(released), of(now));
    let mut push = |class, text| {
        changes.push(Change {
            class,
            place: pointer.to_owned(),
            text,
        });
    };
    for item in before.iter().filter(|item| !after.contains(item)) {
        push(Class::Breaking, format!("{what} {item} is gone"));
    }
    for item in after.iter().filter(|item| !before.contains(item)) {
        push(Class::Additive, format!("{what} {item} is new"));
    }
    if before.first() != after.first() && before.first().is_some_and(|first| after.contains(first))
    {
        push(
            Class::Breaking,
            format!("another {what} is the first, which clients use by default"),
        );
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
