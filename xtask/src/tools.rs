//! The tools that are not Rust: pinned in xtask/tools/, installed below target/tools/, so that
//! nothing else on the machine changes. What is there is used as it is; what is not is installed
//! beside its place and moved there as a whole, so that no half of it is ever found.
//!
//! | tool | pinned in | needs |
//! |---|---|---|
//! | Node packages | `package.json`, `package-lock.json` | Node.js, npm |
//! | Go commands | `go.mod`, `go.sum` | Go, for the first build |

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest, Sha256};

/// The oldest Node.js that the packages run on.
const NODE: (u32, u32) = (20, 19);

/// A command of a Node package, ready for its arguments: `node_modules/<script>` run by `node`.
///
/// # Errors
///
/// What to install or mend, if Node.js or npm is missing or too old, or the packages cannot be had.
pub(crate) fn node(root: &Path, script: &str) -> Result<Command, String> {
    let script = node_packages(root)?.join(script);
    let mut command = Command::new("node");
    command.arg(script);
    Ok(command)
}

/// A script of our own, ready for its arguments: `xtask/tools/<script>`, which can `require` the
/// packages.
///
/// # Errors
///
/// As [`node()`].
pub(crate) fn script(root: &Path, script: &str) -> Result<Command, String> {
    let packages = node_packages(root)?;
    let mut command = Command::new("node");
    command
        .arg(root.join("xtask/tools").join(script))
        .env("NODE_PATH", packages);
    Ok(command)
}

/// npm itself.
pub(crate) fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

/// The directory `node_modules` with the packages in it.
///
/// # Errors
///
/// As [`node()`].
pub(crate) fn node_packages(root: &Path) -> Result<PathBuf, String> {
    check_node()?;
    let place = installed(
        root,
        "node",
        &["package.json", "package-lock.json"],
        |here| {
            let output = npm()
                .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
                .current_dir(here)
                .output();
            finished(
                "npm ci",
                output,
                "npm comes with Node.js: https://nodejs.org",
            )
        },
    )?;
    Ok(place.join("node_modules"))
}

/// A Go command, built from its package.
///
/// # Errors
///
/// What to install or mend, if Go is missing or too old, or the modules cannot be had.
pub(crate) fn go(root: &Path, package: &str) -> Result<Command, String> {
    let name = package.rsplit('/').next().unwrap_or(package);
    let binary = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let built = installed(root, name, &["go.mod", "go.sum"], |here| {
        let output = Command::new("go")
            .args(["build", "-o", &binary, package])
            // The Go that is here, and the modules that go.sum names.
            .env("GOTOOLCHAIN", "local")
            .env("GOFLAGS", "-mod=readonly")
            .env("GOWORK", "off")
            .current_dir(here)
            .output();
        let help = "the line `go` of xtask/tools/go.mod says which Go: https://go.dev/doc/install";
        finished("go build", output, help)
    })?;
    Ok(Command::new(built.join(binary)))
}

fn check_node() -> Result<(), String> {
    let (major, minor) = NODE;
    let wanted = format!("Node.js {major}.{minor} or newer, with npm: https://nodejs.org");
    let output = Command::new("node").arg("--version").output();
    let output =
        output.map_err(|error| format!("failed to run node: {error}; install {wanted}"))?;
    let version = String::from_utf8_lossy(&output.stdout);
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(found_major)), Some(Ok(found_minor)))
            if (found_major, found_minor) >= (major, minor) =>
        {
            Ok(())
        }
        _ => Err(format!(
            "node says that it is {:?}; install {wanted}",
            version.trim()
        )),
    }
}

/// The directory that holds a tool, made by `install` in a copy of its pins if it is not there.
///
/// Its name holds the hash of the pins: other pins, other directory.
fn installed(
    root: &Path,
    name: &str,
    pins: &[&str],
    install: impl FnOnce(&Path) -> Result<(), String>,
) -> Result<PathBuf, String> {
    let failed = |what: &str, path: &Path, error: &std::io::Error| {
        format!("failed to {what} {}: {error}", path.display())
    };
    let mut hash = Sha256::new();
    let mut files = Vec::new();
    for pin in pins {
        let path = root.join("xtask/tools").join(pin);
        let bytes = std::fs::read(&path).map_err(|error| failed("read", &path, &error))?;
        hash.update(&bytes);
        files.push((*pin, bytes));
    }
    let hash = hash
        .finalize()
        .iter()
        .take(6)
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    let tools = root.join("target/tools");
    let place = tools.join(format!("{name}-{hash}"));
    if place.is_dir() {
        return Ok(place);
    }
    println!("installing {name} of xtask/tools into {}", place.display());
    // Another process may be at it too; each works for itself, and the first one wins.
    let draft = tools.join(format!("{name}-{hash}.{}", std::process::id()));
    let made = std::fs::create_dir_all(&draft)
        .and_then(|()| {
            files
                .iter()
                .try_for_each(|(pin, bytes)| std::fs::write(draft.join(pin), bytes))
        })
        .map_err(|error| failed("write", &draft, &error))
        .and_then(|()| install(&draft))
        .and_then(|()| match std::fs::rename(&draft, &place) {
            Err(error) if !place.is_dir() => Err(failed("write", &place, &error)),
            _ => Ok(()),
        });
    // Gone already if it was moved.
    let _ = std::fs::remove_dir_all(&draft);
    made.map(|()| place)
}

fn finished(what: &str, output: std::io::Result<Output>, help: &str) -> Result<(), String> {
    let output = output.map_err(|error| format!("failed to run `{what}`: {error}; {help}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "`{what}` ended with {}; {help}\n{}",
        output.status,
        said.trim_end()
    ))
}
