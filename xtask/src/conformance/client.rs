//! The description of a client in tests/conformance, which a third-party generator makes from
//! spec/dist: how it is installed, built and started, and its known limits.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::files;
use crate::toolchain::Need;

/// The clients in the order of the table.
pub(super) const NAMES: [&str; 12] = [
    "openapi-fetch",
    "hey-api",
    "openapi-zod-client",
    "openapi-python-client",
    "openapi-generator-python",
    "datamodel-code-generator",
    "oapi-codegen",
    "openapi-generator-go",
    "ogen",
    "openapi-generator-java",
    "openapi-generator-rust",
    "openapi-generator-csharp",
];

fn whole() -> String {
    "openapi.json".to_owned()
}

/// The directory with a folder for each client.
pub(super) const DIRECTORY: &str = "tests/conformance";

/// A `client.json`. In commands, `{here}` is the client's directory below target/conformance/,
/// `{spec}` its document, `{python}` the machine's Python, `{venv}` the client's Python, and
/// `{openapi-generator}` the jar of that program.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Client {
    /// The name of the directory.
    #[serde(skip)]
    pub(super) name: String,
    pub(super) language: String,
    /// The generator and the runtime, with versions, as in the table.
    #[serde(rename = "client")]
    pub(super) title: String,
    pub(super) needs: BTreeSet<Need>,
    /// The files that pin the versions of what is installed.
    pub(super) pins: Vec<String>,
    /// Commands that install the dependencies. They run again only if a pin changes.
    pub(super) install: Vec<Vec<String>>,
    /// Commands that generate and compile. They run again if anything changes. They may write to
    /// `generated/`, which is empty before.
    pub(super) build: Vec<Vec<String>>,
    /// The driver, as described in spec/scenarios/README.md.
    pub(super) driver: Vec<String>,
    /// The file of spec/dist that its generator reads.
    #[serde(default = "whole")]
    pub(super) document: String,
    /// Its known limits.
    pub(super) cannot: Vec<Limit>,
}

/// A reason why a client fails some cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    /// Completes a sentence that starts with "it", for the table.
    pub(super) reason: String,
    /// Names of scenarios or of emulator cases.
    pub(super) cases: BTreeSet<String>,
    /// Whether the cases fail only sometimes. They count as failed every time.
    #[serde(default)]
    pub(super) sometimes: bool,
}

impl Client {
    pub(super) fn read(root: &Path, name: &str) -> Result<Self, String> {
        let path = root.join(DIRECTORY).join(name).join("client.json");
        let mut client: Self = serde_json::from_slice(&files::read(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        name.clone_into(&mut client.name);
        Ok(client)
    }
}
