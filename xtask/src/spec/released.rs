//! The released document and what changed since: spec/released/openapi.yaml is the bundle as it was
//! when it was last released.

use std::collections::BTreeSet;
use std::path::Path;

use partner_center_codegen::Source;
use partner_center_codegen::change::{self, Change, Class};
use serde_json::Value;

use super::{BUNDLE, oasdiff};
use crate::tools;

pub(super) const FILE: &str = "spec/released/openapi.yaml";
const DIST: &str = "spec/dist/openapi.yaml";
const CHANGELOG: &str = "spec/CHANGELOG.md";

/// What changed since the released document.
pub(super) struct Comparison {
    /// The version that is released, if any is.
    pub(super) released: Option<String>,
    /// The version of the document now.
    pub(super) version: String,
    pub(super) changes: Vec<Change>,
    /// Whether it differs at all, be it in its words.
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

    /// Whether the version says what the change is.
    pub(super) fn version_rose(&self) -> Result<(), String> {
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
            None => format!("{} is not released; nothing is", self.version),
            Some(released) => format!(
                "change since the released {released}: {} (the version is {})",
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
    let failed = |error: std::io::Error| format!("failed to write for oasdiff: {error}");
    let directory = tempfile::tempdir().map_err(failed)?;
    let before = directory.path().join("released.json");
    let after = directory.path().join(BUNDLE);
    std::fs::write(&before, released.to_string()).map_err(failed)?;
    std::fs::write(&after, now.to_string()).map_err(failed)?;
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

/// Checks that the changelog has a part for a version.
pub(super) fn changelog_names(root: &Path, version: &str) -> Result<(), String> {
    let text = std::fs::read_to_string(root.join(CHANGELOG))
        .map_err(|error| format!("{CHANGELOG}: failed to read it: {error}"))?;
    let heading = format!("## {version} ");
    if text
        .lines()
        .any(|line| format!("{line} ").starts_with(&heading))
    {
        return Ok(());
    }
    Err(format!(
        "{CHANGELOG}: no part {:?}; say there what changed",
        heading.trim_end()
    ))
}

/// Copies the bundle, as a whole or not at all.
pub(super) fn copy(root: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{FILE}: failed to write it: {error}");
    let file = root.join(FILE);
    let draft = file.with_extension("yaml.draft");
    let directory = file.parent().unwrap_or(root);
    std::fs::create_dir_all(directory).map_err(failed)?;
    std::fs::copy(root.join(DIST), &draft).map_err(failed)?;
    std::fs::rename(&draft, &file).map_err(failed)
}
