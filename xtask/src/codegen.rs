//! `cargo xtask codegen [--check]`: writes the generated files, or checks that they are up to date.

use std::path::Path;

use partner_center_codegen::{self as codegen, Drift, DriftKind, Outputs, Source};

/// Writes the files that differ from the generator's output.
pub(crate) fn write(root: &Path) -> Result<(), String> {
    let (outputs, drifts) = compare(root)?;
    codegen::write(root, &outputs, &drifts)
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

/// Fails if a file differs from the generator's output. Writes nothing.
pub(crate) fn check(root: &Path) -> Result<(), String> {
    let (outputs, drifts) = compare(root)?;
    if !drifts.is_empty() {
        return Err(codegen::report(&drifts));
    }
    println!("all {} generated files are up to date", outputs.len());
    Ok(())
}

fn compare(root: &Path) -> Result<(Outputs, Vec<Drift>), String> {
    let source = Source::read(root).map_err(|error| error.to_string())?;
    let outputs = codegen::outputs(&source).map_err(|error| error.to_string())?;
    let drifts = codegen::compare(root, &outputs)
        .map_err(|error| format!("failed to read the generated files: {error}"))?;
    Ok((outputs, drifts))
}
