//! Compares the generated files on disk with the generator's output.

use std::fmt;
use std::path::Path;

use similar::TextDiff;
use walkdir::WalkDir;

use crate::bundle;
use crate::output::{COMMAND, MARK, Outputs};

/// A file that differs from the generator's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// The file, relative to the workspace's root.
    pub file: String,
    /// How it differs.
    pub kind: DriftKind,
}

/// How a file differs from the generator's output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DriftKind {
    /// Its contents differ. The text is a unified diff from the file to the output.
    Stale(String),
    /// It does not exist.
    Missing,
    /// It exists, and the generator does not make it.
    Orphan,
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            DriftKind::Stale(diff) => write!(f, "stale: {}\n{}", self.file, diff.trim_end()),
            DriftKind::Missing => write!(f, "missing: {}", self.file),
            DriftKind::Orphan => write!(f, "orphan: {}", self.file),
        }
    }
}

/// The report of a failed check, with the command that fixes it.
#[must_use]
pub fn report(drifts: &[Drift]) -> String {
    let mut text: Vec<String> = drifts.iter().map(ToString::to_string).collect();
    text.push(format!(
        "{} generated file(s) out of date; run `{COMMAND}` and commit what it writes",
        drifts.len()
    ));
    text.join("\n")
}

/// Compares the files below a workspace's root with the outputs. Writes nothing.
///
/// # Errors
///
/// A file or a directory cannot be read.
pub fn compare(root: &Path, outputs: &Outputs) -> std::io::Result<Vec<Drift>> {
    let mut drifts = Vec::new();
    for (file, expected) in outputs {
        let path = root.join(file);
        let kind = if path.is_file() {
            let text = String::from_utf8_lossy(&std::fs::read(&path)?).replace("\r\n", "\n");
            if text == *expected {
                continue;
            }
            DriftKind::Stale(diff(file, &text, expected))
        } else {
            DriftKind::Missing
        };
        drifts.push(Drift {
            file: file.clone(),
            kind,
        });
    }
    for file in generated_files(root)? {
        if !outputs.contains_key(&file) {
            drifts.push(Drift {
                file,
                kind: DriftKind::Orphan,
            });
        }
    }
    drifts.sort_by(|one, other| one.file.cmp(&other.file));
    Ok(drifts)
}

/// Writes and removes the files that [`compare`] reported.
///
/// # Errors
///
/// A file cannot be written or removed.
pub fn write(root: &Path, outputs: &Outputs, drifts: &[Drift]) -> std::io::Result<()> {
    for Drift { file, .. } in drifts {
        let path = root.join(file);
        let Some(text) = outputs.get(file) else {
            std::fs::remove_file(path)?;
            continue;
        };
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

fn diff(file: &str, old: &str, new: &str) -> String {
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&format!("a/{file}"), &format!("b/{file}"))
        .to_string()
}

/// The files in the bundles' directory, and the Rust files that start with the mark.
fn generated_files(root: &Path) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for directory in [bundle::DIRECTORY, "crates"] {
        let walk = WalkDir::new(root.join(directory)).into_iter();
        for entry in walk.filter_entry(|entry| entry.file_name() != "target") {
            let entry = match entry {
                Ok(entry) => entry,
                // The directory does not exist yet.
                Err(error) if error.depth() == 0 => continue,
                Err(error) => return Err(error.into()),
            };
            let path = entry.path();
            let is_generated = match directory {
                "crates" => {
                    path.extension().is_some_and(|extension| extension == "rs")
                        && std::fs::read(path)?.starts_with(MARK.as_bytes())
                }
                _ => entry.file_type().is_file(),
            };
            if is_generated {
                let path = path.strip_prefix(root).unwrap_or(path);
                let steps: Vec<_> = path.iter().map(|step| step.to_string_lossy()).collect();
                found.push(steps.join("/"));
            }
        }
    }
    Ok(found)
}
