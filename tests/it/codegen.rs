//! What is checked in is what the generator makes. How the command behaves when it is not, or when
//! the spec is broken, is tested beside the command, in xtask/tests.

use partner_center_codegen::{Source, compare, outputs, report};
use partner_center_tests::workspace;

#[test]
fn what_is_checked_in_is_what_the_generator_makes() {
    let root = workspace();
    let outputs = outputs(&Source::read(&root).unwrap()).unwrap();
    let drifts = compare(&root, &outputs).unwrap();
    assert!(drifts.is_empty(), "{}", report(&drifts));
}

#[test]
fn each_output_says_what_it_was_made_from() {
    let outputs = outputs(&Source::read(&workspace()).unwrap()).unwrap();
    let (schemas, others): (Vec<&String>, _) = outputs
        .keys()
        .partition(|file| file.starts_with("spec/dist/schemas/"));
    assert!(schemas.len() > 20);
    assert_eq!(
        others,
        [
            "crates/emulator/src/error_codes.rs",
            "crates/transfers/src/generated/builder.rs",
            "crates/transfers/src/generated/client.rs",
            "crates/transfers/src/generated/error_codes.rs",
            "crates/transfers/src/generated/mod.rs",
            "crates/transfers/src/generated/types.rs",
            "spec/dist/error-codes.json",
            "spec/dist/openapi.json",
            "spec/dist/openapi.yaml"
        ]
    );
    for (file, text) in outputs {
        assert!(text.contains("cargo xtask codegen"), "{file}");
        assert!(text.contains("spec/openapi.yaml"), "{file}");
        // These files name no hash, so that they change only when their content does.
        let without_hash =
            file.starts_with("spec/dist/schemas/") || file == "spec/dist/error-codes.json";
        assert_eq!(text.contains("sha256"), !without_hash, "{file}");
        assert!(
            text.ends_with('\n') && !text.contains("externalValue: "),
            "{file}"
        );
    }
}

#[test]
fn both_bundles_say_the_same() {
    let read = |file| std::fs::read_to_string(workspace().join("spec/dist").join(file)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("openapi.json")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(elsewhere.path().join("spec")).unwrap();
    std::fs::write(
        elsewhere.path().join("spec/openapi.yaml"),
        read("openapi.yaml"),
    )
    .unwrap();
    // The bundle is a spec of its own: it loads, validates, and bundles to itself.
    let again = outputs(&Source::read(elsewhere.path()).unwrap()).unwrap();
    let mut again: serde_json::Value =
        serde_json::from_str(&again["spec/dist/openapi.json"]).unwrap();
    again["x-generated-from"] = json["x-generated-from"].clone();
    assert_eq!(json, again);
}
