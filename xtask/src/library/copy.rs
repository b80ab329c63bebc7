//! A workspace of the libraries alone, as a program that uses them has it.

use std::path::{Path, PathBuf};
use std::process::Command;

use toml_edit::{DocumentMut, value};

use super::LIBRARIES;
use crate::files;

/// A copy below `target/libraries/`. All copies compile into one directory.
pub(super) struct Copy(PathBuf);

impl Copy {
    pub(super) fn make(root: &Path, name: &str) -> Result<Self, String> {
        let place = root.join("target/libraries").join(name);
        copy(root, &place)?;
        Ok(Self(place))
    }

    /// Returns a cargo that works on the copy.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new("cargo");
        cargo
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", "../target");
        cargo
    }
}

/// Copies the libraries, without what their tests and benchmarks need, and without a `Cargo.lock`.
fn copy(root: &Path, place: &Path) -> Result<(), String> {
    if place.exists() {
        std::fs::remove_dir_all(place).map_err(|error| files::failed("remove", place, &error))?;
    }
    let mut workspace = manifest(&root.join("Cargo.toml"))?;
    workspace["workspace"]["members"] = value(toml_edit::Array::from_iter(["crates/*"]));
    if let Some(table) = workspace["workspace"].as_table_like_mut() {
        table.remove("default-members");
    }
    files::write(&place.join("Cargo.toml"), workspace.to_string())?;
    for library in LIBRARIES {
        let [from, to] = [root, place].map(|root| root.join("crates").join(library));
        for (name, bytes) in files::read_all(&from.join("src"))? {
            files::write(&to.join("src").join(name), bytes)?;
        }
        let mut package = manifest(&from.join("Cargo.toml"))?;
        package.remove("dev-dependencies");
        package.remove("bench");
        files::write(&to.join("README.md"), files::read(&from.join("README.md"))?)?;
        files::write(&to.join("Cargo.toml"), package.to_string())?;
    }
    Ok(())
}

fn manifest(file: &Path) -> Result<DocumentMut, String> {
    let text = files::read_text(file)?;
    text.parse()
        .map_err(|error| files::failed("read", file, &error))
}
