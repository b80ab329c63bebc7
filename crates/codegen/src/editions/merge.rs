//! Merges a union of objects into one open object. Its description has the rules that its type no
//! longer has: which properties each kind requires and allows.

use serde_json::{Map, Value, json};

use super::whole::add_paragraph;
use crate::document::{resolve, target_of};

/// Keywords that only document.
const DOCUMENTATION: [&str; 4] = ["description", "example", "title", "x-source"];

/// One kind of object of a union.
struct Alternative<'a> {
    name: String,
    description: &'a str,
    nullable: bool,
    properties: Vec<(&'a String, &'a Value)>,
    required: Vec<&'a str>,
}

/// The open object that accepts all kinds of objects of a union. `convert` converts a property that
/// is the same in all kinds that have it.
pub(super) fn merged(root: &Value, union: &Value, convert: &dyn Fn(&Value) -> Value) -> Value {
    let mut alternatives = Vec::new();
    collect(root, union, &mut Vec::new(), &mut alternatives);
    for (index, alternative) in alternatives.iter_mut().enumerate() {
        if alternative.name.is_empty() {
            alternative.name = format!("kind {}", index + 1);
        }
    }
    let mut object = Map::new();
    object.insert("type".to_owned(), "object".into());
    let keywords = union.as_object().into_iter().flatten();
    for (keyword, value) in keywords {
        if DOCUMENTATION.contains(&keyword.as_str()) || keyword.starts_with("x-") {
            object.insert(keyword.clone(), value.clone());
        }
    }
    if union["nullable"] == true || alternatives.iter().any(|one| one.nullable) {
        object.insert("nullable".to_owned(), true.into());
    }
    let mut required = alternatives
        .first()
        .map_or_else(Vec::new, |first| first.required.clone());
    required.retain(|name| alternatives.iter().all(|one| one.required.contains(name)));
    if !required.is_empty() {
        object.insert("required".to_owned(), required.into());
    }
    let mut properties = Map::new();
    for (name, _) in alternatives.iter().flat_map(|one| &one.properties) {
        if !properties.contains_key(*name) {
            properties.insert(
                (*name).clone(),
                property(root, name, &alternatives, convert),
            );
        }
    }
    object.insert("properties".to_owned(), properties.into());
    let mut object = Value::Object(object);
    let rules: Vec<String> = alternatives.iter().map(|one| one.rule(root)).collect();
    let rules = rules.join("\n");
    let text = format!("One of these kinds, whose properties cannot be mixed:\n\n{rules}");
    add_paragraph(&mut object, &text);
    object
}

/// The name of a schema, by the reference to it or its title.
pub(super) fn name_of(schema: &Value) -> String {
    let name = target_of(schema).and_then(|target| target.rsplit('/').next());
    name.or_else(|| schema["title"].as_str())
        .unwrap_or_default()
        .to_owned()
}

/// Adds the kinds of objects of a union, and those of unions in it.
fn collect<'a>(
    root: &'a Value,
    union: &'a Value,
    open: &mut Vec<&'a Value>,
    found: &mut Vec<Alternative<'a>>,
) {
    // A union may refer to itself.
    if open.iter().any(|one| std::ptr::eq(*one, union)) {
        return;
    }
    open.push(union);
    let lists = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| union[key].as_array());
    for part in lists.flatten() {
        let schema = resolve(root, part);
        if schema.get("oneOf").is_some() || schema.get("anyOf").is_some() {
            collect(root, schema, open, found);
            continue;
        }
        let mut alternative = Alternative {
            name: name_of(part),
            description: schema["description"].as_str().unwrap_or_default().trim(),
            nullable: schema["nullable"] == true,
            properties: Vec::new(),
            required: Vec::new(),
        };
        alternative.add(root, schema);
        found.push(alternative);
    }
    open.pop();
}

impl<'a> Alternative<'a> {
    /// Adds the properties of a schema and of its `allOf`.
    fn add(&mut self, root: &'a Value, schema: &'a Value) {
        let properties = schema["properties"].as_object().into_iter().flatten();
        self.properties.extend(properties);
        let required = schema["required"].as_array().into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str));
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.add(root, resolve(root, part));
        }
    }

    fn property(&self, name: &str) -> Option<&'a Value> {
        let mut properties = self.properties.iter();
        properties
            .find(|(one, _)| *one == name)
            .map(|(_, schema)| *schema)
    }

    /// The line that says what the object requires and allows.
    fn rule(&self, root: &Value) -> String {
        let list = |required: bool| -> String {
            let properties = self.properties.iter();
            let names = properties
                .filter(|(name, _)| self.required.contains(&name.as_str()) == required)
                .map(|(name, schema)| match only_value(root, schema) {
                    Some(value) => format!("`{name}` ({value})"),
                    None => format!("`{name}`"),
                });
            names.collect::<Vec<_>>().join(", ")
        };
        let mut text = format!("- `{}`:", self.name);
        for part in [
            self.description
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            sentence("Required", &list(true)),
            sentence("Optional", &list(false)),
        ] {
            if !part.is_empty() {
                text = text + " " + &part;
            }
        }
        text
    }
}

fn sentence(what: &str, names: &str) -> String {
    if names.is_empty() {
        return String::new();
    }
    format!("{what}: {names}.")
}

/// The value of a property that allows only one.
fn only_value(root: &Value, property: &Value) -> Option<String> {
    match target(root, property)["enum"].as_array()?.as_slice() {
        [only] => Some(format!(
            "`{}`",
            only.as_str().map_or(only.to_string(), str::to_owned)
        )),
        _ => None,
    }
}

/// The schema that a property refers to.
fn target<'a>(root: &'a Value, property: &'a Value) -> &'a Value {
    let schema = resolve(root, property);
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => target(root, only),
        _ => schema,
    }
}

/// A property that accepts what it accepts in each of the alternatives.
fn property(
    root: &Value,
    name: &str,
    alternatives: &[Alternative<'_>],
    convert: &dyn Fn(&Value) -> Value,
) -> Value {
    let found: Vec<(&str, &Value)> = alternatives
        .iter()
        .filter_map(|one| Some((one.name.as_str(), one.property(name)?)))
        .collect();
    let Some(((_, first), others)) = found.split_first() else {
        return json!({});
    };
    let is_same = others
        .iter()
        .all(|(_, other)| binding(first) == binding(other));
    let mut merged = if is_same {
        convert(first)
    } else {
        widened(root, &found)
    };
    let text = |schema: &Value| {
        let text = schema["description"].as_str().unwrap_or_default().trim();
        let only = only_value(root, schema).map(|value| format!("Always {value}."));
        format!("{text} {}", only.unwrap_or_default())
            .trim()
            .to_owned()
    };
    let first_text = text(first);
    if others.iter().any(|(_, other)| text(other) != first_text) {
        let texts = found.iter().map(|(kind, schema)| (kind, text(schema)));
        let texts = texts.filter(|(_, text)| !text.is_empty());
        let lines: Vec<String> = texts
            .map(|(kind, text)| format!("- `{kind}`: {text}"))
            .collect();
        merged["description"] = lines.join("\n").into();
    } else if !is_same && !first_text.is_empty() {
        merged["description"] = first_text.into();
    }
    merged
}

/// A schema without its documentation.
fn binding(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(object) = schema.as_object_mut() {
        object.retain(|key, _| !DOCUMENTATION.contains(&key.as_str()));
    }
    schema
}

/// The type that several schemas share, without their limits; a value without a type if they share
/// none.
fn widened(root: &Value, found: &[(&str, &Value)]) -> Value {
    let mut types = found
        .iter()
        .map(|(_, schema)| &target(root, schema)["type"]);
    let first = types.next().filter(|kind| kind.is_string());
    let mut merged = match first {
        Some(kind) if types.all(|other| other == kind) => json!({ "type": kind }),
        _ => json!({}),
    };
    if merged["type"] == "array" {
        merged["items"] = json!({});
    }
    let is_nullable = |(_, schema): &(&str, &Value)| {
        schema["nullable"] == true || target(root, schema)["nullable"] == true
    };
    if merged.get("type").is_some() && found.iter().any(is_nullable) {
        merged["nullable"] = true.into();
    }
    for keyword in ["example", "x-source"] {
        if let Some(value) = found.iter().find_map(|(_, schema)| schema.get(keyword)) {
            merged[keyword] = value.clone();
        }
    }
    merged
}
