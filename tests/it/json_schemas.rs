//! The JSON Schemas of spec/dist/schemas/, used as a folder of files, as a team without an OpenAPI
//! tool uses them: each is a schema of 2020-12, each example fits its own, and what does not fit is
//! refused, however deep it stands.

use std::error::Error;

use jsonschema::{Retrieve, Uri, Validator, draft202012};
use partner_center_tests::{example, spec, workspace};
use serde_json::{Value, json};

const FOLDER: &str = "spec/dist/schemas";

/// References lead to files beside the one that they stand in.
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

/// The name at the end of a reference.
fn named(schema: &Value) -> &str {
    schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap()
}

#[test]
fn each_is_a_schema_of_its_draft() {
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
        // The spec's own example of it, and null as the spec says.
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
fn each_example_fits_its_schema() {
    let spec = spec();
    let operations = spec["paths"].as_object().unwrap().values();
    let operations = operations.flat_map(|item| item.as_object().unwrap().values());
    let mut payloads = Vec::new();
    for operation in operations {
        let Some(answers) = operation["responses"].as_object() else {
            continue;
        };
        for answer in answers.values() {
            let answer = answer.get("$ref").map_or(answer, |target| {
                spec.pointer(&target.as_str().unwrap()[1..]).unwrap()
            });
            let body = &answer["content"]["application/json"];
            for example in body["examples"].as_object().into_iter().flatten() {
                let value = &example.1["value"];
                let errors: Vec<_> = validator(named(&body["schema"]))
                    .iter_errors(value)
                    .map(|error| error.to_string())
                    .collect();
                assert!(errors.is_empty(), "{}: {errors:?}", example.0);
                payloads.push(value.clone());
            }
        }
    }
    // None was passed over.
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
fn what_does_not_fit_is_refused_however_deep_it_stands() {
    let validator = validator("TransferSubmitResult");
    let with = |item: Value| json!({ "transferErrors": [{ "lineItems": [item] }] });
    let deep = |quantity: Value| {
        with(json!({ "addonItems": [{ "addonItems": [{ "quantity": quantity }] }] }))
    };
    assert!(validator.is_valid(&deep(3.into())));
    assert!(validator.is_valid(&deep(Value::Null)));
    assert!(!validator.is_valid(&deep("many".into())));
    // A number one day and text the next, but no list.
    for id in [json!(0), json!("0"), Value::Null] {
        assert!(validator.is_valid(&with(json!({ "id": id }))));
    }
    assert!(!validator.is_valid(&with(json!({ "id": [] }))));
    // Enums and objects are open.
    assert!(validator.is_valid(&with(json!({ "billingCycle": "of tomorrow", "new": 1 }))));
}
