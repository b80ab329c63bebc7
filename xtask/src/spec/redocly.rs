//! Lints the bundle with Redocly CLI and the rules of spec/redocly.yaml. Findings are reported at
//! their place in the source.

use std::path::Path;

use partner_center_codegen::{Source, diagnostics_at};
use serde::Deserialize;
use serde_json::Value;

use crate::{files, tools};

/// The rules, next to the document since other teams use them too.
const RULES: &str = "spec/redocly.yaml";

#[derive(Deserialize)]
struct Report {
    problems: Vec<Finding>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Finding {
    rule_id: String,
    message: String,
    location: Vec<Location>,
}

#[derive(Deserialize)]
struct Location {
    pointer: Option<String>,
}

/// Fails with all errors and warnings of Redocly about a bundle or an edition of it. `skipped` names the
/// rules that do not apply to it.
pub(super) fn lint(
    root: &Path,
    tools: &Path,
    source: &Source,
    name: &str,
    bundle: &Value,
    skipped: &[&str],
) -> Result<(), String> {
    let mut redocly = tools::node(tools, "@redocly/cli/bin/cli.js")?;
    let rules = std::fs::canonicalize(root.join(RULES))
        .map_err(|error| format!("{RULES}: failed to read it: {error}"))?;
    let failed = |error: std::io::Error| format!("failed to run redocly: {error}");
    let directory = tempfile::tempdir().map_err(failed)?;
    files::write(&directory.path().join(name), bundle.to_string())?;
    let output = redocly
        .args([
            "lint",
            name,
            "--format",
            "json",
            "--max-problems",
            "100000",
            // Misspelled rules are errors.
            "--lint-config",
            "error",
            "--config",
        ])
        .arg(rules)
        .args(skipped.iter().flat_map(|rule| ["--skip-rule", rule]))
        .env("REDOCLY_TELEMETRY", "off")
        .env("REDOCLY_SUPPRESS_UPDATE_NOTICE", "true")
        .current_dir(directory.path())
        .output()
        .map_err(failed)?;
    let report = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let Ok(report) = serde_json::from_str::<Report>(&report) else {
        return Err(format!(
            "{RULES}: redocly cannot use this file:\n{}\n{}",
            report.trim(),
            stderr.trim()
        ));
    };
    if report.problems.is_empty() {
        if output.status.success() {
            return Ok(());
        }
        return Err(format!(
            "redocly ended with {}:\n{}",
            output.status,
            stderr.trim()
        ));
    }
    let findings = report.problems.into_iter().map(|finding| {
        let place = finding
            .location
            .into_iter()
            .next()
            .and_then(|location| location.pointer);
        let place = place.unwrap_or_default();
        let message = format!("{name}: {} (Redocly: {})", finding.message, finding.rule_id);
        (place.trim_start_matches('#').to_owned(), message)
    });
    let mut problems = diagnostics_at(source, findings).map_err(|error| error.to_string())?;
    problems.sort();
    problems.dedup();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Err(lines.join("\n"))
}
