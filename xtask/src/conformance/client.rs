//! A client of tests/conformance: one that a generator which is not ours makes from spec/dist as it
//! is. All that differs from client to client stands in its directory as data: how it is installed
//! and built, how its driver is started, and what it cannot do.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use super::toolchain::Need;

/// The order of the table.
pub(super) const NAMES: [&str; 9] = [
    "openapi-fetch",
    "hey-api",
    "openapi-python-client",
    "openapi-generator-python",
    "oapi-codegen",
    "openapi-generator-go",
    "openapi-generator-java",
    "openapi-generator-rust",
    "openapi-generator-csharp",
];

/// Where the clients are, each in a directory of its name.
pub(super) const DIRECTORY: &str = "tests/conformance";

/// `client.json` of its directory. In the commands, `{here}` is its directory below
/// target/conformance/, `{spec}` the bundle, `{python}` the machine's Python, `{venv}` its own one,
/// and `{openapi-generator}` the jar of that program.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Client {
    /// The name of the directory.
    #[serde(skip)]
    pub(super) name: String,
    pub(super) language: String,
    /// What makes it and what it runs on, with versions, as the table has it.
    #[serde(rename = "client")]
    pub(super) title: String,
    pub(super) needs: BTreeSet<Need>,
    /// The files that say what is installed.
    pub(super) pins: Vec<String>,
    /// Commands that install; done again only when a pin changed.
    pub(super) install: Vec<Vec<String>>,
    /// Commands that generate and compile; done again when anything changed. They may write to
    /// `generated/`, which is empty before.
    pub(super) build: Vec<Vec<String>>,
    /// The driver, as spec/scenarios/README.md describes it. Without one the client is only
    /// generated, since its language cannot be compiled here, and stands in no table.
    pub(super) driver: Vec<String>,
    /// What it cannot do.
    pub(super) cannot: Vec<Limit>,
}

/// Cases that a client fails, and why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limit {
    /// Ends "it ...", for people who choose a client.
    pub(super) reason: String,
    /// Names of scenarios, or of the cases against the emulator.
    pub(super) cases: BTreeSet<String>,
    /// It fails now and then, and so counts as failed each time.
    #[serde(default)]
    pub(super) sometimes: bool,
}

impl Client {
    pub(super) fn read(root: &Path, name: &str) -> Result<Self, String> {
        let path = root.join(DIRECTORY).join(name).join("client.json");
        let failed = |error: String| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
        let mut client: Self =
            serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
        name.clone_into(&mut client.name);
        Ok(client)
    }
}
