//! The input files, read from disk in one step, so that all other steps are pure functions.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Diagnostics};

/// The spec, relative to the workspace's root.
pub(crate) const SPEC: &str = "spec/openapi.yaml";
/// The directories of its examples and code samples, relative to `spec/`.
const EXAMPLES: &str = "examples";
const SAMPLES: &str = "samples";

/// The text of the spec, of its examples and of its code samples.
#[derive(Clone, Debug)]
pub struct Source {
    /// The OpenAPI document, with `\n` line endings.
    pub(crate) spec: String,
    /// The example files by their path relative to `spec/`, such as `examples/x.json`.
    pub(crate) examples: BTreeMap<String, String>,
    /// The code samples by their path relative to `spec/`, such as `samples/x.py`.
    pub(crate) samples: BTreeMap<String, String>,
}

impl Source {
    /// Reads `spec/openapi.yaml` and the files in `spec/examples/` and `spec/samples/` below a
    /// workspace's root.
    ///
    /// # Errors
    ///
    /// A file is missing, cannot be read, or is not UTF-8.
    pub fn read(root: &Path) -> Result<Self, Diagnostics> {
        let spec = read(root, SPEC)?;
        let examples = read_directory(root, EXAMPLES)?;
        let samples = read_directory(root, SAMPLES)?;
        Ok(Self {
            spec,
            examples,
            samples,
        })
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

/// The files of a directory in `spec/` by their path relative to `spec/`. None if it does not exist.
fn read_directory(root: &Path, directory: &str) -> Result<BTreeMap<String, String>, Diagnostic> {
    let mut files = BTreeMap::new();
    let at = root.join("spec").join(directory);
    if !at.is_dir() {
        return Ok(files);
    }
    let entries = std::fs::read_dir(&at)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| Diagnostic::new(&format!("spec/{directory}"), None, error.to_string()))?;
    // Subdirectories contain whole HTTP messages and scripts, which have no schema.
    for entry in entries.iter().filter(|entry| entry.path().is_file()) {
        let name = entry.file_name().to_string_lossy().into_owned();
        let text = read(root, &format!("spec/{directory}/{name}"))?;
        files.insert(format!("{directory}/{name}"), text);
    }
    Ok(files)
}

fn read(root: &Path, file: &str) -> Result<String, Diagnostic> {
    let bytes = std::fs::read(root.join(file))
        .map_err(|error| Diagnostic::new(file, None, format!("failed to read it: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Diagnostic::new(file, None, format!("not valid UTF-8: {error}")))?;
    // The output must not depend on the line endings of the checkout.
    Ok(text.replace("\r\n", "\n"))
}
