//! oasdiff on the released document and the new one, and what its findings mean here.
//!
//! It tells error, warning and information. The first two break clients. Of the third, some only
//! add, and some take away what a client was made with: the promise of spec/README.md is about
//! generated clients as well as about what is sent, so an answer that loses a property breaks.

use std::path::Path;
use std::process::Command;

use partner_center_codegen::change::{Change, Class};
use serde::Deserialize;

/// A finding.
#[derive(Deserialize)]
pub(super) struct Finding {
    id: String,
    text: String,
    level: u8,
    operation: Option<String>,
    path: Option<String>,
}

/// Its level for information.
const INFORMATION: u8 = 1;

/// About the version of the document, which we judge ourselves.
const ABOUT_VERSION: &str = "api-version-";

/// Findings for information that only add, by the start and the end of their ids. Any other breaks.
const ADDING: [(&str, &str); 21] = [
    // More of what is there: operations, properties, parameters, answers, headers, media types, tags.
    ("", "-added"),
    ("new-optional-", ""),
    // On its way out, and still there.
    ("", "-deprecated"),
    ("", "-deprecated-with-sunset"),
    ("", "-reactivated"),
    // A request may say more than before, or less.
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
    // An answer keeps to narrower limits; its type stays.
    ("response-", "-decreased"),
    ("response-", "-increased"),
    ("response-", "-set"),
];

impl Finding {
    /// What it does to clients; nothing if it does not concern them.
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

    /// The method and the path of the operation that it is about.
    pub(super) fn operation(&self) -> Option<(String, String)> {
        Some((self.operation.clone()?, self.path.clone()?))
    }
}

/// All that it finds between two files.
pub(super) fn run(
    mut oasdiff: Command,
    released: &Path,
    now: &Path,
) -> Result<Vec<Finding>, String> {
    let output = oasdiff
        .args([
            "changelog",
            "--format",
            "json",
            "--allow-external-refs=false",
        ])
        .args([released, now])
        .output()
        .map_err(|error| format!("failed to run oasdiff: {error}"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(format!(
            "oasdiff ended with {}: {}",
            output.status,
            said.trim()
        ));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| {
        format!(
            "failed to read the answer of oasdiff: {error}; {}",
            said.trim()
        )
    })
}
