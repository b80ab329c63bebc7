//! `cargo xtask codegen [--check]`: writes what the generator makes, or says what is out of date.

use std::path::Path;

use partner_center_codegen::{
    DriftKind, Outputs, Source, compare, outputs, report, write as write_files,
};

/// Writes the files that are not as they should be; no others are touched.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    let outputs = make(root)?;
    let drifts = compare(root, &outputs).map_err(|error| unreadable(&error))?;
    write_files(root, &outputs, &drifts)
        .map_err(|error| format!("failed to write the generated files: {error}"))?;
    for drift in &drifts {
        let verb = if drift.kind == DriftKind::Orphan {
            "removed"
        } else {
            "wrote"
        };
        println!("{verb} {}", drift.file);
    }
    if drifts.is_empty() {
        println!("all {} generated files are up to date", outputs.len());
    }
    Ok(())
}

/// Writes nothing, and fails if [`write()`] would.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let outputs = make(root)?;
    let drifts = compare(root, &outputs).map_err(|error| unreadable(&error))?;
    if drifts.is_empty() {
        println!("all {} generated files are up to date", outputs.len());
        return Ok(());
    }
    Err(report(&drifts))
}

fn make(root: &Path) -> Result<Outputs, String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    outputs(&source).map_err(|problems| problems.to_string())
}

fn unreadable(error: &std::io::Error) -> String {
    format!("failed to read the generated files: {error}")
}
