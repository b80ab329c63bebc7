//! Which slow clients `--check` can leave out: those whose inputs are the same as when a
//! whole run wrote the table. tests/conformance/verified.json holds a hash of the inputs of each.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::build::{DIST, GENERATOR, GENERATOR_FOLDER};
use super::client::{Client, DIRECTORY};
use crate::files::{self, Files};

const FILE: &str = "tests/conformance/verified.json";

/// What every client is run with: the emulator, its cases, the scenarios with the payloads that they
/// name, and the programs that judge.
const COMMON: [&str; 7] = [
    "crates/conformance/src",
    "crates/emulator/data",
    "crates/emulator/src",
    "spec/examples",
    "spec/scenarios",
    "xtask/src/conformance",
    "xtask/src/toolchain.rs",
];

/// A client, with the files and folders that decide its results.
#[derive(Clone, Debug)]
pub(super) struct Inputs {
    name: String,
    paths: BTreeSet<String>,
}

/// What a whole run recorded about a client.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
struct Record {
    hash: String,
    /// The number of scenarios that apply to it.
    scenarios: usize,
}

/// The records by the names of clients.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct Verified(BTreeMap<String, Record>);

impl Inputs {
    pub(super) fn new(client: &Client) -> Self {
        let document = format!("{DIST}/{}", client.document);
        let common = COMMON.iter().map(|&path| path.to_owned());
        let mut paths: BTreeSet<_> = common.chain([document, folder(&client.name)]).collect();
        let mut words = client.install.iter().chain(&client.build).flatten();
        if words.any(|word| word.contains(GENERATOR)) {
            paths.insert(folder(GENERATOR_FOLDER));
        }
        Self {
            name: client.name.clone(),
            paths,
        }
    }

    /// Pages are no inputs. A path that does not exist is one without files, so that its hash differs
    /// from that of the whole repository.
    fn hash(&self, root: &Path) -> Result<String, String> {
        let mut all = Files::new();
        for path in &self.paths {
            let from = root.join(path);
            if from.is_file() {
                all.insert(path.clone(), files::read(&from)?);
            } else if from.is_dir() {
                let found = files::read_all(&from)?.into_iter();
                all.extend(found.map(|(name, bytes)| (format!("{path}/{name}"), bytes)));
            }
        }
        all.retain(|name, _| Path::new(name).extension().is_none_or(|it| it != "md"));
        Ok(files::hash(&all))
    }
}

impl Verified {
    /// Reads the file. Without one, nothing is left out.
    pub(super) fn read(root: &Path) -> Result<Self, String> {
        let path = root.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        serde_json::from_slice(&files::read(&path)?)
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    pub(super) fn write(&self, root: &Path) -> Result<(), String> {
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())?;
        files::write(&root.join(FILE), text + "\n")
    }

    pub(super) fn record(
        &mut self,
        root: &Path,
        inputs: &Inputs,
        scenarios: usize,
    ) -> Result<(), String> {
        let hash = inputs.hash(root)?;
        let record = Record { hash, scenarios };
        self.0.insert(inputs.name.clone(), record);
        Ok(())
    }

    /// Whether the inputs are those of the record.
    pub(super) fn is_unchanged(&self, root: &Path, inputs: &Inputs) -> Result<bool, String> {
        let Some(record) = self.0.get(&inputs.name) else {
            return Ok(false);
        };
        Ok(record.hash == inputs.hash(root)?)
    }

    /// Returns the number of scenarios that applied to a client.
    pub(super) fn scenarios(&self, name: &str) -> Option<usize> {
        self.0.get(name).map(|record| record.scenarios)
    }
}

fn folder(name: &str) -> String {
    format!("{DIRECTORY}/{name}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const NAME: &str = "a-client";

    fn client() -> Client {
        let description = json!({
            "language": "Kotlin", "client": "a client", "document": "openapi-flat.json",
            "needs": [], "pins": [], "install": [], "build": [["java", "{openapi-generator}"]],
            "driver": ["driver"], "slow": true, "cannot": [],
        });
        let mut client: Client = serde_json::from_value(description).unwrap();
        NAME.clone_into(&mut client.name);
        client
    }

    /// A workspace with one file for each kind of input.
    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for name in INPUTS.iter().chain(&OTHERS) {
            files::write(&root.path().join(name), "before").unwrap();
        }
        root
    }

    const INPUTS: [&str; 10] = [
        "crates/conformance/src/judge/answer.rs",
        "crates/emulator/data/built-in.json",
        "crates/emulator/src/service/rules.rs",
        "spec/dist/openapi-flat.json",
        "spec/examples/order.json",
        "spec/scenarios/accept.json",
        "tests/conformance/a-client/client.json",
        "tests/conformance/a-client/src/Driver.kt",
        "tests/conformance/openapi-generator/requirements.txt",
        "xtask/src/conformance/emulator_cases.json",
    ];
    const OTHERS: [&str; 4] = [
        "crates/core/src/lib.rs",
        "spec/dist/openapi.json",
        "spec/scenarios/README.md",
        "tests/conformance/another-client/client.json",
    ];

    #[test]
    fn a_change_of_any_input_is_seen_and_of_no_other_file() {
        let root = workspace();
        let root = root.path();
        let inputs = Inputs::new(&client());
        let mut verified = Verified::default();
        assert!(!verified.is_unchanged(root, &inputs).unwrap());
        verified.record(root, &inputs, 200).unwrap();
        verified.write(root).unwrap();
        let verified = Verified::read(root).unwrap();
        assert!(verified.is_unchanged(root, &inputs).unwrap());
        assert_eq!(verified.scenarios(NAME), Some(200));
        for name in INPUTS {
            files::write(&root.join(name), "after").unwrap();
            assert!(!verified.is_unchanged(root, &inputs).unwrap(), "{name}");
            std::fs::remove_file(root.join(name)).unwrap();
            assert!(!verified.is_unchanged(root, &inputs).unwrap(), "no {name}");
            files::write(&root.join(name), "before").unwrap();
            assert!(verified.is_unchanged(root, &inputs).unwrap(), "{name}");
        }
        for name in OTHERS {
            files::write(&root.join(name), "after").unwrap();
        }
        assert!(verified.is_unchanged(root, &inputs).unwrap());
        files::write(&root.join("spec/scenarios/new.json"), "new").unwrap();
        assert!(!verified.is_unchanged(root, &inputs).unwrap());
    }
}
