//! Where null may stand. The spec says it as the letter of OpenAPI 3.0 wants it: beside the `type`
//! of a schema, often one with a name, or of one of its alternatives; a property that refers to
//! the schema adds nothing. The generator, as Rust does, wants it where the schema is used:
//! `Option<Link>`, and no nullable `Link`.

use serde_json::{Value, json};

use crate::validate::resolve;
use crate::walk::{Kind, Position};

/// Keywords whose parts are alternatives: null may stand if one of them takes it.
const ALTERNATIVES: [&str; 2] = ["oneOf", "anyOf"];

/// Whether a schema takes null, by its own word or by that of what it is made of.
pub(crate) fn may_be(root: &Value, schema: &Value) -> bool {
    let takes =
        |schema: &Value| says(schema) || alternatives(schema).any(|part| says(resolve(root, part)));
    let schema = resolve(root, schema);
    takes(schema)
        || match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => takes(resolve(root, only)),
            _ => false,
        }
}

fn says(schema: &Value) -> bool {
    schema["nullable"] == true
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    ALTERNATIVES
        .into_iter()
        .filter_map(|keyword| schema.get(keyword)?.as_array())
        .flatten()
}

/// Says it where schemas are used, in the generator's copy of the document.
pub(crate) fn to_where_it_is_used(root: &mut Value, positions: &[Position]) {
    for Position { kind, pointer } in positions {
        let (Kind::Schema, Some(schema)) = (kind, root.pointer(pointer)) else {
            continue;
        };
        let from_alternative = alternatives(schema).any(says);
        let nullable: Vec<String> = required_properties(schema)
            .filter(|(_, property)| !says(property) && may_be(root, property))
            .map(|(name, _)| name.to_owned())
            .collect();
        let Some(schema) = root.pointer_mut(pointer) else {
            continue;
        };
        if from_alternative {
            for keyword in ALTERNATIVES {
                let parts = schema.get_mut(keyword).and_then(Value::as_array_mut);
                for part in parts.into_iter().flatten().filter_map(Value::as_object_mut) {
                    part.shift_remove("nullable");
                }
            }
            schema["nullable"] = true.into();
        }
        for name in nullable {
            let property = &mut schema["properties"][name];
            if property.get("$ref").is_some() {
                *property = json!({ "allOf": [property.take()] });
            }
            property["nullable"] = true.into();
        }
    }
}

/// The others may be missing, which is an `Option` already.
fn required_properties(schema: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let names = schema["required"].as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .filter_map(|name| Some((name, schema["properties"].get(name)?)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{may_be, to_where_it_is_used};
    use crate::walk::positions;

    #[test]
    fn null_is_said_where_a_required_property_uses_a_schema_that_takes_it() {
        let mut root = json!({"components": {"schemas": {
            "Text": {"type": "string", "nullable": true},
            "Code": {"oneOf": [{"type": "integer"}, {"type": "string", "nullable": true}]},
            "Sure": {"type": "string"},
            "Holder": {
                "required": ["bare", "whole", "code", "sure"],
                "properties": {
                    "bare": {"$ref": "#/components/schemas/Text"},
                    "whole": {"allOf": [{"$ref": "#/components/schemas/Text"}]},
                    "code": {"allOf": [{"$ref": "#/components/schemas/Code"}]},
                    "sure": {"$ref": "#/components/schemas/Sure"},
                    "optional": {"$ref": "#/components/schemas/Text"},
                },
            },
        }}});
        let property =
            |name: &str| root["components"]["schemas"]["Holder"]["properties"][name].clone();
        for (name, expected) in [
            ("bare", true),
            ("whole", true),
            ("code", true),
            ("sure", false),
        ] {
            assert_eq!(may_be(&root, &property(name)), expected, "{name}");
        }

        let all = positions(&root);
        to_where_it_is_used(&mut root, &all);
        let schemas = &root["components"]["schemas"];
        assert_eq!(
            schemas["Code"],
            json!({"oneOf": [{"type": "integer"}, {"type": "string"}], "nullable": true})
        );
        let of = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        assert_eq!(
            schemas["Holder"]["properties"],
            json!({
                "bare": {"allOf": [of("Text")], "nullable": true},
                "whole": {"allOf": [of("Text")], "nullable": true},
                "code": {"allOf": [of("Code")], "nullable": true},
                "sure": of("Sure"),
                "optional": of("Text"),
            })
        );
    }
}
