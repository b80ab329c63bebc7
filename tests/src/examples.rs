//! The files of the spec.

use std::path::PathBuf;

use serde_json::Value;

/// The root directory of the workspace.
///
/// # Panics
///
/// Never: the package has its own directory.
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
/// There is no such file.
pub fn example_text(name: &str) -> String {
    let path = workspace().join("spec/examples").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A JSON file in `spec/examples/`.
///
/// # Panics
///
/// There is no such file, or it is not JSON.
pub fn example(name: &str) -> Value {
    serde_json::from_str(&example_text(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The bundled spec.
///
/// # Panics
///
/// The file does not exist.
pub fn spec() -> Value {
    let path = workspace().join("spec/dist/openapi.json");
    let text = std::fs::read_to_string(path).expect("`cargo xtask codegen` writes it");
    serde_json::from_str(&text).expect("it is JSON")
}
