//! Checks that the required language tools are installed, and says what to install if not.

use std::collections::BTreeSet;
use std::process::Command;

use serde::Deserialize;

/// A tool that must be on the machine.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Need {
    Node,
    Npm,
    Python,
    Go,
    Java,
    Maven,
    Mono,
    Cargo,
}

// The names of the commands.
pub(crate) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
pub(crate) const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };
pub(crate) const MAVEN: &str = if cfg!(windows) { "mvn.cmd" } else { "mvn" };

impl Need {
    /// Returns the command that prints the version, the oldest supported version, and what to install.
    fn facts(self) -> ([&'static str; 2], (u32, u32), &'static str) {
        match self {
            Self::Node => (
                ["node", "--version"],
                (20, 19),
                "Node.js: https://nodejs.org",
            ),
            Self::Npm => (
                [NPM, "--version"],
                (10, 0),
                "npm, which comes with Node.js: https://nodejs.org",
            ),
            Self::Python => (
                [PYTHON, "--version"],
                (3, 11),
                "Python, with its module venv: https://www.python.org",
            ),
            Self::Go => (["go", "version"], (1, 25), "Go: https://go.dev/doc/install"),
            // The compiler, since some machines have `java` alone.
            Self::Java => (
                ["javac", "-version"],
                (17, 0),
                "a JDK: https://adoptium.net",
            ),
            Self::Maven => (
                [MAVEN, "--version"],
                (3, 6),
                "Maven: https://maven.apache.org",
            ),
            // The compiler, which itself runs on Mono.
            Self::Mono => (
                ["mcs", "--version"],
                (6, 8),
                "Mono, with the Debian packages that .ci/run names: https://www.mono-project.com",
            ),
            Self::Cargo => (["cargo", "--version"], (1, 95), "Rust: https://rustup.rs"),
        }
    }

    /// Returns the version line of the tool.
    ///
    /// # Errors
    ///
    /// If the tool is missing or too old. The message says what to install.
    pub(crate) fn version(self) -> Result<String, String> {
        let ([program, argument], oldest, product) = self.facts();
        let install = format!("install {}.{} or newer of {product}", oldest.0, oldest.1);
        let output = Command::new(program)
            .arg(argument)
            .output()
            .map_err(|error| format!("failed to run {program}: {error}; {install}"))?;
        // Some Java versions print to standard error.
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8_lossy(&printed);
        let line = printed.lines().next().unwrap_or_default().trim();
        match major_and_minor(line) {
            Some(found) if output.status.success() && found >= oldest => Ok(line.to_owned()),
            _ => Err(format!("`{program} {argument}` prints {line:?}; {install}")),
        }
    }
}

/// Returns the first two numbers that are separated by a dot.
fn major_and_minor(line: &str) -> Option<(u32, u32)> {
    line.split(|char: char| !char.is_ascii_digit() && char != '.')
        .find_map(|word| {
            let mut parts = word.split('.');
            Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
        })
}

/// Returns the version line of each tool.
///
/// # Errors
///
/// If tools are missing or too old. The message has a line for each of them.
pub(crate) fn versions(needs: &BTreeSet<Need>) -> Result<String, String> {
    let mut found = String::new();
    let mut problems = Vec::new();
    for need in needs {
        match need.version() {
            Ok(line) => found = found + &line + "\n",
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        return Ok(found);
    }
    Err(problems.join("\n"))
}
