//! From a client's directory to a driver that can be started, below target/conformance/. What did
//! not change since it was made is used as it is: a stamp beside it holds the hash of all that went
//! into it, and is gone while it is made, so that nothing half-made is ever used.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::client::{Client, DIRECTORY};
use super::toolchain::{self, MAVEN, NPM, Need, PYTHON};

/// What every generator is given.
pub(super) const SPEC: &str = "spec/dist/openapi.json";
const GENERATOR: &str = "{openapi-generator}";

/// A client whose driver can be started.
#[derive(Clone, Debug)]
pub(super) struct Built {
    pub(super) client: Client,
    /// The driver and its arguments.
    pub(super) driver: Vec<String>,
}

/// Installs and builds what is not there yet.
///
/// # Errors
///
/// What to install, or what a command said that failed.
pub(super) fn build(root: &Path, client: &Client) -> Result<Built, String> {
    let place = install(root, &client.name, &client.needs, &client.pins, |place| {
        run_all(root, place, &client.install)
    })?;
    let source = root.join(DIRECTORY).join(&client.name);
    let files = copy(&source, &place)?;
    let spec = root.join(SPEC);
    let spec = std::fs::read(&spec).map_err(|error| failed("read", &spec, &error))?;
    let installed = std::fs::read(place.join(".installed")).unwrap_or_default();
    let hash = hash([spec, installed, files].iter());
    stamped(&place.join(".built"), &hash, || {
        println!("building {}", client.name);
        let generated = place.join("generated");
        let _ = std::fs::remove_dir_all(&generated);
        std::fs::create_dir_all(&generated).map_err(|error| failed("make", &generated, &error))?;
        run_all(root, &place, &client.build)
    })?;
    Ok(Built {
        driver: expand(root, &place, &client.driver)?,
        client: client.clone(),
    })
}

/// The directory of this name below target/conformance/, where what its pins say is installed.
pub(super) fn install(
    root: &Path,
    name: &str,
    needs: &BTreeSet<Need>,
    pins: &[String],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let source = root.join(DIRECTORY).join(name);
    let place = root.join("target/conformance").join(name);
    std::fs::create_dir_all(&place).map_err(|error| failed("make", &place, &error))?;
    // Another version of a language makes another installation.
    let mut parts = vec![toolchain::versions(needs)?.into_bytes()];
    for pin in pins {
        let path = source.join(pin);
        parts.push(std::fs::read(&path).map_err(|error| failed("read", &path, &error))?);
    }
    stamped(&place.join(".installed"), &hash(parts.iter()), || {
        println!("installing {name}");
        copy(&source, &place)?;
        install(&place)
    })?;
    Ok(place)
}

/// The jar of openapi-generator, which its Python package carries.
fn generator(root: &Path) -> Result<String, String> {
    let needs = BTreeSet::from([Need::Python, Need::Java]);
    let pins = ["requirements.txt".to_owned()];
    let place = install(root, "openapi-generator", &needs, &pins, |place| {
        venv(root, place)
    })?;
    let mut places = vec![place.join("venv")];
    while let Some(directory) = places.pop() {
        let entries = std::fs::read_dir(&directory);
        for entry in entries.map_err(|error| failed("read", &directory, &error))? {
            let entry = entry.map_err(|error| failed("read", &directory, &error))?;
            if entry.file_name() == "openapi-generator.jar" {
                return Ok(entry.path().display().to_string());
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                places.push(entry.path());
            }
        }
    }
    Err(format!(
        "{}: it holds no openapi-generator.jar",
        place.display()
    ))
}

/// A Python environment with the packages of requirements.txt and no others.
pub(super) fn venv(root: &Path, place: &Path) -> Result<(), String> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect();
    let commands = [
        words("{python} -m venv --clear venv"),
        words("{venv} -m pip install --quiet --no-deps --requirement requirements.txt"),
    ];
    run_all(root, place, &commands)
}

/// The Python of a directory's environment.
pub(super) fn venv_python(place: &Path) -> PathBuf {
    place.join(if cfg!(windows) {
        "venv/Scripts/python.exe"
    } else {
        "venv/bin/python"
    })
}

fn expand(root: &Path, place: &Path, command: &[String]) -> Result<Vec<String>, String> {
    let here = place.display().to_string();
    let spec = root.join(SPEC).display().to_string();
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

fn run_all(root: &Path, place: &Path, commands: &[Vec<String>]) -> Result<(), String> {
    commands.iter().try_for_each(|command| {
        let command = expand(root, place, command)?;
        run(place, &command)
    })
}

/// Runs a command; what it says is shown only if it fails.
pub(super) fn run(place: &Path, command: &[String]) -> Result<(), String> {
    let Some((program, arguments)) = command.split_first() else {
        return Err("an empty command in client.json".to_owned());
    };
    let program = match program.as_str() {
        "npm" => NPM,
        "mvn" => MAVEN,
        other => other,
    };
    let line = format!("cd {} && {}", place.display(), command.join(" "));
    let output = Command::new(program)
        .args(arguments)
        .current_dir(place)
        // The Go that is here, the modules that go.sum names, and no workspace around them.
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off")
        .env("GOFLAGS", "-mod=readonly")
        // Of the cargo that runs this task, and not meant for another workspace.
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .map_err(|error| format!("failed to run `{line}`: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    Err(format!(
        "`{line}` ended with {}\n{}",
        output.status,
        said.trim_end()
    ))
}

/// Does the work if the stamp does not hold this hash.
fn stamped(
    stamp: &Path,
    hash: &str,
    work: impl FnOnce() -> Result<(), String>,
) -> Result<(), String> {
    if std::fs::read_to_string(stamp).is_ok_and(|found| found == hash) {
        return Ok(());
    }
    if stamp.exists() {
        std::fs::remove_file(stamp).map_err(|error| failed("remove", stamp, &error))?;
    }
    work()?;
    std::fs::write(stamp, hash).map_err(|error| failed("write", stamp, &error))
}

/// Copies the directory, writing only what differs, so that compilers see what is old. Gives all
/// of it for a hash.
fn copy(source: &Path, place: &Path) -> Result<Vec<u8>, String> {
    let entries = std::fs::read_dir(source).map_err(|error| failed("read", source, &error))?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| failed("read", source, &error))?;
    paths.sort();
    let mut all = Vec::new();
    for path in paths {
        let Some(name) = path.file_name() else {
            continue;
        };
        let to = place.join(name);
        all.extend(name.as_encoded_bytes());
        if path.is_dir() {
            std::fs::create_dir_all(&to).map_err(|error| failed("make", &to, &error))?;
            all.extend(copy(&path, &to)?);
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| failed("read", &path, &error))?;
        if std::fs::read(&to).ok().as_ref() != Some(&bytes) {
            std::fs::write(&to, &bytes).map_err(|error| failed("write", &to, &error))?;
        }
        all.extend(bytes);
    }
    Ok(all)
}

fn hash<'a>(parts: impl Iterator<Item = &'a Vec<u8>>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    hash.finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("failed to {what} {}: {error}", path.display())
}
