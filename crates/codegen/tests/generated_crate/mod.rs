//! Generates the client of a document, and compiles it in a crate of its own below the target
//! directory.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use partner_center_codegen::{Source, outputs};

pub(crate) fn workspace() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    root.unwrap().to_path_buf()
}

/// The files of the client that is generated from a document, by name. The document refers to each
/// of the example files.
pub(crate) fn generate(
    spec: &str,
    examples: &[PathBuf],
) -> Result<BTreeMap<String, String>, String> {
    let root = tempfile::tempdir().unwrap();
    let directory = root.path().join("spec/examples");
    fs::create_dir_all(&directory).unwrap();
    for example in examples {
        fs::copy(example, directory.join(example.file_name().unwrap())).unwrap();
    }
    fs::write(root.path().join("spec/openapi.yaml"), spec).unwrap();
    let source = Source::read(root.path()).map_err(|error| error.to_string())?;
    let outputs = outputs(&source).map_err(|error| error.to_string())?;
    let client = outputs.into_iter().filter_map(|(file, text)| {
        let name = file.strip_prefix("crates/transfers/src/generated/")?;
        Some((name.to_owned(), text))
    });
    Ok(client.collect())
}

/// Writes a crate `partner-center-transfers` with these files, and runs cargo in it. `manifest`
/// contains further sections of its manifest. Returns what cargo prints.
///
/// # Panics
///
/// If cargo fails.
pub(crate) fn run_cargo(
    name: &str,
    manifest: &str,
    files: &BTreeMap<String, String>,
    arguments: &[&str],
) -> String {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = target.join(name);
    let core = workspace().join("crates/core").display().to_string();
    let manifest = format!(
        "[package]\nname = \"partner-center-transfers\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [workspace]\n[features]\nschemars = []\n[dependencies]\n\
         partner-center-core = {{ path = {core:?} }}\nserde = \"1\"\nserde_json = \"1\"\n{manifest}"
    );
    let manifest = ("Cargo.toml".to_owned(), manifest);
    for (file, text) in files.iter().chain([(&manifest.0, &manifest.1)]) {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    // The same versions as the workspace, so that nothing is downloaded.
    fs::copy(workspace().join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    let output = Command::new(std::env::var_os("CARGO").unwrap())
        .args(arguments)
        .arg("--offline")
        .current_dir(&root)
        .env("CARGO_TARGET_DIR", target.parent().unwrap())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}");
    printed.into_owned()
}
