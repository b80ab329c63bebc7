//! Finds the commit that `pctransfers --version` names.

use std::path::Path;
use std::process::Command;

/// The commit, for builds from a source tree without git, such as that of a distribution.
const VARIABLE: &str = "PCTRANSFERS_COMMIT";

/// The folder of this package in its repository.
const PACKAGE: &str = "crates/cli/";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let commit = from_environment()
        .or_else(from_package)
        .or_else(from_git)
        .unwrap_or_else(|| "unknown".to_owned());
    println!("cargo::rustc-env={VARIABLE}={commit}");
}

fn from_environment() -> Option<String> {
    checked(&std::env::var(VARIABLE).ok()?)
}

/// The commit in the file that `cargo package` adds.
fn from_package() -> Option<String> {
    let text = std::fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, after) = text.split_once("\"sha1\"")?;
    checked(after.split('"').nth(1)?)
}

/// The commit of the checkout. The package can also be in a folder of another repository.
fn from_git() -> Option<String> {
    if git(&["rev-parse", "--show-prefix"])? != PACKAGE {
        return None;
    }
    // They change with each commit and checkout. Cargo would run this again each time for a file
    // that does not exist.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if Path::new(&path).exists() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    checked(&git(&["rev-parse", "HEAD"])?)
}

/// The hexadecimal digits of a commit; `None` for any other text.
fn checked(text: &str) -> Option<String> {
    let text = text.trim();
    let is_commit = text.len() >= 7 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| text.to_ascii_lowercase())
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
