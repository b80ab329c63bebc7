//! Checks that all packages take versions and lints from the workspace.

use std::collections::BTreeSet;
use std::path::Path;

use crate::files;
use crate::library::LIBRARIES;

pub(super) fn check(root: &Path) -> Result<Vec<String>, String> {
    let mut problems = Vec::new();
    let mut manifests = vec!["xtask/Cargo.toml".to_owned(), "tests/Cargo.toml".to_owned()];
    let crates = root.join("crates");
    let entries =
        std::fs::read_dir(&crates).map_err(|error| files::failed("read", &crates, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| files::failed("read", &crates, &error))?;
        let name = entry.file_name();
        manifests.push(format!("crates/{}/Cargo.toml", name.to_string_lossy()));
    }
    for file in manifests {
        let manifest = files::read_text(&root.join(&file))?;
        if !manifest.contains("\n[lints]\nworkspace = true\n") {
            problems.push(format!("{file}: expected the lints of the workspace"));
        }
        let mut in_dependencies = false;
        for line in manifest.lines() {
            if line.starts_with('[') {
                in_dependencies = line.ends_with("dependencies]");
            } else if in_dependencies && line.starts_with(|char: char| char.is_alphanumeric()) {
                // A path without a version: a dev-dependency that closes a cycle must have none.
                let from_workspace = line.ends_with(".workspace = true")
                    || line.contains("{ workspace = true")
                    || (line.contains("{ path = ") && !line.contains("version"));
                if !from_workspace {
                    problems.push(format!("{file}: `{line}` has its own version"));
                }
            }
        }
    }

    let mut oldest = BTreeSet::new();
    for library in LIBRARIES {
        let manifest = files::read_text(&root.join(format!("crates/{library}/Cargo.toml")))?;
        oldest.insert(value(&manifest, "rust-version = ").map(str::to_owned));
    }
    if oldest.len() != 1 || oldest.contains(&None) {
        problems.push(format!(
            "{}: expected one rust-version in the manifests of crates/, found {oldest:?}",
            LIBRARIES.join(", ")
        ));
    }

    let workspace = files::read_text(&root.join("Cargo.toml"))?;
    let toolchain = files::read_text(&root.join("rust-toolchain.toml"))?;
    let declared = value(&workspace, "rust-version = ").unwrap_or_default();
    let pinned = value(&toolchain, "channel = ").unwrap_or_default();
    if declared.is_empty() || !pinned.starts_with(&format!("{declared}.")) {
        problems.push(format!(
            "Cargo.toml: rust-version is {declared:?}, but rust-toolchain.toml has {pinned:?}"
        ));
    }
    Ok(problems)
}

/// Returns the string value of a line that starts with `start`.
fn value<'a>(manifest: &'a str, start: &str) -> Option<&'a str> {
    let value = manifest.lines().find_map(|line| line.strip_prefix(start))?;
    value.split('"').nth(1)
}
