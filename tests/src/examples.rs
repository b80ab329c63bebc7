//! The spec and its example payloads, as they stand in the workspace: one copy serves all.

use std::path::PathBuf;

use serde_json::Value;

/// The workspace's root.
///
/// # Panics
///
/// Never: this package stands in a directory of its own.
pub fn workspace() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent()
        .expect("the package is below the root")
        .to_owned()
}

/// The text of a file in `spec/examples/`.
///
/// # Panics
///
/// If there is none of that name.
pub fn example_text(name: &str) -> String {
    let path = workspace().join("spec/examples").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JSON file in `spec/examples/`.
///
/// # Panics
///
/// If there is none of that name, or it is no JSON.
pub fn example(name: &str) -> Value {
    serde_json::from_str(&example_text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The bundled spec.
///
/// # Panics
///
/// If it is not there.
pub fn spec() -> Value {
    let path = workspace().join("spec/dist/openapi.json");
    let text = std::fs::read_to_string(path).expect("`cargo xtask codegen` writes it");
    serde_json::from_str(&text).expect("it is JSON")
}
