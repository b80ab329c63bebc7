//! The JSON Schemas of spec/dist/schemas/, read as a folder of files: each conforms to draft 2020-12,
//! each example of the spec is valid, and invalid payloads are rejected at any depth.

use std::error::Error;

use jsonschema::{Retrieve, Uri, Validator, draft202012};
use partner_center_tests::{example, spec, workspace};
use serde_json::{Value, json};

const FOLDER: &str = "spec/dist/schemas";

/// Resolves references to files of the same folder.
struct Folder;

impl Retrieve for Folder {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let name = uri.path().as_str().rsplit('/').next().unwrap_or_default();
        Ok(serde_json::from_str(&std::fs::read_to_string(
            workspace().join(FOLDER).join(name),
        )?)?)
    }
}

fn schema(name: &str) -> Value {
    let path = workspace().join(FOLDER).join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn validator(name: &str) -> Validator {
    jsonschema::options()
        .with_base_uri(format!("file:///{FOLDER}/{name}.json"))
        .with_retriever(Folder)
        .should_validate_formats(true)
        .build(&schema(name))
        .unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The component that a schema refers to, and whether the schema is a list of it.
fn named(schema: &Value) -> (&str, bool) {
    let item = schema.get("items");
    let reference = item.unwrap_or(schema)["$ref"].as_str().unwrap();
    (reference.rsplit('/').next().unwrap(), item.is_some())
}

/// The validation errors of a payload; a list is validated item by item.
fn errors(schema: &Value, payload: &Value) -> Vec<String> {
    let (name, is_list) = named(schema);
    let one = std::slice::from_ref(payload);
    let items = if is_list {
        payload.as_array().unwrap()
    } else {
        one
    };
    let validator = validator(name);
    let errors = items.iter().flat_map(|item| validator.iter_errors(item));
    errors.map(|error| error.to_string()).collect()
}

#[test]
fn each_schema_conforms_to_draft_2020_12() {
    let spec = spec();
    for (name, component) in spec["components"]["schemas"].as_object().unwrap() {
        let schema = schema(name);
        assert_eq!(
            schema["$schema"],
            "https://json-schema.org/draft/2020-12/schema"
        );
        assert_eq!(schema["$id"], format!("{name}.json"));
        draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{name}: {error}"));
        let text = schema.to_string();
        for of_openapi in ["\"nullable\"", "\"example\":", "#/components", "\"x-"] {
            assert!(!text.contains(of_openapi), "{name} holds {of_openapi}");
        }
        let validator = validator(name);
        if let Some(example) = component.get("example") {
            assert!(validator.is_valid(example), "{name}");
        }
        if component["nullable"] == true {
            assert!(validator.is_valid(&Value::Null), "{name}");
        }
    }
}

#[test]
fn each_example_is_valid() {
    let spec = spec();
    let operations = spec["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|item| item.as_object().unwrap().values());
    let mut payloads = Vec::new();
    for operation in operations {
        let answers = operation["responses"].as_object().into_iter().flatten();
        let messages = answers.map(|(_, answer)| answer);
        for message in messages.chain(operation.get("requestBody")) {
            let message = message.get("$ref").map_or(message, |target| {
                spec.pointer(&target.as_str().unwrap()[1..]).unwrap()
            });
            let body = &message["content"]["application/json"];
            for (name, example) in body["examples"].as_object().into_iter().flatten() {
                let value = &example["value"];
                assert_eq!(errors(&body["schema"], value), [""; 0], "{name}");
                payloads.push(value.clone());
            }
        }
    }
    // Each example file is referenced by the spec, so it was validated above.
    for entry in std::fs::read_dir(workspace().join("spec/examples")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if std::path::Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            assert!(payloads.contains(&example(&name)), "{name}");
        }
    }
}

#[test]
fn an_invalid_payload_is_rejected_at_any_depth() {
    let validator = validator("TransferSubmitResult");
    let with = |item: Value| json!({ "transferErrors": [{ "lineItems": [item] }] });
    let deep = |quantity: Value| {
        with(json!({ "addonItems": [{ "addonItems": [{ "quantity": quantity }] }] }))
    };
    assert!(validator.is_valid(&deep(3.into())));
    assert!(validator.is_valid(&deep(Value::Null)));
    assert!(!validator.is_valid(&deep("many".into())));
    // An id is a number or text.
    for id in [json!(0), json!("0"), Value::Null] {
        assert!(validator.is_valid(&with(json!({ "id": id }))));
    }
    assert!(!validator.is_valid(&with(json!({ "id": [] }))));
    // Enums and objects are open.
    assert!(validator.is_valid(&with(json!({ "billingCycle": "of tomorrow", "new": 1 }))));
}
