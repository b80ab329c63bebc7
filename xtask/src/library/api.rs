//! `cargo xtask api [--check]`: the public API of the libraries, one item a line, in `tests/api/`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{LIBRARIES, package};
use crate::{files, process};

/// Traits of the compiler that no program can name.
const UNSTABLE: [&str; 3] = [
    "core::marker::Freeze for",
    "core::marker::StructuralPartialEq for",
    "core::marker::UnsafeUnpin for",
];

/// Writes the files.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    for library in LIBRARIES {
        let file = file(root, library);
        files::write(&file, read_api(root, library)?)?;
        println!("wrote {}", file.display());
    }
    Ok(())
}

/// Fails if a file differs from the API. Writes nothing.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let mut report = String::new();
    for library in LIBRARIES {
        let reviewed = files::read_text(&file(root, library)).unwrap_or_default();
        let current = read_api(root, library)?;
        let [before, after]: [BTreeSet<&str>; 2] =
            [&reviewed, &current].map(|api| api.lines().collect());
        for (sign, items) in [('-', &before - &after), ('+', &after - &before)] {
            for item in items {
                report.extend([sign, ' ']);
                report.extend([item, "\n"]);
            }
        }
    }
    if report.is_empty() {
        println!("the public API of {} is as reviewed", LIBRARIES.join(", "));
        return Ok(());
    }
    Err(format!(
        "the public API differs from tests/api/; if it should, run `cargo xtask api` and add a line to \
         CHANGELOG.md:\n{report}"
    ))
}

fn file(root: &Path, library: &str) -> PathBuf {
    root.join(format!("tests/api/{library}.txt"))
}

/// Reads the API from rustdoc's JSON. The format is unstable, so the version of the crate
/// `public-api` belongs to the pinned compiler.
fn read_api(root: &Path, library: &str) -> Result<String, String> {
    let package = package(library);
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    let target = root.join(target);
    let mut rustdoc = Command::new("cargo");
    rustdoc
        .args(["rustdoc", "--locked", "--lib", "--all-features"])
        .args(["--package", &package, "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTDOC", root.join("xtask/tools/rustdoc-json.sh"))
        .current_dir(root);
    process::run("`cargo rustdoc`", &mut rustdoc)?;
    let json = target.join(format!("doc/{}.json", package.replace('-', "_")));
    let api = public_api::Builder::from_rustdoc_json(&json)
        // Those of all types are the same.
        .omit_blanket_impls(true)
        .build()
        .map_err(|error| files::failed("read", &json, &error))?;
    let items = api.items().map(|item| format!("{item}\n"));
    let is_public = |item: &String| !UNSTABLE.iter().any(|name| item.contains(name));
    Ok(items.filter(is_public).collect())
}
