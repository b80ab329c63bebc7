//! A new operation needs no hand-written code: this test adds operations of many kinds to the spec,
//! and compiles and calls the generated client.
//!
//! `paths.yaml` and `schemas.yaml` contain the additions. `calls.rs` tests the temporary crate,
//! which is made below the target directory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use partner_center_codegen::{Source, outputs};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// The error responses of every operation.
const ERRORS: [(&str, &str); 15] = [
    ("400", "BadRequest"),
    ("401", "Unauthorized"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("405", "MethodNotAllowed"),
    ("406", "NotAcceptable"),
    ("408", "RequestTimeout"),
    ("409", "Conflict"),
    ("412", "PreconditionFailed"),
    ("429", "TooManyRequests"),
    ("500", "InternalServerError"),
    ("501", "NotImplemented"),
    ("502", "BadGateway"),
    ("503", "ServiceUnavailable"),
    ("504", "GatewayTimeout"),
];

/// The spec with the additions.
fn spec() -> String {
    let mut errors = String::new();
    for (status, name) in ERRORS {
        let _ = write!(
            errors,
            "\"{status}\": {{$ref: \"#/components/responses/{name}\"}}\n        "
        );
    }
    let mut parameters = String::new();
    for name in ["MS-RequestId", "MS-CorrelationId", "X-Locale"] {
        let _ = write!(
            parameters,
            "- $ref: \"#/components/parameters/{name}\"\n        "
        );
    }
    let headers = "headers: {MS-RequestId: {$ref: \"#/components/headers/MS-RequestId\"}, \
                   MS-CorrelationId: {$ref: \"#/components/headers/MS-CorrelationId\"}}";
    let paths = include_str!("paths.yaml")
        .replace("SHARED PARAMETERS", parameters.trim_end())
        .replace("RESPONSE HEADERS", headers)
        .replace("SHARED ERRORS", errors.trim_end());
    let spec = std::fs::read_to_string(workspace().join("spec/openapi.yaml")).unwrap();
    spec.replacen("\npaths:\n", &format!("\npaths:\n{paths}"), 1)
        .replacen(
            "\n  schemas:\n",
            &format!("\n  schemas:\n{}", include_str!("schemas.yaml")),
            1,
        )
}

/// The files of the client that is generated from a spec, by name.
fn generate(spec: &str) -> Result<BTreeMap<String, String>, String> {
    let root = tempfile::tempdir().unwrap();
    let examples = root.path().join("spec/examples");
    std::fs::create_dir_all(&examples).unwrap();
    for entry in std::fs::read_dir(workspace().join("spec/examples")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), examples.join(entry.file_name())).unwrap();
        }
    }
    std::fs::write(root.path().join("spec/openapi.yaml"), spec).unwrap();
    let source = Source::read(root.path()).map_err(|error| error.to_string())?;
    let outputs = outputs(&source).map_err(|error| error.to_string())?;
    let client = outputs.into_iter().filter_map(|(file, text)| {
        let name = file.strip_prefix("crates/transfers/src/generated/")?;
        Some((name.to_owned(), text))
    });
    Ok(client.collect())
}

#[test]
fn new_operations_compile_and_work_without_hand_written_code() {
    let generated = generate(&spec()).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target.join("new-operations");
    for directory in ["src/generated", "tests"] {
        std::fs::create_dir_all(root.join(directory)).unwrap();
    }
    let core = workspace().join("crates/core");
    let manifest = format!(
        "[package]\nname = \"partner-center-transfers\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [workspace]\n[features]\nschemars = []\n[dependencies]\n\
         partner-center-core = {{ path = {core:?} }}\nserde = \"1\"\nserde_json = \"1\"\n\
         [dev-dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
    );
    let library = "//! Made by a test of crates/codegen.\n#![deny(missing_docs, warnings)]\n\
                   #[allow(unused_qualifications)]\nmod generated;\n\
                   pub use generated::{Client, builder, types};\npub use partner_center_core::*;\n";
    for (file, text) in [
        ("Cargo.toml", manifest.as_str()),
        ("src/lib.rs", library),
        ("tests/calls.rs", include_str!("calls.rs")),
    ] {
        std::fs::write(root.join(file), text).unwrap();
    }
    for (name, text) in &generated {
        std::fs::write(root.join("src/generated").join(name), text).unwrap();
    }
    // The same versions as the workspace, so that nothing is downloaded.
    std::fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap())
        .args(["test", "--offline", "--quiet"])
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", target.parent().unwrap())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    assert!(
        printed.contains("\nrunning 11 tests"),
        "one doctest for each operation: {printed}"
    );
}

#[test]
fn a_new_request_body_does_not_change_a_response_type() {
    let answer = "pub struct Order {";
    let fields = |generated: &BTreeMap<String, String>| {
        let types = &generated["types.rs"];
        let from = types.find(answer).unwrap();
        let to = types[from..].find("\n}").unwrap();
        types[from..from + to].to_owned()
    };
    let before = generate(&spec()).unwrap();
    let with_body = spec().replace(
        "schemas/Draft\"}\n            example: {names: [\"a\"]}\n      responses",
        "schemas/Order\"}\n            example: {}\n      responses",
    );
    let after = generate(&with_body).unwrap();
    assert_ne!(before, after);
    assert_eq!(fields(&before), fields(&after));
}
