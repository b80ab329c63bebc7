//! The languages that the clients are written in. What is missing is said before anything is
//! installed, all at once, and with what to install.

use std::collections::BTreeSet;
use std::process::Command;

use serde::Deserialize;

/// Something that must be on the machine.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Need {
    Node,
    Npm,
    Python,
    Go,
    Java,
    Maven,
    Cargo,
}

/// What Python is called.
pub(super) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
pub(super) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
pub(super) const MAVEN: &str = if cfg!(windows) { "mvn.cmd" } else { "mvn" };

impl Need {
    /// The command that tells its version, the oldest version that will do, and what to install.
    fn facts(self) -> (&'static [&'static str], (u32, u32), &'static str) {
        match self {
            Self::Node => (
                &["node", "--version"],
                (20, 19),
                "Node.js: https://nodejs.org",
            ),
            Self::Npm => (
                &[NPM, "--version"],
                (10, 0),
                "npm, which comes with Node.js: https://nodejs.org",
            ),
            Self::Python => (
                &[PYTHON, "--version"],
                (3, 11),
                "Python, with its module venv: https://www.python.org",
            ),
            Self::Go => (
                &["go", "version"],
                (1, 25),
                "Go: https://go.dev/doc/install",
            ),
            // The compiler: the program `java` alone is there on machines that cannot build.
            Self::Java => (
                &["javac", "-version"],
                (17, 0),
                "a JDK: https://adoptium.net",
            ),
            Self::Maven => (
                &[MAVEN, "--version"],
                (3, 6),
                "Maven: https://maven.apache.org",
            ),
            Self::Cargo => (&["cargo", "--version"], (1, 95), "Rust: https://rustup.rs"),
        }
    }

    /// What it says of itself, or what to install.
    fn version(self) -> Result<String, String> {
        let (command, oldest, install) = self.facts();
        let wanted = format!("install {}.{} or newer of {install}", oldest.0, oldest.1);
        let output = Command::new(command[0])
            .args(&command[1..])
            .output()
            .map_err(|error| format!("failed to run {}: {error}; {wanted}", command[0]))?;
        // Some Java versions say it on standard error.
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let said = said.lines().next().unwrap_or_default().trim();
        match numbers(said) {
            Some(found) if output.status.success() && found >= oldest => Ok(said.to_owned()),
            _ => Err(format!("`{}` says {said:?}; {wanted}", command.join(" "))),
        }
    }
}

/// The first two numbers with a point between them.
fn numbers(said: &str) -> Option<(u32, u32)> {
    said.split(|char: char| !char.is_ascii_digit() && char != '.')
        .find_map(|word| {
            let mut parts = word.split('.');
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
        })
}

/// What each of them says of itself, one line each.
///
/// # Errors
///
/// What to install, for each one that is missing or too old.
pub(super) fn versions(needs: &BTreeSet<Need>) -> Result<String, String> {
    let mut found = String::new();
    let mut missing = Vec::new();
    for need in needs {
        match need.version() {
            Ok(said) => found = found + &said + "\n",
            Err(problem) => missing.push(problem),
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    Err(missing.join("\n"))
}
