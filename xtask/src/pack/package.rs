//! The npm package. It has the layout of spec/, so that the pages of spec/ apply to both.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use crate::files::{read, read_all, write};
use crate::process;
use crate::toolchain::NPM;
use crate::tools;

const MANIFEST: &str = "spec/package/package.json";
/// An optional folder.
const SCENARIOS: &str = "spec/scenarios";
/// The files and folders that are copied, and their names in the package.
const FILES: [(&str, &str); 15] = [
    ("spec/README.md", "README.md"),
    ("spec/CLIENTS.md", "CLIENTS.md"),
    ("spec/RULES.md", "RULES.md"),
    ("spec/SOURCES.md", "SOURCES.md"),
    ("spec/DOCUMENT.md", "DOCUMENT.md"),
    ("spec/CHANGELOG.md", "CHANGELOG.md"),
    ("spec/UPGRADE.md", "UPGRADE.md"),
    ("spec/reference.png", "reference.png"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
    ("spec/dist", "dist"),
    ("spec/examples", "examples"),
    ("spec/samples", "samples"),
    (SCENARIOS, "scenarios"),
    ("spec/package/runner", "runner"),
];

/// The unpacked package.
pub(super) struct Package {
    name: String,
    version: String,
    pub(super) directory: PathBuf,
}

impl Package {
    /// Creates the files of the package.
    pub(super) fn make(
        root: &Path,
        tools: &Path,
        document: &Value,
        draft: &Path,
    ) -> Result<Self, String> {
        let directory = draft.join("package");
        for (from, to) in FILES {
            if from == SCENARIOS && !root.join(from).is_dir() {
                continue;
            }
            copy(&root.join(from), &directory.join(to))?;
        }
        let openapi = directory.join("dist/openapi.json");
        let mut types = tools::node(tools, "openapi-typescript/bin/cli.js")?;
        types.arg(&openapi).arg("--output");
        types.arg(directory.join("dist/openapi.d.ts"));
        process::run("openapi-typescript", &mut types)?;

        let invalid = |problem: &str| format!("{MANIFEST}: {problem}");
        let manifest = read(&root.join(MANIFEST))?;
        let mut manifest: Map<String, Value> = serde_json::from_slice(&manifest)
            .map_err(|error| invalid(&format!("not a JSON object: {error}")))?;
        let name = manifest.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| invalid("`name` is missing"))?;
        let name = name.to_owned();
        let version = document["info"]["version"].as_str().unwrap_or_default();
        manifest.insert("version".to_owned(), version.into());
        let text =
            serde_json::to_string_pretty(&manifest).map_err(|error| invalid(&error.to_string()))?;
        write(&directory.join("package.json"), text + "\n")?;
        Ok(Self {
            name,
            version: version.to_owned(),
            directory,
        })
    }

    /// Returns the name of its archives, without the extension.
    pub(super) fn full_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    /// Packs it with npm into a directory.
    pub(super) fn pack(&self, out: &Path) -> Result<PathBuf, String> {
        let mut npm = Command::new(NPM);
        npm.args(["pack", "--ignore-scripts", "--pack-destination"])
            .arg(out)
            .current_dir(&self.directory);
        process::run("`npm pack`", &mut npm)?;
        Ok(out.join(format!("{}.tgz", self.full_name())))
    }

    /// Installs it into an empty folder, without a network, and uses it from JavaScript and
    /// TypeScript.
    pub(super) fn check(&self, tools: &Path, tarball: &Path, draft: &Path) -> Result<(), String> {
        let consumer = draft.join("consumer");
        write(
            &consumer.join("package.json"),
            "{ \"private\": true, \"type\": \"module\" }\n",
        )?;
        let mut npm = Command::new(NPM);
        npm.args(["install", "--offline", "--ignore-scripts"])
            .args(["--no-audit", "--no-fund"])
            .arg(tarball)
            .current_dir(&consumer);
        process::run("`npm install` of the package", &mut npm)?;

        let mut node = tools::script(tools, "consumer.cjs")?;
        node.arg(&self.name).arg(&consumer).arg(&self.version);
        process::run("using the package in Node.js", &mut node)?;

        let program = read(&tools.join("xtask/tools/consumer.ts"))?;
        write(&consumer.join("consumer.ts"), program)?;
        let mut compiler = tools::node(tools, "typescript/bin/tsc")?;
        compiler
            .args(["--noEmit", "--strict", "--module", "nodenext"])
            .args(["--resolveJsonModule", "consumer.ts"])
            .current_dir(&consumer);
        process::run("using the types in TypeScript", &mut compiler)?;
        println!("the npm package can be installed, and its JSON and types can be used");
        Ok(())
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    if !from.is_dir() {
        return write(to, read(from)?);
    }
    for (name, bytes) in read_all(from)? {
        write(&to.join(name), bytes)?;
    }
    Ok(())
}
