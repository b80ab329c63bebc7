//! Checks the editions of the bundle with tools that read them: Redocly CLI, and `TypeSpec` for the 3.1
//! edition. crates/codegen checks them against the published schemas of OpenAPI and all examples.

use std::path::Path;

use partner_center_codegen::{self as codegen, Source};
use serde_json::Value;

use super::redocly;
use crate::{files, process, tools};

/// The editions, with the rules of Redocly that do not apply to them.
const EDITIONS: [(&str, &[&str]); 2] = [
    // `nullable` is next to an `allOf` there, which Redocly's validator of examples rejects.
    // crates/codegen validates them.
    (
        "openapi-flat.json",
        &[
            "nullable-type-sibling",
            "no-invalid-schema-examples",
            "no-invalid-media-type-examples",
        ],
    ),
    (FOR_TYPESPEC, &[]),
];
/// The edition that `TypeSpec` converts.
const FOR_TYPESPEC: &str = "openapi-3.1.json";

/// Fails with the findings of all tools.
pub(super) fn check(root: &Path, tools: &Path, source: &Source) -> Result<(), String> {
    let editions = codegen::editions(source).map_err(|problems| problems.to_string())?;
    for (name, skipped) in EDITIONS {
        let text = editions.get(&format!("spec/dist/{name}"));
        let text = text.ok_or_else(|| format!("spec/dist/{name}: not made"))?;
        let edition: Value = serde_json::from_str(text)
            .map_err(|error| format!("spec/dist/{name}: not valid JSON: {error}"))?;
        redocly::lint(root, tools, source, name, &edition, skipped)?;
        if name == FOR_TYPESPEC {
            typespec(tools, &edition)?;
        }
    }
    Ok(())
}

/// Converts an edition to `TypeSpec` and compiles the result.
fn typespec(tools: &Path, edition: &Value) -> Result<(), String> {
    let packages = tools::node_packages(tools)?;
    // The result imports packages, which the compiler finds in a directory above it.
    let place = packages.parent().unwrap_or(&packages);
    let draft = tempfile::tempdir_in(place)
        .map_err(|error| files::failed("create a directory in", place, &error))?;
    let input = draft.path().join(FOR_TYPESPEC);
    files::write(&input, edition.to_string())?;

    let mut converter = tools::node(tools, "@typespec/openapi3/cmd/tsp-openapi3.js")?;
    converter.arg(&input).arg("--output-dir").arg(draft.path());
    process::run("tsp-openapi3", &mut converter)?;
    let main = draft.path().join("main.tsp");
    check_models(&files::read_text(&main)?, edition)?;

    let mut compiler = tools::node(tools, "@typespec/compiler/cmd/tsp.js")?;
    compiler.arg("compile").arg(&main).arg("--no-emit");
    compiler.current_dir(draft.path());
    process::run("the TypeSpec compiler", &mut compiler)?;
    Ok(())
}

/// Checks that no object was lost: the converter omits what it does not understand.
fn check_models(program: &str, edition: &Value) -> Result<(), String> {
    let schemas = edition["components"]["schemas"].as_object();
    for (name, schema) in schemas.into_iter().flatten() {
        let kind = match schema.get("properties") {
            Some(_) => "model",
            None if schema.get("oneOf").is_some() => "union",
            None => continue,
        };
        let declaration = format!("{kind} {name} {{");
        if !program.lines().any(|line| line == declaration) {
            return Err(format!(
                "spec/dist/{FOR_TYPESPEC}: tsp-openapi3 made no {kind} of the schema {name}"
            ));
        }
    }
    Ok(())
}
