//! The edition for generators without unions, which lose the values of a `oneOf` in silence. A union
//! of objects becomes one open object; any other union becomes a value without a type.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::merge::{merged, name_of};
use super::whole::{add_paragraph, map_schemas};
use crate::document::{Element, Kind, elements, elements_within, resolve, target_of};
use crate::nullable::accepts_null;

/// What the description of the document says about the edition.
const ABOUT: &str = "**This edition is for generators without unions.** A request body of several kinds \
                     is one open object here, and a number or a string a value without a type; their \
                     descriptions have the rules. `openapi.json` is the complete document.";

/// The keywords of unions.
const UNIONS: [&str; 2] = ["oneOf", "anyOf"];

/// Makes the edition of a bundle.
pub(super) fn flat(full: &Value) -> Value {
    let mut flat = map_schemas(full, |_, schema| without_unions(full, schema));
    add_paragraph(&mut flat["info"], ABOUT);
    remove_unused(&mut flat);
    flat
}

/// A schema without unions.
fn without_unions(root: &Value, schema: &Value) -> Value {
    let Value::Object(object) = schema else {
        return schema.clone();
    };
    if let Some(untyped) = untyped(root, schema) {
        return untyped;
    }
    if schema.get("$ref").is_some() {
        return schema.clone();
    }
    if UNIONS.iter().any(|keyword| schema.get(keyword).is_some()) {
        return merged(root, schema, &|schema| property(root, schema));
    }
    let parts = |list: &Value| -> Value {
        let list = list.as_array().into_iter().flatten();
        list.map(|part| without_unions(root, part)).collect()
    };
    let mut converted = Map::new();
    for (keyword, value) in object {
        let value = match keyword.as_str() {
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                properties
                    .map(|(name, schema)| (name.clone(), property(root, schema)))
                    .collect()
            }
            "items" | "additionalProperties" | "not" => without_unions(root, value),
            "allOf" => parts(value),
            _ => value.clone(),
        };
        converted.insert(keyword.clone(), value);
    }
    converted.into()
}

/// A property without unions. If it refers to a nullable schema by `allOf`, `nullable` is repeated next
/// to it: some generators read it there only. `openapi.json` does not repeat it, because validators
/// based on ajv reject `nullable` without a `type`.
fn property(root: &Value, schema: &Value) -> Value {
    let mut converted = without_unions(root, schema);
    if converted.get("allOf").is_some() && accepts_null(root, schema) {
        converted["nullable"] = true.into();
    }
    converted
}

/// The value without a type that replaces a union, or a schema that only refers to one; nothing for
/// other schemas and for a union of objects.
fn untyped(root: &Value, schema: &Value) -> Option<Value> {
    let target = resolve(root, schema);
    if let Some(types) = types(root, target) {
        let mut value = target.clone();
        let object = value.as_object_mut()?;
        for keyword in UNIONS
            .iter()
            .chain(&["nullable", "type", "title", "discriminator"])
        {
            object.shift_remove(*keyword);
        }
        add_paragraph(
            &mut value,
            &format!("Without a type in this edition: {types}."),
        );
        return Some(value);
    }
    // A property refers to a component by `allOf`, to have its own description.
    let [part] = target.get("allOf")?.as_array()?.as_slice() else {
        return None;
    };
    let part = untyped(root, part)?;
    let mut value = target.clone();
    let object = value.as_object_mut()?;
    object.shift_remove("allOf");
    object.shift_remove("nullable");
    add_paragraph(&mut value, part["description"].as_str().unwrap_or_default());
    Some(value)
}

/// The types of a union that is not one of objects, as text.
fn types(root: &Value, schema: &Value) -> Option<String> {
    let alternatives = UNIONS
        .iter()
        .filter_map(|keyword| schema.get(*keyword)?.as_array())
        .flatten();
    let alternatives: Vec<&Value> = alternatives.map(|part| resolve(root, part)).collect();
    if alternatives.iter().all(|part| is_object(root, part)) {
        return None;
    }
    let mut types: Vec<String> = Vec::new();
    for alternative in alternatives {
        let text = match alternative["type"].as_str() {
            _ if is_object(root, alternative) => format!("an object ({})", name_of(alternative)),
            Some(kind @ ("integer" | "array")) => format!("an {kind}"),
            Some(kind) => format!("a {kind}"),
            None => "another value".to_owned(),
        };
        let text = text.replace(" ()", "");
        if !types.contains(&text) {
            types.push(text);
        }
    }
    Some(types.join(" or "))
}

/// Whether a schema is one of objects, possibly a union of them.
fn is_object(root: &Value, schema: &Value) -> bool {
    let schema = resolve(root, schema);
    let parts = |keyword: &str| schema[keyword].as_array().map_or(&[][..], Vec::as_slice);
    let all = |keyword| {
        !parts(keyword).is_empty() && parts(keyword).iter().all(|part| is_object(root, part))
    };
    schema["type"] == "object"
        || schema.get("properties").is_some()
        || all("oneOf")
        || all("anyOf")
        || parts("allOf").iter().any(|part| is_object(root, part))
}

/// Removes the schemas that only unions referred to.
fn remove_unused(root: &mut Value) {
    const SCHEMAS: &str = "/components/schemas/";
    let mut used = BTreeSet::new();
    let mut open: Vec<String> = elements(root)
        .into_iter()
        .map(|element| element.pointer)
        .filter(|pointer| !pointer.starts_with(SCHEMAS))
        .collect();
    while let Some(pointer) = open.pop() {
        let Some(target) = root.pointer(&pointer).and_then(target_of) else {
            continue;
        };
        if let (true, Some(schema)) = (used.insert(target.to_owned()), root.pointer(target)) {
            let parts = elements_within(schema, Kind::Schema, target);
            open.extend(parts.into_iter().map(|Element { pointer, .. }| pointer));
        }
    }
    if let Some(Value::Object(schemas)) = root.pointer_mut("/components/schemas") {
        schemas.retain(|name, _| used.contains(&format!("{SCHEMAS}{name}")));
    }
}
