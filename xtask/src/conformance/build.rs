//! Builds the driver of a client below target/conformance/. Stamp files hold the hash of the inputs,
//! so that unchanged clients are not built again and incomplete builds are never used.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use walkdir::WalkDir;

use super::client::{Client, DIRECTORY};
use crate::files::{self, Files};
use crate::process;
use crate::toolchain::{self, MAVEN, NPM, Need, PYTHON};

/// The document that the checks of the emulator read.
pub(super) const SPEC: &str = "spec/dist/openapi.json";
const DIST: &str = "spec/dist";
const GENERATOR: &str = "{openapi-generator}";

/// Installs and builds a client if needed, and returns its driver with its arguments.
pub(super) fn build(root: &Path, client: &Client) -> Result<Vec<String>, String> {
    let spec = root.join(DIST).join(&client.document);
    let place = install(root, &client.name, &client.needs, &client.pins, |place| {
        run_all(root, place, &spec, &client.install)
    })?;
    let mut inputs = copy(&root.join(DIRECTORY).join(&client.name), &place)?;
    inputs.insert("{spec}".to_owned(), files::read(&spec)?);
    let installed = std::fs::read(place.join(".installed")).unwrap_or_default();
    inputs.insert(".installed".to_owned(), installed);
    stamped(&place.join(".built"), &files::hash(&inputs), || {
        println!("building {}", client.name);
        let generated = place.join("generated");
        let _ = std::fs::remove_dir_all(&generated);
        files::create_directory(&generated)?;
        run_all(root, &place, &spec, &client.build)
    })?;
    expand(root, &place, &spec, &client.driver)
}

/// Installs what the pins name into a directory below target/conformance/, if needed.
pub(super) fn install(
    root: &Path,
    name: &str,
    needs: &BTreeSet<Need>,
    pins: &[String],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let source = root.join(DIRECTORY).join(name);
    let place = root.join("target/conformance").join(name);
    files::create_directory(&place)?;
    let mut inputs = Files::new();
    // A new version of a language needs a new installation.
    let versions = toolchain::versions(needs)?;
    inputs.insert("versions".to_owned(), versions.into_bytes());
    for pin in pins {
        inputs.insert(pin.clone(), files::read(&source.join(pin))?);
    }
    stamped(&place.join(".installed"), &files::hash(&inputs), || {
        println!("installing {name}");
        copy(&source, &place)?;
        install(&place)
    })?;
    Ok(place)
}

/// Returns the jar of openapi-generator, which is part of its Python package.
pub(super) fn generator(root: &Path) -> Result<String, String> {
    let needs = BTreeSet::from([Need::Python, Need::Java]);
    let pins = ["requirements.txt".to_owned()];
    let place = install(root, "openapi-generator", &needs, &pins, |place| {
        install_venv(root, place)
    })?;
    WalkDir::new(place.join("venv"))
        .into_iter()
        .filter_map(Result::ok)
        .find(|entry| entry.file_name() == "openapi-generator.jar")
        .map(|entry| entry.path().display().to_string())
        .ok_or_else(|| format!("{}: found no openapi-generator.jar", place.display()))
}

/// Creates a Python environment with exactly the packages of requirements.txt.
pub(super) fn install_venv(root: &Path, place: &Path) -> Result<(), String> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect();
    let commands = [
        words("{python} -m venv --clear venv"),
        words("{venv} -m pip install --quiet --no-deps --requirement requirements.txt"),
    ];
    run_all(root, place, &root.join(SPEC), &commands)
}

/// Returns the Python of a directory's environment.
pub(super) fn venv_python(place: &Path) -> PathBuf {
    place.join(if cfg!(windows) {
        "venv/Scripts/python.exe"
    } else {
        "venv/bin/python"
    })
}

fn expand(
    root: &Path,
    place: &Path,
    spec: &Path,
    command: &[String],
) -> Result<Vec<String>, String> {
    let here = place.display().to_string();
    let spec = spec.display().to_string();
    let venv = venv_python(place).display().to_string();
    let jar = if command.iter().any(|word| word.contains(GENERATOR)) {
        generator(root)?
    } else {
        String::new()
    };
    let word = |word: &String| {
        word.replace("{here}", &here)
            .replace("{spec}", &spec)
            .replace("{venv}", &venv)
            .replace("{python}", PYTHON)
            .replace(GENERATOR, &jar)
    };
    Ok(command.iter().map(word).collect())
}

fn run_all(root: &Path, place: &Path, spec: &Path, commands: &[Vec<String>]) -> Result<(), String> {
    commands.iter().try_for_each(|command| {
        let command = expand(root, place, spec, command)?;
        run(place, &command)
    })
}

/// Runs a command in a directory. Its output appears only in the error, if it fails.
pub(super) fn run(place: &Path, command: &[String]) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else {
        return Err("an empty command in client.json".to_owned());
    };
    let program = match program.as_str() {
        "npm" => NPM,
        "mvn" => MAVEN,
        other => other,
    };
    let name = format!("`cd {} && {}`", place.display(), command.join(" "));
    let mut command = Command::new(program);
    command
        .args(arguments)
        .current_dir(place)
        // Use the installed Go, exactly the modules of go.sum, and no outer workspace.
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .env("GOFLAGS", "-mod=readonly")
        // The setting of the cargo that runs this task is not for other workspaces.
        .env_remove("CARGO_TARGET_DIR");
    process::run(&name, &mut command).map(drop)
}

/// Does the work unless the stamp holds this hash.
fn stamped(
    stamp: &Path,
    hash: &str,
    work: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    if std::fs::read_to_string(stamp).is_ok_and(|found| found == hash) {
        return Ok(());
    }
    if stamp.exists() {
        std::fs::remove_file(stamp).map_err(|error| files::failed("remove", stamp, &error))?;
    }
    work()?;
    files::write(stamp, hash)
}

/// Copies a directory and returns its files. Writes only files that differ, so that compilers see
/// which ones are unchanged.
fn copy(source: &Path, place: &Path) -> Result<Files, String> {
    let all = files::read_all(source)?;
    for (name, bytes) in &all {
        let to = place.join(name);
        if std::fs::read(&to).ok().as_ref() != Some(bytes) {
            files::write(&to, bytes)?;
        }
    }
    Ok(all)
}
