//! The input files, read from disk in one step, so that all other steps are pure functions.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Diagnostics};

/// The spec, relative to the workspace's root.
pub(crate) const SPEC: &str = "spec/openapi.yaml";
/// The directory of its examples.
const EXAMPLES: &str = "spec/examples";

/// The text of the spec and of its examples.
#[derive(Clone, Debug)]
pub struct Source {
    /// The OpenAPI document, with `\n` line endings.
    pub(crate) spec: String,
    /// The example files by their path relative to `spec/`, such as `examples/x.json`.
    pub(crate) examples: BTreeMap<String, String>,
}

impl Source {
    /// Reads `spec/openapi.yaml` and the files in `spec/examples/` below a workspace's root.
    ///
    /// # Errors
    ///
    /// A file is missing, cannot be read, or is not UTF-8.
    pub fn read(root: &Path) -> Result<Self, Diagnostics> {
        let spec = read(root, SPEC)?;
        let mut examples = BTreeMap::new();
        let directory = root.join(EXAMPLES);
        if directory.is_dir() {
            let entries = std::fs::read_dir(&directory)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| Diagnostic::new(EXAMPLES, None, error.to_string()))?;
            // Subdirectories contain whole HTTP messages and scripts, which have no schema.
            for entry in entries.iter().filter(|entry| entry.path().is_file()) {
                let name = entry.file_name().to_string_lossy().into_owned();
                let text = read(root, &format!("{EXAMPLES}/{name}"))?;
                examples.insert(format!("examples/{name}"), text);
            }
        }
        Ok(Self { spec, examples })
    }

    /// The SHA-256 of the OpenAPI document, as printed by `sha256sum`.
    pub(crate) fn sha256(&self) -> String {
        HEXLOWER.encode(&Sha256::digest(self.spec.as_bytes()))
    }
}

/// Whether an example file is JSON. Other examples are plain text.
pub(crate) fn is_json(file: &str) -> bool {
    Path::new(file)
        .extension()
        .is_some_and(|extension| extension == "json")
}

fn read(root: &Path, file: &str) -> Result<String, Diagnostic> {
    let bytes = std::fs::read(root.join(file))
        .map_err(|error| Diagnostic::new(file, None, format!("failed to read it: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Diagnostic::new(file, None, format!("not valid UTF-8: {error}")))?;
    // The output must not depend on the line endings of the checkout.
    Ok(text.replace("\r\n", "\n"))
}
