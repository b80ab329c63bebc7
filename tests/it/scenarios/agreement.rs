//! The scenario files match their schema and the OpenAPI document.

use std::collections::{BTreeMap, BTreeSet};

use partner_center_conformance::scenario::schema;
use partner_center_tests::workspace;
use serde_json::{Value, json};

use super::{folder, scenarios};

#[test]
fn each_scenario_is_valid() {
    let text = std::fs::read_to_string(folder().join("scenario.schema.json")).unwrap();
    let stored: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        stored,
        schema(),
        "regenerate it: cargo run -p partner-center-conformance -- --schema \
         > spec/scenarios/scenario.schema.json"
    );
    let validator = jsonschema::draft202012::new(&stored).unwrap();
    for loaded in scenarios() {
        let file = folder().join(format!("{}.json", loaded.name));
        let text = std::fs::read_to_string(&file).unwrap();
        let scenario: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            scenario["$schema"], "./scenario.schema.json",
            "{}",
            loaded.name
        );
        let problems: Vec<String> = validator
            .iter_errors(&scenario)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, [""; 0], "{}", loaded.name);
    }
    let scenario = json!({"description": "too short", "tags": ["nonsense"]});
    assert!(validator.iter_errors(&scenario).count() >= 4);
}

#[test]
fn each_operation_has_scenarios_and_scenarios_use_only_known_inputs() {
    let spec = partner_center_tests::spec();
    let mut inputs: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let paths = spec["paths"].as_object().unwrap();
    for operation in paths
        .values()
        .flat_map(|path| path.as_object().unwrap().values())
    {
        let of_operation = inputs
            .entry(operation["operationId"].as_str().unwrap())
            .or_default();
        for parameter in operation["parameters"].as_array().unwrap() {
            let pointer = parameter["$ref"].as_str().unwrap();
            let parameter = spec.pointer(&pointer[1..]).unwrap();
            of_operation.insert(parameter["name"].as_str().unwrap());
        }
    }
    let mut covered = BTreeSet::new();
    for loaded in scenarios() {
        let call = &loaded.scenario.call;
        let known = inputs.get(call.operation.as_str());
        let known = known.unwrap_or_else(|| panic!("{}: {}", loaded.name, call.operation));
        for name in call.inputs.keys() {
            assert!(known.contains(name.as_str()), "{}: {name}", loaded.name);
        }
        covered.insert(call.operation.clone());
    }
    let all: BTreeSet<String> = inputs.keys().map(|name| (*name).to_owned()).collect();
    assert_eq!(covered, all);
}

#[test]
fn each_example_is_used_by_a_scenario() {
    let mut used = BTreeSet::new();
    let mut sent = Vec::new();
    for loaded in scenarios() {
        for reply in &loaded.scenario.replies {
            used.extend(reply.body_file.clone());
        }
        sent.extend(loaded.scenario.call.body);
    }
    for entry in std::fs::read_dir(workspace().join("spec/examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if name.ends_with(".request.json") {
                let text = std::fs::read_to_string(&path).unwrap();
                let body: Value = serde_json::from_str(&text).unwrap();
                assert!(sent.contains(&body), "{name}");
                continue;
            }
            assert!(used.contains(&format!("../examples/{name}")), "{name}");
        }
    }
}
