//! Compares the contracts of operations: everything that binds a client, with references resolved
//! and without documentation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{Change, Class};
use crate::document::{entries, operations, resolve};

/// Keys that only document. `x-extensible-enum` is compared by `custom_rules`, value by value.
const DOCUMENTATION: [&str; 6] = [
    "description",
    "summary",
    "example",
    "examples",
    "externalDocs",
    "title",
];

/// Lists whose order has no meaning.
const UNORDERED: [&str; 6] = ["required", "enum", "tags", "allOf", "anyOf", "oneOf"];

/// Objects whose keys are names, not keywords.
const NAMES: [&str; 5] = [
    "properties",
    "headers",
    "responses",
    "content",
    "parameters",
];

/// Keywords whose changes oasdiff 1.33.0 does not report. They are reported here even if oasdiff
/// explains another change of the operation.
const NOT_IN_OASDIFF: [&str; 5] = [
    "additionalProperties",
    "allowEmptyValue",
    "allowReserved",
    "explode",
    "style",
];

/// The changed contracts of operations without a change in `explained` (method in upper case, and
/// path), and of the security schemes.
pub fn unexplained(
    released: &Value,
    now: &Value,
    explained: &BTreeSet<(String, String)>,
) -> Vec<Change> {
    let after = contracts(now);
    let mut changes = Vec::new();
    for (key, before) in contracts(released) {
        let Some(after) = after.get(&key) else {
            continue;
        };
        let mut differences = Vec::new();
        compare(&before, after, String::new(), &mut differences);
        if explained.contains(&key) {
            differences.retain(|at| at.split('/').any(|key| NOT_IN_OASDIFF.contains(&key)));
        }
        let place = format!("{} {}", key.0, key.1);
        changes.extend(differences.iter().map(|at| {
            let text = format!("{at} changed, and no rule says that the change is compatible");
            Change::new(Class::Breaking, place.trim(), text)
        }));
    }
    changes
}

/// The contracts by method and path, and those of the security schemes.
fn contracts(root: &Value) -> BTreeMap<(String, String), Value> {
    let mut found = BTreeMap::new();
    for operation in operations(root) {
        let mut value = operation.value.clone();
        let parameters = operation.parameters(root).into_iter();
        value["parameters"] = parameters
            .map(|(_, parameter)| {
                let name = format!("{} {}", parameter["in"], parameter["name"]);
                (name.replace('"', ""), parameter.clone())
            })
            .collect();
        if value.get("security").is_none() {
            value["security"] = root["security"].clone();
        }
        let key = (operation.method.to_uppercase(), operation.path.to_owned());
        found.insert(key, contract(root, &value, "", &mut Vec::new()));
    }
    for (name, scheme) in entries(root.pointer("/components/securitySchemes")) {
        let key = (String::new(), format!("security scheme {name}"));
        found.insert(key, contract(root, scheme, "", &mut Vec::new()));
    }
    found
}

/// The contract of the value at the key `under`. `open` holds the references being resolved.
fn contract(root: &Value, value: &Value, under: &str, open: &mut Vec<String>) -> Value {
    match value {
        Value::Object(object) => {
            if let Some(target) = object.get("$ref").and_then(Value::as_str) {
                // A recursive schema ends here.
                if open.iter().any(|open| open == target) {
                    return target.into();
                }
                open.push(target.to_owned());
                let resolved = contract(root, resolve(root, value), under, open);
                open.pop();
                return resolved;
            }
            let has_names = NAMES.contains(&under);
            let mut binding = Map::new();
            for (key, value) in object {
                let documents = DOCUMENTATION.contains(&key.as_str()) || key.starts_with("x-");
                if has_names || !documents {
                    let under = if has_names { "" } else { key };
                    binding.insert(key.clone(), contract(root, value, under, open));
                }
            }
            // So that equal contracts have equal texts.
            binding.sort_keys();
            binding.into()
        }
        Value::Array(list) => {
            let items = list.iter().map(|item| contract(root, item, "", open));
            let mut items: Vec<Value> = items.collect();
            if UNORDERED.contains(&under) {
                items.sort_by_cached_key(Value::to_string);
            }
            items.into()
        }
        other => other.clone(),
    }
}

/// Adds the outermost pointers at which two contracts differ.
fn compare(before: &Value, after: &Value, at: String, differences: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
            for key in keys {
                compare(
                    &before[key],
                    &after[key],
                    format!("{at}/{key}"),
                    differences,
                );
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            for (index, (before, after)) in one.iter().zip(other).enumerate() {
                compare(before, after, format!("{at}/{index}"), differences);
            }
        }
        _ if before != after => differences.push(at),
        _ => {}
    }
}
