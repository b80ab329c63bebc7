//! Tools of other languages. Their versions are pinned in xtask/tools/, and they are installed below
//! target/tools/, so that nothing else on the machine changes.
//!
//! | tool | pinned in | needs |
//! |---|---|---|
//! | Node packages | `package.json`, `package-lock.json` | Node.js, npm |
//! | Go commands | `go.mod`, `go.sum` | Go, for the first build |

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::files::{self, Files};
use crate::process;
use crate::toolchain::{NPM, Need};

/// Returns a command that runs `node_modules/<script>` of the Node packages.
///
/// # Errors
///
/// As [`node_packages()`].
pub(crate) fn node(root: &Path, script: &str) -> Result<Command, String> {
    let script = node_packages(root)?.join(script);
    let mut command = Command::new("node");
    command.arg(script);
    Ok(command)
}

/// Returns a command that runs `xtask/tools/<script>`, which can `require` the Node packages.
///
/// # Errors
///
/// As [`node_packages()`].
pub(crate) fn script(root: &Path, script: &str) -> Result<Command, String> {
    let packages = node_packages(root)?;
    let mut command = Command::new("node");
    command
        .arg(root.join("xtask/tools").join(script))
        .env("NODE_PATH", packages);
    Ok(command)
}

/// Installs the Node packages if needed and returns their `node_modules` directory.
///
/// # Errors
///
/// If Node.js or npm is missing or too old, or the installation fails. The message says what to
/// install.
pub(crate) fn node_packages(root: &Path) -> Result<PathBuf, String> {
    Need::Node.version()?;
    let pins = ["package.json", "package-lock.json"];
    let place = installed(root, "node", &pins, |here| {
        let mut npm = Command::new(NPM);
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(here);
        process::run("`npm ci`", &mut npm)
            .map_err(|problem| format!("{problem}\nnpm comes with Node.js: https://nodejs.org"))
    })?;
    Ok(place.join("node_modules"))
}

/// Builds a Go command if needed and returns it.
///
/// # Errors
///
/// If Go is missing or too old, or the build fails. The message says what to install.
pub(crate) fn go(root: &Path, package: &str) -> Result<Command, String> {
    let name = package.rsplit('/').next().unwrap_or(package);
    let binary = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let place = installed(root, name, &["go.mod", "go.sum"], |here| {
        let mut go = Command::new("go");
        go.args(["build", "-o", &binary, package])
            // Use the installed Go, and exactly the modules of go.sum.
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-mod=readonly")
            .env("GOWORK", "off")
            .current_dir(here);
        process::run("`go build`", &mut go).map_err(|problem| {
            format!(
                "{problem}\nxtask/tools/go.mod names the Go version: https://go.dev/doc/install"
            )
        })
    })?;
    Ok(Command::new(place.join(binary)))
}

/// Returns the directory of an installed tool, after calling `install` in a copy of its pins if the
/// directory does not exist. Its name contains a hash of the pins.
fn installed(
    root: &Path,
    name: &str,
    pins: &[&str],
    install: impl FnOnce(&Path) -> Result<String, String>,
) -> Result<PathBuf, String> {
    let mut files = Files::new();
    for pin in pins {
        let bytes = files::read(&root.join("xtask/tools").join(pin))?;
        files.insert((*pin).to_owned(), bytes);
    }
    let tools = root.join("target/tools");
    let place = tools.join(format!("{name}-{}", &files::hash(&files)[..12]));
    if place.is_dir() {
        return Ok(place);
    }
    println!("installing {name} of xtask/tools into {}", place.display());
    // Install into a draft and rename it: a directory with the final name is always complete, even
    // if two processes install at the same time.
    files::create_directory(&tools)?;
    let draft =
        tempfile::tempdir_in(&tools).map_err(|error| files::failed("create", &tools, &error))?;
    for (pin, bytes) in &files {
        files::write(&draft.path().join(pin), bytes)?;
    }
    install(draft.path())?;
    match std::fs::rename(draft.path(), &place) {
        Err(error) if !place.is_dir() => Err(files::failed("create", &place, &error)),
        _ => Ok(place),
    }
}
