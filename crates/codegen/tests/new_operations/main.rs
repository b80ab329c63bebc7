//! A new operation needs no hand-written code: this test adds operations of many kinds to the spec,
//! and compiles and calls the generated client.
//!
//! `paths.yaml` and `schemas.yaml` contain the additions. `calls.rs` tests the temporary crate,
//! which is made below the target directory.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "../generated_crate/mod.rs"]
mod generated_crate;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use generated_crate::{generate, run_cargo, workspace};

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

/// The examples that the spec refers to.
fn examples() -> Vec<PathBuf> {
    let files = std::fs::read_dir(workspace().join("spec/examples")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    files.filter(|path| path.is_file()).collect()
}

#[test]
fn new_operations_compile_and_work_without_hand_written_code() {
    let library = "//! Made by a test of crates/codegen.\n#![deny(missing_docs, warnings)]\n\
                   #[allow(unused_qualifications)]\nmod generated;\n\
                   pub use generated::{Client, SPEC_VERSION, builder, types};\npub use partner_center_core::*;\n";
    let generated = generate(&spec(), &examples()).unwrap();
    let generated = generated.into_iter();
    let mut files: BTreeMap<String, String> = generated
        .map(|(name, text)| (format!("src/generated/{name}"), text))
        .collect();
    files.insert("src/lib.rs".to_owned(), library.to_owned());
    files.insert(
        "tests/calls.rs".to_owned(),
        include_str!("calls.rs").to_owned(),
    );
    let manifest =
        "[dev-dependencies]\ntokio = { version = \"1\", features = [\"macros\", \"rt\"] }\n";
    let printed = run_cargo("new-operations", manifest, &files, &["test", "--quiet"]);
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
    let before = generate(&spec(), &examples()).unwrap();
    let with_body = spec().replace(
        "schemas/Draft\"}\n            example: {names: [\"a\"]}\n      responses",
        "schemas/Order\"}\n            example: {}\n      responses",
    );
    let after = generate(&with_body, &examples()).unwrap();
    assert_ne!(before, after);
    assert_eq!(fields(&before), fields(&after));
}
