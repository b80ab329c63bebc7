//! Large bodies from a small template, so that a case with 500 orders is a page and not a book.

use serde_json::{Map, Value};

/// More than any answer that is known.
const MOST: u64 = 100_000;

/// The same JSON with each `{"$repeat": count, "$item": item}` as a list.
pub(crate) fn expand(template: &Value) -> Result<Value, String> {
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
            "`$repeat`: expected a count, and `$item` and nothing else beside it".to_owned(),
        );
    };
    if count > MOST {
        return Err(format!("`$repeat` is {count}; expected at most {MOST}"));
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::expand;

    #[test]
    fn an_item_is_repeated_and_numbered() {
        let template = json!({"orders": {"$repeat": 2, "$item": {"id": "a-{n}", "quantity": 1}}});
        let expanded = expand(&template).unwrap();
        assert_eq!(
            expanded,
            json!({"orders": [
                {"id": "a-000000000000", "quantity": 1},
                {"id": "a-000000000001", "quantity": 1},
            ]})
        );
        let plain = json!({"orders": [{"id": "{n}"}], "none": null});
        assert_eq!(expand(&plain).unwrap(), plain);
    }

    #[test]
    fn half_a_template_is_refused() {
        for template in [
            json!({"$repeat": 2}),
            json!({"$repeat": "2", "$item": 1}),
            json!({"$repeat": 2, "$item": 1, "more": 1}),
            json!({"$repeat": 100_001, "$item": 1}),
        ] {
            let said = expand(&template).unwrap_err();
            assert!(said.contains("`$repeat`"), "{said}");
        }
    }
}
