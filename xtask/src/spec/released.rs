//! Compares the document with spec/released/openapi.yaml, the bundle of the last release.

use std::collections::BTreeSet;
use std::path::Path;

use partner_center_codegen::Source;
use partner_center_codegen::change::{self, Change, Class};
use serde_json::Value;

use super::oasdiff;
use crate::{files, tools};

pub(super) const FILE: &str = "spec/released/openapi.yaml";
const DIST: &str = "spec/dist/openapi.yaml";
const CHANGELOG: &str = "spec/CHANGELOG.md";

/// The changes since the released document.
pub(super) struct Comparison {
    /// The released version, if there is one.
    pub(super) released: Option<String>,
    /// The current version.
    pub(super) version: String,
    pub(super) changes: Vec<Change>,
    /// Whether anything differs, descriptions included.
    pub(super) differs: bool,
}

impl Comparison {
    pub(super) fn make(root: &Path, tools: &Path, source: &Source) -> Result<Self, String> {
        let now = change::bundle(source).map_err(|problems| problems.to_string())?;
        let version = version_of(&now);
        let path = root.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self {
                    released: None,
                    version,
                    changes: Vec::new(),
                    differs: true,
                });
            }
            Err(error) => return Err(format!("{FILE}: failed to read it: {error}")),
        };
        let mut released = change::released(FILE, &text).map_err(|problem| problem.to_string())?;
        if let Some(document) = released.as_object_mut() {
            document.remove("x-generated-from");
        }
        let changes = compare(tools, &released, &now)?;
        Ok(Self {
            released: Some(version_of(&released)),
            version,
            changes,
            differs: released != now,
        })
    }

    pub(super) fn class(&self) -> Class {
        self.changes
            .iter()
            .map(|change| change.class)
            .max()
            .unwrap_or(Class::None)
    }

    /// Fails if the version is too low for the changes.
    pub(super) fn check_version(&self) -> Result<(), String> {
        let Some(released) = &self.released else {
            return Ok(());
        };
        change::check_version(released, &self.version, self.class()).map_err(|message| {
            let class = self.class();
            let because = self.changes.iter().filter(|change| change.class == class);
            let because = because.map(|change| format!("\n  {}: {}", change.place, change.text));
            format!(
                "spec/openapi.yaml: {message}{}",
                because.collect::<String>()
            )
        })
    }

    pub(super) fn summary(&self) -> String {
        match &self.released {
            None => format!("{}: there is no release yet", self.version),
            Some(released) => format!(
                "change since release {released}: {} (current version: {})",
                self.class().word(),
                self.version
            ),
        }
    }
}

fn version_of(document: &Value) -> String {
    document["info"]["version"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn compare(tools: &Path, released: &Value, now: &Value) -> Result<Vec<Change>, String> {
    let directory = tempfile::tempdir()
        .map_err(|error| format!("failed to create a temporary directory: {error}"))?;
    let before = directory.path().join("released.json");
    let after = directory.path().join("current.json");
    files::write(&before, released.to_string())?;
    files::write(&after, now.to_string())?;
    let tool = tools::go(tools, "github.com/oasdiff/oasdiff")?;
    let findings = oasdiff::run(tool, &before, &after)?;
    let explained: BTreeSet<_> = findings
        .iter()
        .filter_map(oasdiff::Finding::operation)
        .collect();
    let mut changes: Vec<Change> = findings
        .iter()
        .filter_map(oasdiff::Finding::change)
        .collect();
    changes.extend(change::custom_rules(released, now));
    changes.extend(change::unexplained(released, now, &explained));
    changes.sort_by(|a, b| b.class.cmp(&a.class).then_with(|| a.cmp(b)));
    changes.dedup();
    Ok(changes)
}

/// Checks that the changelog has a section for a version.
pub(super) fn check_changelog(root: &Path, version: &str) -> Result<(), String> {
    let text = files::read_text(&root.join(CHANGELOG))?;
    let heading = format!("## {version} ");
    if text
        .lines()
        .any(|line| format!("{line} ").starts_with(&heading))
    {
        return Ok(());
    }
    Err(format!(
        "{CHANGELOG}: add a section {:?} that describes the changes",
        heading.trim_end()
    ))
}

/// Copies the bundle in one step.
pub(super) fn copy(root: &Path) -> Result<(), String> {
    let file = root.join(FILE);
    let draft = file.with_extension("yaml.draft");
    files::write(&draft, files::read(&root.join(DIST))?)?;
    std::fs::rename(&draft, &file).map_err(|error| files::failed("write", &file, &error))
}
