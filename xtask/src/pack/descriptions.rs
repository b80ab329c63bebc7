//! Adds to descriptions what Scalar does not show: the examples of all but the first media type of a
//! response, and the known values of open enums.

use serde_json::{Map, Value};

/// Extends the descriptions of the document.
pub(super) fn extend_descriptions(document: &mut Value) {
    let mut holders = operations(document);
    holders.push("/components".to_owned());
    for holder in holders {
        for (_, answer) in members(document, &(holder + "/responses")) {
            let examples = other_examples(answer);
            append(answer, &examples);
        }
    }
    for (_, schema) in members(document, "/components/schemas") {
        let values = known_values(schema);
        append(schema, &values);
    }
}

/// Returns pointers to all operations.
fn operations(document: &Value) -> Vec<String> {
    let paths = document["paths"].as_object();
    let operations = paths.into_iter().flatten().flat_map(|(path, item)| {
        let path = path.replace('~', "~0").replace('/', "~1");
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, _)| format!("/paths/{path}/{method}"))
    });
    operations.collect()
}

fn members<'a>(
    document: &'a mut Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Map<String, Value>)> {
    let members = document.pointer_mut(pointer).and_then(Value::as_object_mut);
    let members = members.into_iter().flatten();
    members.filter_map(|(name, member)| Some((name, member.as_object_mut()?)))
}

fn append(holder: &mut Map<String, Value>, more: &str) {
    if more.is_empty() {
        return;
    }
    let description = holder.get("description").and_then(Value::as_str);
    let description = format!("{}{more}", description.unwrap_or_default().trim_end());
    holder.insert("description".to_owned(), description.into());
}

fn other_examples(answer: &Map<String, Value>) -> String {
    let mut described = String::new();
    let content = answer.get("content").and_then(Value::as_object);
    for (media, body) in content.into_iter().flatten().skip(1) {
        for (_, example) in body["examples"].as_object().into_iter().flatten() {
            let summary = example["summary"].as_str().unwrap_or_default();
            let value = example["value"].as_str().unwrap_or_default().trim_end();
            let language = media.rsplit('/').next().unwrap_or_default();
            described.push_str(
                &[
                    "\n\n`", media, "`: ", summary, "\n\n```", language, "\n", value, "\n```",
                ]
                .concat(),
            );
        }
    }
    described
}

fn known_values(schema: &Map<String, Value>) -> String {
    let values = schema.get("x-extensible-enum").and_then(Value::as_array);
    let Some(values) = values else {
        return String::new();
    };
    let mut described = "\n\nKnown values:\n".to_owned();
    for value in values.iter().filter_map(Value::as_str) {
        let meaning = schema
            .get("x-enumDescriptions")
            .and_then(|meanings| meanings[value].as_str());
        described.push_str(&["\n- `", value, "`: ", meaning.unwrap_or_default()].concat());
    }
    described
}
