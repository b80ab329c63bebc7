//! Checks the C# that openapi-generator makes with its default library (System.Text.Json, .NET 8). It
//! cannot be compiled without a .NET SDK, so its source is read.

use std::path::Path;

use serde_json::Value;

use super::build::{self, SPEC};
use super::csharp_source::{answers, findings, numbers_or_text};
use crate::files::{self, Files};
use crate::toolchain::Need;

pub(super) const NAME: &str = "csharp-system-text-json";
pub(super) const NEEDS: [Need; 2] = [Need::Java, Need::Python];

/// The edition that spec/README.md names for this library. The check reads it there, too.
const README: &str = "spec/README.md";
const EDITION: &str = "spec/dist/openapi-flat.json";
const MODELS: &str = "src/Org.OpenAPITools/Model";

/// Generates the client from the edition and from the full document. The source of the first must
/// read every answer; that of the second is known not to, which shows that the check finds it.
pub(super) fn check(root: &Path) -> Result<String, String> {
    let named = files::read_text(&root.join(README))?;
    let edition = EDITION.trim_start_matches("spec/");
    let mut lines = named.lines();
    if !lines.any(|line| line.contains("System.Text.Json") && line.contains(edition)) {
        return Err(format!(
            "{README}: expected a line that names {edition} for System.Text.Json"
        ));
    }
    let both = numbers_or_text(&read(root, SPEC)?);
    if both.is_empty() {
        return Err(format!("{SPEC}: no property is a number or text"));
    }
    let answers = answers(&read(root, EDITION)?);
    let found = findings(&generate(root, EDITION)?, &answers, &both);
    if !found.is_empty() {
        let found = found.join("\n");
        return Err(format!("{NAME}: C# from {EDITION} loses data:\n{found}"));
    }
    let found = findings(&generate(root, SPEC)?, &answers, &both);
    let unseen = both.iter().find(|pair| {
        let name = format!("{}.{}: ", pair.schema, pair.property);
        !found.iter().any(|line| line.starts_with(&name))
    });
    if let Some(pair) = unseen {
        return Err(format!(
            "{NAME}: C# from {SPEC} reads {}.{}, or this check misses that it does not: if \
             openapi-generator reads a number or text now, name {SPEC} for it in spec/README.md",
            pair.schema, pair.property
        ));
    }
    Ok(format!(
        "C# from {EDITION} reads all {} properties that are a number or text, and every answer; \
         from {SPEC} it has {} defects",
        both.len(),
        found.len()
    ))
}

fn read(root: &Path, document: &str) -> Result<Value, String> {
    let path = root.join(document);
    serde_json::from_slice(&files::read(&path)?)
        .map_err(|error| format!("{}: invalid JSON: {error}", path.display()))
}

/// Returns the models that are generated from a document.
fn generate(root: &Path, document: &str) -> Result<Files, String> {
    let place = root.join("target/conformance").join(NAME);
    files::create_directory(&place)?;
    let out = Path::new(document).file_stem().unwrap_or_default();
    let out = out.to_string_lossy().into_owned();
    let _ = std::fs::remove_dir_all(place.join(&out));
    let input = root.join(document).display().to_string();
    let jar = build::generator(root)?;
    let command = [
        "java",
        "-jar",
        &jar,
        "generate",
        "--generator-name",
        "csharp",
        "--input-spec",
        &input,
        "--output",
        &out,
    ];
    build::run(&place, &command.map(str::to_owned))?;
    files::read_all(&place.join(out).join(MODELS))
}
