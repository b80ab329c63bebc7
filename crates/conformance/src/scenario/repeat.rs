//! Expands `$repeat` templates, so that a body with 500 orders fits on one page.

use serde_json::{Map, Value};

/// The maximum count, well above any known response.
const MAX_COUNT: u64 = 100_000;

/// The maximum size of an expanded body. Clients read less of a response.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// About the memory that a value takes, without the text in it.
const VALUE_BYTES: usize = 32;

/// Replaces each `{"$repeat": count, "$item": item}` with a list.
pub(super) fn expand(template: &Value) -> Result<Value, String> {
    expand_within(template, &mut { MAX_BYTES })
}

/// `left` is how large the rest may become.
fn expand_within(template: &Value, left: &mut usize) -> Result<Value, String> {
    take(template, left)?;
    match template {
        Value::Array(items) => items
            .iter()
            .map(|item| expand_within(item, left))
            .collect::<Result<_, _>>(),
        Value::Object(members) if members.contains_key("$repeat") => list(members, left),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| Ok((name.clone(), expand_within(value, left)?)))
            .collect::<Result<Map<_, _>, _>>()
            .map(Value::Object),
        other => Ok(other.clone()),
    }
}

/// Takes the size of a value itself, without those in it.
fn take(value: &Value, left: &mut usize) -> Result<(), String> {
    let text = match value {
        Value::String(text) => text.len(),
        Value::Object(members) => members.keys().map(String::len).sum(),
        _ => 0,
    };
    *left = left.checked_sub(VALUE_BYTES + text).ok_or_else(|| {
        format!("`$repeat` makes a body of more than {MAX_BYTES} bytes; use smaller counts")
    })?;
    Ok(())
}

fn list(members: &Map<String, Value>, left: &mut usize) -> Result<Value, String> {
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
    (0..count)
        .map(|n| expand_within(&numbered(item, n), left))
        .collect()
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
