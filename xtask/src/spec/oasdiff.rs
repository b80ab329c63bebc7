//! Compares the released and the current document with oasdiff, and classifies its findings.
//!
//! Findings with the level error or warning break clients. Of those with the level information, some
//! add something, and some break generated clients, such as a removed property of a response.

use std::path::Path;
use std::process::Command;

use partner_center_codegen::change::{Change, Class};
use serde::Deserialize;

use crate::process;

/// A finding.
#[derive(Deserialize)]
pub(super) struct Finding {
    id: String,
    text: String,
    level: u8,
    operation: Option<String>,
    path: Option<String>,
}

/// The level of information.
const INFORMATION: u8 = 1;

/// Findings about the version of the document, which `released` checks.
const ABOUT_VERSION: &str = "api-version-";

/// Findings that only add, by the start and end of their ids. All others break clients.
const ADDING: [(&str, &str); 21] = [
    // New operations, properties, parameters, answers, headers, media types, tags.
    ("", "-added"),
    ("new-optional-", ""),
    // Deprecations, which remove nothing.
    ("", "-deprecated"),
    ("", "-deprecated-with-sunset"),
    ("", "-reactivated"),
    // Requests that accept more than before.
    ("request-", "-became-optional"),
    ("request-", "-became-nullable"),
    ("request-", "-generalized"),
    ("request-", "-widened"),
    ("request-", "-compatible"),
    ("request-", "-pattern-removed"),
    ("request-", "-unset"),
    ("request-", "-max-increased"),
    ("request-", "-max-length-increased"),
    ("request-", "-max-items-increased"),
    ("request-", "-min-decreased"),
    ("request-", "-min-length-decreased"),
    ("request-", "-min-items-decreased"),
    // Responses with narrower limits and the same type.
    ("response-", "-decreased"),
    ("response-", "-increased"),
    ("response-", "-set"),
];

impl Finding {
    /// Returns the effect on clients, if there is one.
    pub(super) fn change(&self) -> Option<Change> {
        if self.id.starts_with(ABOUT_VERSION) || self.id == "api-major-version-not-bumped" {
            return None;
        }
        let adds = ADDING
            .iter()
            .any(|(start, end)| self.id.starts_with(start) && self.id.ends_with(end));
        let class = match (self.level, adds) {
            (INFORMATION, true) => Class::Additive,
            _ => Class::Breaking,
        };
        let place = match self.operation() {
            Some((method, path)) => format!("{method} {path}"),
            None => "components".to_owned(),
        };
        let text = format!("{} ({})", self.text.replace('\n', " "), self.id);
        Some(Change { class, place, text })
    }

    /// Returns the method and path of the affected operation.
    pub(super) fn operation(&self) -> Option<(String, String)> {
        Some((self.operation.clone()?, self.path.clone()?))
    }
}

/// Returns the findings for two files.
pub(super) fn run(
    mut oasdiff: Command,
    released: &Path,
    now: &Path,
) -> Result<Vec<Finding>, String> {
    oasdiff
        .args(["changelog", "--format", "json"])
        .arg("--allow-external-refs=false")
        .args([released, now]);
    let findings = process::run("oasdiff", &mut oasdiff)?;
    serde_json::from_str(&findings)
        .map_err(|error| format!("failed to parse the output of oasdiff: {error}"))
}
