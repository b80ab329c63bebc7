//! `cargo xtask spec`: the gates on the document as a product that other teams take. Rules of ours,
//! those of Redocly, and the promise of spec/README.md about change. Nothing is only a warning.

mod oasdiff;
mod redocly;
mod released;

use std::path::Path;

use partner_center_codegen::change::{Class, bundle};
use partner_center_codegen::{Source, lint};

use released::Comparison;

/// The bundle, where the tools read it: made from the source and not taken from spec/dist/, so that
/// the check holds before `cargo xtask codegen` too.
const BUNDLE: &str = "openapi.json";

/// Lints the document and judges the change since the released one. `tools` is the workspace that
/// pins the tools.
pub(crate) fn check(root: &Path, tools: &Path) -> Result<(), String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    rules(root, tools, &source)?;
    let comparison = Comparison::make(root, tools, &source)?;
    if comparison.released.is_none() {
        return Err(format!(
            "{} is missing; get it back from git, or make it with `cargo xtask spec release`",
            released::FILE
        ));
    }
    comparison.version_rose()?;
    println!("{}", comparison.summary());
    Ok(())
}

fn rules(root: &Path, tools: &Path, source: &Source) -> Result<(), String> {
    lint(source).map_err(|problems| problems.to_string())?;
    let bundle = bundle(source).map_err(|problems| problems.to_string())?;
    redocly::lint(root, tools, source, &bundle)?;
    println!("spec/openapi.yaml keeps all rules");
    Ok(())
}

/// Prints each change since the released document and what it does to clients.
pub(crate) fn changes(root: &Path, tools: &Path) -> Result<(), String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    let comparison = Comparison::make(root, tools, &source)?;
    for change in &comparison.changes {
        println!("{}: {}: {}", change.class.word(), change.place, change.text);
    }
    println!("{}", comparison.summary());
    Ok(())
}

/// Copies the bundle to spec/released/, if it may be released: it keeps the rules, its version rose,
/// the changelog names it, and spec/dist/ is up to date.
pub(crate) fn release(root: &Path, tools: &Path) -> Result<(), String> {
    let source = Source::read(root).map_err(|problems| problems.to_string())?;
    rules(root, tools, &source)?;
    crate::codegen::check(root)?;
    let comparison = Comparison::make(root, tools, &source)?;
    comparison.version_rose()?;
    let version = &comparison.version;
    if comparison.released.as_ref() == Some(version) {
        if comparison.class() == Class::None && !comparison.differs {
            println!("{version} is released already, and nothing changed since");
            return Ok(());
        }
        return Err(format!(
            "version {version} is released already; raise `info.version` in spec/openapi.yaml"
        ));
    }
    released::changelog_names(root, version)?;
    released::copy(root)?;
    println!("released {version}: commit {}", released::FILE);
    Ok(())
}
