//! Classifies the changes since the released document, to keep the compatibility promise of
//! spec/DOCUMENT.md.
//!
//! oasdiff, run by `cargo xtask spec`, finds most changes. `custom_rules` finds those that oasdiff
//! cannot know or does not report. `contract` is the safety net: if the contract of an operation
//! changed and neither of the two explains it, the change counts as breaking.

mod class;
mod contract;
mod custom_rules;
mod version;

use serde_json::Value;

use crate::bundle;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Document, Tree};
use crate::source::Source;
use crate::validate;

pub use class::{Change, Class};
pub use contract::unexplained;
pub use custom_rules::custom_rules;
pub use version::check_version;

/// The bundle of a document that may still break validation rules: a comparison does not need a
/// document that can be released.
///
/// # Errors
///
/// The source is not an OpenAPI document.
pub fn bundle(source: &Source) -> Result<Value, Diagnostics> {
    let document = Document::load(source)?;
    validate::references(&document)?;
    Ok(bundle::inlined(&document, source)?)
}

/// Parses a released document.
///
/// # Errors
///
/// The text is not YAML.
pub fn released(file: &str, text: &str) -> Result<Value, Diagnostic> {
    Ok(Tree::parse(file, text)?.to_value())
}
