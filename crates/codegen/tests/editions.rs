//! The editions of the bundle: what they contain, and that they describe the same requests and
//! responses. The bundle is made from a document with additional schemas of each kind.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use partner_center_codegen::{Source, editions, outputs};
use serde_json::{Value, json};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn checked_in(name: &str) -> Value {
    let file = workspace().join("spec/dist").join(name);
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// All values in a document, with their JSON pointers.
fn values(root: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), root)];
    while let Some((at, value)) = open.pop() {
        let entries = value.as_object().into_iter().flatten();
        open.extend(entries.map(|(key, value)| {
            let key = key.replace('~', "~0").replace('/', "~1");
            (format!("{at}/{key}"), value)
        }));
        let items = value.as_array().into_iter().flatten().enumerate();
        open.extend(items.map(|(index, value)| (format!("{at}/{index}"), value)));
        found.push((at, value));
    }
    found
}

/// The example bodies of a document: the pointer of the media type, the schema and the payload.
fn bodies(root: &Value) -> Vec<(String, &Value, &Value)> {
    let mut found = Vec::new();
    for (at, value) in values(root) {
        let is_media_type = at.rsplit('/').nth(1) == Some("content");
        for (name, example) in value["examples"].as_object().into_iter().flatten() {
            if is_media_type {
                found.push((
                    format!("{at}/examples/{name}"),
                    &value["schema"],
                    &example["value"],
                ));
            }
        }
    }
    found
}

#[test]
fn the_flat_edition_has_no_unions_and_the_same_operations() {
    let (full, flat) = (checked_in("openapi.json"), checked_in("openapi-flat.json"));
    for (at, value) in values(&flat) {
        for keyword in ["oneOf", "anyOf"] {
            assert!(value.get(keyword).is_none(), "{at}/{keyword}");
        }
    }
    assert_eq!(flat["openapi"], "3.0.3");
    // Only the schemas differ.
    assert_eq!(full["paths"], flat["paths"]);
    for section in ["parameters", "headers", "responses", "securitySchemes"] {
        assert_eq!(
            full["components"][section], flat["components"][section],
            "{section}"
        );
    }
    assert_eq!(full["x-error-codes"], flat["x-error-codes"]);
    assert_ne!(full["info"]["description"], flat["info"]["description"]);
}

#[test]
fn a_number_or_text_has_no_type_in_the_flat_edition() {
    let flat = checked_in("openapi-flat.json");
    let schemas = &flat["components"]["schemas"];
    for (schema, property) in [
        ("Fault", "code"),
        ("TransferError", "code"),
        ("TransferLineItem", "id"),
        ("AcceptNewCommerceTransferLineItem", "id"),
    ] {
        let property = &schemas[schema]["properties"][property];
        let keys: BTreeSet<&str> = property
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let documentation = ["description", "example", "x-source"];
        assert!(
            keys.iter().all(|key| documentation.contains(key)),
            "{schema}: {keys:?}"
        );
        let text = property["description"].as_str().unwrap();
        assert!(
            text.contains("Without a type in this edition: an integer or a string."),
            "{text}"
        );
    }
    for unused in [
        "ErrorCode",
        "TransferLineItemId",
        "RejectStatus",
        "RejectTransferRequest",
    ] {
        assert!(schemas.get(unused).is_none(), "{unused}");
    }
}

#[test]
fn a_request_of_several_kinds_is_one_open_object_in_the_flat_edition() {
    let (full, flat) = (checked_in("openapi.json"), checked_in("openapi-flat.json"));
    for (name, required, rules) in [
        (
            "CreateTransferRequest",
            json!(["sourcePartnerTenantId"]),
            [
                "Required: `sourcePartnerTenantId`, `targetPartnerTenantId`, `lineItems`.",
                "customerEmailId",
            ],
        ),
        (
            "UpdateTransferRequest",
            Value::Null,
            [
                "Required: `id`, `status` (`Cancel`).",
                "Required: `lineItems`. Optional: `id`.",
            ],
        ),
    ] {
        let object = &flat["components"]["schemas"][name];
        assert_eq!(object["type"], "object");
        assert!(object.get("additionalProperties").is_none());
        assert_eq!(object["required"], required, "{name}");
        let text = object["description"].as_str().unwrap();
        for rule in rules {
            assert!(text.contains(rule), "{rule:?} is not in {text}");
        }
        let union = &full["components"]["schemas"][name];
        let mut properties = BTreeSet::new();
        for part in union["oneOf"].as_array().unwrap() {
            let target = part["$ref"].as_str().unwrap();
            assert!(text.contains(&format!("`{}`: ", target.rsplit('/').next().unwrap())));
            let kind = full.pointer(target.trim_start_matches('#')).unwrap();
            properties.extend(kind["properties"].as_object().unwrap().keys());
        }
        assert_eq!(
            properties,
            object["properties"].as_object().unwrap().keys().collect()
        );
    }
    let status = &flat["components"]["schemas"]["UpdateTransferRequest"]["properties"]["status"];
    assert_eq!(status["type"], "string");
    assert!(status.get("enum").is_none());
    assert!(
        status["description"]
            .as_str()
            .unwrap()
            .contains("Always `reject`.")
    );
}

#[test]
fn the_flat_edition_repeats_nullable_next_to_all_of() {
    let flat = checked_in("openapi-flat.json");
    let links = &flat["components"]["schemas"]["Order"]["properties"]["links"];
    assert_eq!(links["nullable"], true);
    assert!(links["allOf"].is_array());
    let full = checked_in("openapi.json");
    let links = &full["components"]["schemas"]["Order"]["properties"]["links"];
    assert!(links.get("nullable").is_none());
}

#[test]
fn both_files_of_the_flat_edition_are_equal() {
    let file = workspace().join("spec/dist/openapi-flat.yaml");
    let yaml: Value = serde_saphyr::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(yaml, checked_in("openapi-flat.json"));
}

/// A validator of a schema of the 3.1 edition.
fn validator(root: &Value, schema: &Value) -> Validator {
    let schema = json!({
        "$schema": root["jsonSchemaDialect"],
        "components": { "schemas": root["components"]["schemas"] },
        "allOf": [schema],
    });
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn the_3_1_edition_is_json_schema_and_accepts_the_same_examples() {
    let (full, edition) = (checked_in("openapi.json"), checked_in("openapi-3.1.json"));
    assert_eq!(edition["openapi"], "3.1.0");
    assert_eq!(
        edition["jsonSchemaDialect"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    let examples = bodies(&edition);
    let payloads: Vec<_> = examples
        .iter()
        .map(|(at, _, payload)| (at, *payload))
        .collect();
    let expected = bodies(&full);
    let expected: Vec<_> = expected
        .iter()
        .map(|(at, _, payload)| (at, *payload))
        .collect();
    assert_eq!(payloads, expected);
    assert!(examples.len() > 30);
    for (at, schema, payload) in &examples {
        let error = validator(&edition, schema)
            .iter_errors(payload)
            .next()
            .map(|error| error.to_string());
        assert_eq!(error, None, "{at}");
    }
}

#[test]
fn the_3_1_edition_accepts_null_where_a_schema_is_used() {
    let (full, edition) = (checked_in("openapi.json"), checked_in("openapi-3.1.json"));
    let of = |root: &'static str| format!("/components/schemas/{root}");
    for (at, value) in values(&edition) {
        if !at.contains("/example") {
            assert!(value.get("nullable").is_none(), "{at}");
        }
    }
    // A component never accepts null: `[object, null]` makes some tools lose its properties.
    for (name, schema) in edition["components"]["schemas"].as_object().unwrap() {
        assert!(!schema["type"].is_array(), "{name}");
        assert!(
            !validator(&edition, schema).is_valid(&Value::Null),
            "{name}"
        );
    }
    // Each property of a response accepts it, those of requests do not.
    let mut checked = 0;
    for (name, schema) in edition["components"]["schemas"].as_object().unwrap() {
        let is_request =
            full["components"]["schemas"][name].get("additionalProperties") == Some(&json!(false));
        for (property, schema) in schema["properties"].as_object().into_iter().flatten() {
            if is_request && property != "id" {
                assert!(
                    !validator(&edition, schema).is_valid(&Value::Null),
                    "{name}.{property}"
                );
            } else if !is_request {
                assert!(
                    validator(&edition, schema).is_valid(&Value::Null),
                    "{name}.{property}"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 100, "{checked}");
    let links = edition
        .pointer(&format!("{}/properties/links", of("Order")))
        .unwrap();
    let reference = json!({ "$ref": "#/components/schemas/OrderLinks" });
    assert_eq!(links["anyOf"], json!([reference, { "type": "null" }]));
}

/// The document with more schemas, which a response uses.
fn source(schemas: &str) -> (tempfile::TempDir, Source) {
    let spec = std::fs::read_to_string(workspace().join("spec/openapi.yaml")).unwrap();
    let property = "\n    WithdrawTransferResult:\n      type: object\n";
    assert!(spec.contains(property));
    let added = format!(
        "{property}      properties:\n        more: {{$ref: \"#/components/schemas/More\"}}\n"
    );
    let spec = spec.replacen(property, &added, 1);
    let spec = spec.replacen("\n  schemas:\n", &format!("\n  schemas:\n{schemas}"), 1);
    let root = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(root.path().join("spec/examples")).unwrap();
    std::fs::write(root.path().join("spec/openapi.yaml"), spec).unwrap();
    for entry in std::fs::read_dir(workspace().join("spec/examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap();
            std::fs::copy(&path, root.path().join("spec/examples").join(name)).unwrap();
        }
    }
    let source = Source::read(root.path()).unwrap();
    (root, source)
}

const MORE: &str = r##"    More:
      type: object
      properties:
        inline: {oneOf: [{type: boolean}, {type: string}], description: Inline.}
        listed: {type: array, items: {anyOf: [{type: number}, {type: string}]}}
        bare: {$ref: "#/components/schemas/Amount"}
        named: {allOf: [{$ref: "#/components/schemas/Amount"}], description: Named.}
        mapped: {type: object, additionalProperties: {$ref: "#/components/schemas/Amount"}}
        mixed: {oneOf: [{$ref: "#/components/schemas/Cat"}, {type: string}]}
        pet: {$ref: "#/components/schemas/Pet"}
        limited: {type: number, minimum: 0, exclusiveMinimum: true, nullable: true}
        words: {type: array, nullable: true, items: {type: string, nullable: true}}
        way: {type: string, nullable: true, enum: [up, null]}
    Amount: {anyOf: [{type: number}, {type: string}], description: A number or a string.}
    Pet: {oneOf: [{$ref: "#/components/schemas/Cat"}, {$ref: "#/components/schemas/Birds"}], description: Any pet.}
    Birds:
      oneOf:
        - {title: Hen, type: object, required: [name], properties: {name: {type: string}, eggs: {type: integer}, size: {type: integer}, tags: {type: array, items: {type: string}}}}
        - {$ref: "#/components/schemas/Swan"}
    Swan: {allOf: [{$ref: "#/components/schemas/Named"}, {type: object, required: [size], properties: {size: {type: string}, tags: {type: array, items: {type: integer}}}}]}
    Cat: {type: object, nullable: true, required: [name, lives], properties: {name: {type: string}, lives: {type: integer}}}
    Named: {type: object, required: [name], properties: {name: {type: string, minLength: 1}}}
"##;

#[test]
fn unions_of_each_kind_are_flattened() {
    let (_root, source) = source(MORE);
    let editions = editions(&source).unwrap();
    let flat: Value = serde_json::from_str(&editions["spec/dist/openapi-flat.json"]).unwrap();
    let schemas = &flat["components"]["schemas"];
    let of = |property: &str| &schemas["More"]["properties"][property];
    let untyped = |types: &str| format!("Without a type in this edition: {types}.");
    assert_eq!(
        *of("inline"),
        json!({ "description": format!("Inline.\n\n{}", untyped("a boolean or a string")) })
    );
    assert_eq!(
        of("listed")["items"],
        json!({ "description": untyped("a number or a string") })
    );
    let amount = format!(
        "A number or a string.\n\n{}",
        untyped("a number or a string")
    );
    assert_eq!(*of("bare"), json!({ "description": amount }));
    assert_eq!(
        *of("named"),
        json!({ "description": format!("Named.\n\n{amount}") })
    );
    assert_eq!(
        of("mapped")["additionalProperties"],
        json!({ "description": amount })
    );
    assert!(of("mixed").get("type").is_none());
    for removed in ["Amount", "Birds", "Swan", "Named"] {
        assert!(schemas.get(removed).is_none(), "{removed}");
    }
    // The kinds of a union in a union, and of a composed object, have a place of their own.
    let pet = &schemas["Pet"];
    assert_eq!(pet["type"], "object");
    assert_eq!(pet["nullable"], true);
    assert_eq!(pet["required"], json!(["name"]));
    assert_eq!(pet["properties"]["name"]["type"], "string");
    assert!(pet["properties"]["name"].get("minLength").is_none());
    // An integer in one kind and a string in another.
    assert!(pet["properties"]["size"].get("type").is_none());
    assert_eq!(pet["properties"]["tags"]["type"], "array");
    assert_eq!(pet["properties"]["tags"]["items"], json!({}));
    let text = pet["description"].as_str().unwrap();
    for rule in [
        "- `Cat`: Required: `name`, `lives`.",
        "- `Hen`: Required: `name`. Optional: `eggs`, `size`, `tags`.",
        "- `Swan`: Required: `name`, `size`. Optional: `tags`.",
    ] {
        assert!(text.contains(rule), "{rule:?} is not in {text}");
    }
}

#[test]
fn nulls_and_limits_of_each_kind_are_converted_to_json_schema() {
    let (_root, source) = source(MORE);
    let editions = editions(&source).unwrap();
    let edition: Value = serde_json::from_str(&editions["spec/dist/openapi-3.1.json"]).unwrap();
    let of = |property: &str| &edition["components"]["schemas"]["More"]["properties"][property];
    assert_eq!(
        *of("limited"),
        json!({ "type": ["number", "null"], "exclusiveMinimum": 0 })
    );
    let words = json!({ "type": "array", "items": { "type": ["string", "null"] } });
    assert_eq!(
        *of("words"),
        json!({ "anyOf": [words, { "type": "null" }] })
    );
    assert_eq!(
        *of("way"),
        json!({ "type": ["string", "null"], "enum": ["up", null] })
    );
    let pet = json!({ "$ref": "#/components/schemas/Pet" });
    assert_eq!(*of("pet"), json!({ "anyOf": [pet, { "type": "null" }] }));
    assert_eq!(edition["components"]["schemas"]["Cat"]["type"], "object");
}

#[test]
fn the_command_makes_the_editions() {
    let source = Source::read(&workspace()).unwrap();
    let all = outputs(&source).unwrap();
    for (file, text) in editions(&source).unwrap() {
        assert_eq!(all[&file], text, "{file}");
        assert!(
            std::fs::read_to_string(workspace().join(&file)).unwrap() == text,
            "{file}"
        );
    }
}
