//! Expands `$repeat` templates, so that a body with 500 orders fits on one page.

use serde_json::{Map, Value};

/// The maximum count, well above any known response.
const MAX_COUNT: u64 = 100_000;

/// Replaces each `{"$repeat": count, "$item": item}` with a list.
pub(super) fn expand(template: &Value) -> Result<Value, String> {
    match template {
        Value::Array(items) => items.iter().map(expand).collect::<Result<_, _>>(),
        Value::Object(members) if members.contains_key("$repeat") => list(members),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Ok((name.clone(), expand(value)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

fn list(members: &Map<String, Value>) -> Result<Value, String> {
    let count = members.get("$repeat").and_then(Value::as_u64);
    let (Some(count), Some(item), 2) = (count, members.get("$item"), members.len()) else {
        return Err(
            "`$repeat`: expected a count, with `$item` as the only other member".to_owned(),
        );
    };
    if count > MAX_COUNT {
        return Err(format!(
            "`$repeat` is {count}; expected at most {MAX_COUNT}"
        ));
    }
    (0..count).map(|n| expand(&numbered(item, n))).collect()
}

fn numbered(item: &Value, n: u64) -> Value {
    match item {
        Value::String(text) => text.replace("{n}", &format!("{n:012}")).into(),
        Value::Array(items) => items.iter().map(|item| numbered(item, n)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), numbered(value, n)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}
