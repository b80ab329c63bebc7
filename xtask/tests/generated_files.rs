//! The files that the generator makes from the workspace's own spec. `tests/codegen.rs` checks that the
//! checked-in files are up to date, and how the command behaves.

use std::path::PathBuf;

use partner_center_codegen::{Source, outputs};

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn each_generated_file_names_its_source() {
    let outputs = outputs(&Source::read(&workspace()).unwrap()).unwrap();
    let (schemas, others): (Vec<&String>, _) = outputs
        .keys()
        .partition(|file| file.starts_with("spec/dist/schemas/"));
    assert!(schemas.len() > 20);
    assert_eq!(
        others,
        [
            "crates/emulator/src/http/generated/error_codes.rs",
            "crates/transfers/src/generated/builder.rs",
            "crates/transfers/src/generated/client.rs",
            "crates/transfers/src/generated/error_codes.rs",
            "crates/transfers/src/generated/mod.rs",
            "crates/transfers/src/generated/types.rs",
            "spec/dist/error-codes.json",
            "spec/dist/openapi-3.1.json",
            "spec/dist/openapi-flat.json",
            "spec/dist/openapi-flat.yaml",
            "spec/dist/openapi.json",
            "spec/dist/openapi.yaml"
        ]
    );
    for (file, text) in outputs {
        assert!(text.contains("cargo xtask codegen"), "{file}");
        assert!(text.contains("spec/openapi.yaml"), "{file}");
        // These files have no hash, so that they change only if their content changes.
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
fn the_yaml_and_json_bundles_are_equal() {
    let read = |file| std::fs::read_to_string(workspace().join("spec/dist").join(file)).unwrap();
    let json: serde_json::Value = serde_json::from_str(&read("openapi.json")).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::create_dir(elsewhere.path().join("spec")).unwrap();
    std::fs::write(
        elsewhere.path().join("spec/openapi.yaml"),
        read("openapi.yaml"),
    )
    .unwrap();
    // The YAML bundle is a spec itself: it loads, validates, and bundles to the JSON bundle.
    let again = outputs(&Source::read(elsewhere.path()).unwrap()).unwrap();
    let mut again: serde_json::Value =
        serde_json::from_str(&again["spec/dist/openapi.json"]).unwrap();
    again["x-generated-from"] = json["x-generated-from"].clone();
    assert_eq!(json, again);
}
