//! The contract of an operation: all that binds, with references followed, and nothing that only
//! explains. Two documents with the same contracts are the same to a client.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Change, Class};
use crate::validate::{operations, resolve};

/// Keys that explain and do not bind. `x-extensible-enum` binds, and is compared value by value.
const EXPLAINING: [&str; 6] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "title",
];

/// Lists whose order says nothing.
const UNORDERED: [&str; 6] = ["required", "enum", "tags", "allOf", "anyOf", "oneOf"];

/// What oasdiff 1.33.0 was measured not to see; it is told whatever else is known of the operation.
const UNSEEN: [&str; 5] = [
    "additionalProperties",
    "allowEmptyValue",
    "allowReserved",
    "explode",
    "style",
];

/// The operations whose contract changed without a change among `explained` (method in upper case
/// and path), and the parts that hold for all operations.
pub fn unexplained(
    released: &Value,
    now: &Value,
    explained: &BTreeSet<(String, String)>,
) -> Vec<Change> {
    let (before, after) = (contracts(released), contracts(now));
    let mut changes = Vec::new();
    for (key, contract) in &before {
        let Some(other) = after.get(key) else {
            continue;
        };
        let mut differing = Vec::new();
        compare(contract, other, String::new(), &mut differing);
        let explained = explained.contains(key);
        let (method, path) = key;
        for place in differing {
            if !explained || place.split('/').any(|step| UNSEEN.contains(&step)) {
                changes.push(Change {
                    class: Class::Breaking,
                    place: format!("{method} {path}").trim().to_owned(),
                    text: format!("{place} changed in a way that no check knows to be harmless"),
                });
            }
        }
    }
    changes
}

fn contracts(root: &Value) -> BTreeMap<(String, String), Value> {
    let mut found = BTreeMap::new();
    for operation in operations(root) {
        let mut value = operation.value.clone();
        let parameters = operation.parameters(root).into_iter();
        value["parameters"] = parameters
            .map(|(_, parameter)| {
                let parameter = resolve(root, parameter);
                let name = format!("{} {}", parameter["in"], parameter["name"]);
                (name.replace('"', ""), parameter.clone())
            })
            .collect();
        if value.get("security").is_none() {
            value["security"] = root["security"].clone();
        }
        let key = (operation.method().to_uppercase(), operation.path.to_owned());
        found.insert(key, contract(root, &value, "", &mut Vec::new()));
    }
    let schemes = root
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object);
    for (name, scheme) in schemes.into_iter().flatten() {
        let scheme = contract(root, scheme, "", &mut Vec::new());
        found.insert((String::new(), format!("security scheme {name}")), scheme);
    }
    found
}

/// `under` is the key that the value stands at: below `properties` and the like, keys are names.
fn contract(root: &Value, value: &Value, under: &str, open: &mut Vec<String>) -> Value {
    match value {
        Value::Object(object) => {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                // A schema that holds itself ends here.
                if open.iter().any(|open| open == target) {
                    return target.into();
                }
                open.push(target.to_owned());
                let followed = contract(root, resolve(root, value), under, open);
                open.pop();
                return followed;
            }
            let names = matches!(
                under,
                "properties" | "headers" | "responses" | "content" | "parameters"
            );
            let mut binding = Map::new();
            for (key, value) in object {
                let explains = EXPLAINING.contains(&key.as_str()) || key.starts_with("x-");
                if names || !explains {
                    let under = if names { "" } else { key };
                    binding.insert(key.clone(), contract(root, value, under, open));
                }
            }
            Value::Object(binding)
        }
        Value::Array(list) => {
            let mut list: Vec<Value> = list
                .iter()
                .map(|item| contract(root, item, "", open))
                .collect();
            if UNORDERED.contains(&under) {
                list.sort_by_cached_key(sorted_text);
            }
            Value::Array(list)
        }
        other => other.clone(),
    }
}

/// A text that is the same for maps of another order.
fn sorted_text(value: &Value) -> String {
    match value {
        Value::Object(object) => {
            let sorted: BTreeMap<&String, String> = object
                .iter()
                .map(|(key, value)| (key, sorted_text(value)))
                .collect();
            format!("{sorted:?}")
        }
        other => other.to_string(),
    }
}

/// The outermost places at which two contracts differ.
fn compare(before: &Value, after: &Value, at: String, differing: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
            for key in keys {
                let none = &Value::Null;
                let (before, after) = (before.get(key), after.get(key));
                let (before, after) = (before.unwrap_or(none), after.unwrap_or(none));
                compare(before, after, format!("{at}/{key}"), differing);
            }
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            for (index, (before, after)) in before.iter().zip(after).enumerate() {
                compare(before, after, format!("{at}/{index}"), differing);
            }
        }
        _ if before != after => differing.push(at),
        _ => {}
    }
}
