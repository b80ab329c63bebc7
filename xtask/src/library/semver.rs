//! `cargo xtask semver [REVISION]`: cargo-semver-checks against an earlier state.

use std::path::Path;
use std::process::Command;

use super::{LIBRARIES, package};
use crate::process;

/// Compares the libraries with a revision, or else with the last release.
pub(crate) fn run(root: &Path, revision: Option<String>) -> Result<(), String> {
    let mut tag = Command::new("git");
    tag.args(["describe", "--tags", "--abbrev=0", "--match", "v[0-9]*"])
        .current_dir(root);
    let baseline = match revision {
        Some(revision) => revision,
        None => process::run("`git describe`", &mut tag).map_err(|problem| {
            format!(
                "no release has a tag such as v0.1.0; name a revision to compare with\n{problem}"
            )
        })?,
    };
    let mut checks = Command::new("cargo");
    checks
        .args([
            "semver-checks",
            "--all-features",
            "--baseline-rev",
            &baseline,
        ])
        .current_dir(root);
    for library in LIBRARIES {
        checks.args(["--package", &package(library)]);
    }
    let status = checks
        .status()
        .map_err(|error| format!("failed to run `cargo semver-checks`: {error}"))?;
    if status.success() {
        return Ok(());
    }
    Err(format!(
        "`cargo semver-checks` against {baseline} ended with {status}"
    ))
}
