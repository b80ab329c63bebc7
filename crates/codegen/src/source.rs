//! The files that the generator reads, taken from disk in one step, so that all that follows is a
//! function of them.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::problem::{Problem, Problems};

/// Where the spec stands, relative to the workspace's root.
pub(crate) const SPEC: &str = "spec/openapi.yaml";
/// Where its examples stand.
const EXAMPLES: &str = "spec/examples";

/// The text of the spec and of its examples.
#[derive(Clone, Debug)]
pub struct Source {
    /// The OpenAPI document, with `\n` at the end of lines.
    pub(crate) spec: String,
    /// The example files by their path relative to `spec/`, such as `examples/x.json`.
    pub(crate) examples: BTreeMap<String, String>,
}

impl Source {
    /// Reads `spec/openapi.yaml` and the files in `spec/examples/` below a workspace's root.
    ///
    /// # Errors
    ///
    /// A problem for a file that is missing, cannot be read, or is no UTF-8.
    pub fn read(root: &Path) -> Result<Self, Problems> {
        let spec = read(root, SPEC)?;
        let mut examples = BTreeMap::new();
        let directory = root.join(EXAMPLES);
        if directory.is_dir() {
            let entries = std::fs::read_dir(&directory)
                .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                .map_err(|error| Problem::new(EXAMPLES, None, error.to_string()))?;
            for entry in entries {
                // Directories hold whole HTTP messages, which no schema describes.
                if entry.path().is_file() {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    let text = read(root, &format!("{EXAMPLES}/{name}"))?;
                    examples.insert(format!("examples/{name}"), text);
                }
            }
        }
        Ok(Self { spec, examples })
    }

    /// The SHA-256 of the OpenAPI document, as `sha256sum` prints it.
    pub(crate) fn sha256(&self) -> String {
        use std::fmt::Write as _;

        let mut text = String::new();
        for byte in Sha256::digest(self.spec.as_bytes()) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }
}

fn read(root: &Path, file: &str) -> Result<String, Problem> {
    let bytes = std::fs::read(root.join(file))
        .map_err(|error| Problem::new(file, None, format!("failed to read it: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| Problem::new(file, None, format!("no UTF-8 text: {error}")))?;
    // A checkout with other line ends must give the same output.
    Ok(text.replace("\r\n", "\n"))
}
