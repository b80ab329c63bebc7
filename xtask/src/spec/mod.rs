//! `cargo xtask spec`: checks the OpenAPI document with our own rules, with Redocly, and for
//! compatibility with the released document; its editions also with `TypeSpec`. Every finding is an error.

mod editions;
mod oasdiff;
mod redocly;
mod released;

use std::path::Path;

use partner_center_codegen::change::{Class, bundle};
use partner_center_codegen::{Source, lint};

use released::Comparison;

/// Lints the document, and checks its version against the changes since the release. `tools` is the
/// workspace that pins the tools.
pub(crate) fn check(root: &Path, tools: &Path) -> Result<(), String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    check_rules(root, tools, &source)?;
    let comparison = Comparison::make(root, tools, &source)?;
    if comparison.released.is_none() {
        return Err(format!(
            "{} is missing; restore it from git, or create it with `cargo xtask spec release`",
            released::FILE
        ));
    }
    comparison.check_version()?;
    println!("{}", comparison.summary());
    Ok(())
}

fn check_rules(root: &Path, tools: &Path, source: &Source) -> Result<(), String> {
    lint(source).map_err(|problems| problems.to_string())?;
    // Made from the source, so that the check also works before `cargo xtask codegen`.
    let bundle = bundle(source).map_err(|problems| problems.to_string())?;
    redocly::lint(root, tools, source, "openapi.json", &bundle, &[])?;
    editions::check(root, tools, source)?;
    println!("spec/openapi.yaml follows all rules");
    Ok(())
}

/// Prints each change since the released document and its effect on clients.
pub(crate) fn changes(root: &Path, tools: &Path) -> Result<(), String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    let comparison = Comparison::make(root, tools, &source)?;
    for change in &comparison.changes {
        println!("{}: {}: {}", change.class.word(), change.place, change.text);
    }
    println!("{}", comparison.summary());
    Ok(())
}

/// Copies the bundle to spec/released/, if it follows the rules, has a new version and a changelog
/// entry, and spec/dist/ is up to date.
pub(crate) fn release(root: &Path, tools: &Path) -> Result<(), String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    check_rules(root, tools, &source)?;
    crate::codegen::check(root)?;
    let comparison = Comparison::make(root, tools, &source)?;
    comparison.check_version()?;
    let version = &comparison.version;
    if comparison.released.as_ref() == Some(version) {
        if comparison.class() == Class::None && !comparison.differs {
            println!("{version} is already released, and nothing changed since");
            return Ok(());
        }
        return Err(format!(
            "version {version} is already released; raise `info.version` in spec/openapi.yaml"
        ));
    }
    released::check_changelog(root, version)?;
    released::copy(root)?;
    println!("released {version}: commit {}", released::FILE);
    Ok(())
}
