//! Moves `nullable` to where a schema is used. In the spec it is part of a named schema or of one of
//! its alternatives, as OpenAPI 3.0 requires. The generator, like Rust, expects it at the property:
//! `Option<Link>`, not a nullable `Link`.

use serde_json::{Value, json};

use crate::document::{Element, Kind, resolve};

/// Whether a schema accepts null, itself or by one of its parts.
pub(crate) fn accepts_null(root: &Value, schema: &Value) -> bool {
    let accepts = |schema: &Value| {
        is_nullable(schema) || alternatives(schema).any(|part| is_nullable(resolve(root, part)))
    };
    let schema = resolve(root, schema);
    accepts(schema)
        || match schema["allOf"].as_array().map(Vec::as_slice) {
            Some([only]) => accepts(resolve(root, only)),
            _ => false,
        }
}

fn is_nullable(schema: &Value) -> bool {
    schema["nullable"] == true
}

/// The alternatives of a schema. Null is valid if one of them accepts it.
fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["oneOf", "anyOf"]
        .into_iter()
        .filter_map(|key| schema[key].as_array());
    lists.flatten()
}

/// Marks the uses of nullable schemas, in the generator's copy of the document.
pub(crate) fn move_to_use(root: &mut Value, elements: &[Element]) {
    for Element { kind, pointer } in elements {
        let (Kind::Schema, Some(schema)) = (kind, root.pointer(pointer)) else {
            continue;
        };
        let from_alternative = alternatives(schema).any(is_nullable);
        // Optional properties are an `Option` already.
        let required = schema["required"].as_array().into_iter().flatten();
        let nullable: Vec<String> = required
            .filter_map(Value::as_str)
            .filter(|name| {
                let property = schema["properties"].get(name);
                property.is_some_and(|one| !is_nullable(one) && accepts_null(root, one))
            })
            .map(str::to_owned)
            .collect();
        let Some(schema) = root.pointer_mut(pointer) else {
            continue;
        };
        if from_alternative {
            for keyword in ["oneOf", "anyOf"] {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{accepts_null, move_to_use};
    use crate::document::elements;

    #[test]
    fn a_required_property_of_a_nullable_schema_is_nullable() {
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
            assert_eq!(accepts_null(&root, &property(name)), expected, "{name}");
        }

        let all = elements(&root);
        move_to_use(&mut root, &all);
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
