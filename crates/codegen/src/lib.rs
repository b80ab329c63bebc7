//! Makes the Rust client and the bundles that are shared with other languages from one
//! hand-written OpenAPI document.
//!
//! | step | module | from | to |
//! |---|---|---|---|
//! | read | `source` | a workspace on disk | the text of the spec and its examples |
//! | load | `load`, `node`, `walk` | text | a document, with the place of each value |
//! | validate | `validate`, `json_schema`, `clash`, `limits` | a document | nothing, or all that is wrong with it |
//! | lint | `lint` | a document | nothing, or the rules of ours that it breaks |
//! | adapt | `adapt`, `null` | a document | one that progenitor can take |
//! | generate | `generate`, `rework` | an adapted document | formatted Rust |
//! | bundle | `bundle` | a document and its examples | JSON and YAML that need no other file |
//! | schemas | `schemas` | a document | a JSON Schema file for each component |
//! | error codes | `error_codes` | a document | the known error codes, as Rust and as JSON |
//! | judge | `change` | a released document and a new one | what the change does to clients |
//! | compare | `drift` | outputs and a workspace on disk | what is stale, missing or orphaned |
//!
//! All but the first and the last are pure functions: the same input gives the same bytes, on any
//! machine.

mod adapt;
mod bundle;
pub mod change;
mod clash;
mod drift;
mod error_codes;
mod generate;
mod json_schema;
mod limits;
mod lint;
mod load;
mod node;
mod null;
mod problem;
mod rework;
mod schemas;
mod source;
mod validate;
mod walk;

use std::collections::BTreeMap;

pub use drift::{Drift, DriftKind, compare, mend, report};
pub use json_schema::convert as json_schema_of;
pub use lint::lint;
pub use problem::{Place, Problem, Problems};
pub use source::Source;

/// The command that runs the generator.
pub const COMMAND: &str = "cargo xtask codegen";

/// What the generator makes: contents by file, relative to the workspace's root.
pub type Outputs = BTreeMap<String, String>;

/// Makes all outputs.
///
/// # Errors
///
/// All that is wrong with the input, in one line each; then there is no output at all.
pub fn outputs(source: &Source) -> Result<Outputs, Problems> {
    let document = load::Document::load(source)?;
    validate::validate(&document, source)?;
    let adapted = adapt::adapt(&document)?;
    let mut outputs = bundle::bundle(&document, source)?;
    outputs.extend(schemas::schemas(&document)?);
    outputs.extend(error_codes::error_codes(&document, source)?);
    outputs.extend(generate::generate(&document, &adapted, source)?);
    Ok(outputs)
}

/// Problems of the spec, from JSON pointers and messages: what a tool says of the bundle, shown in
/// the file that the maintainer edits.
///
/// # Errors
///
/// If the spec is no YAML.
pub fn problems_at(
    source: &Source,
    findings: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<Problem>, Problem> {
    let node = node::Node::parse(source::SPEC, &source.spec)?;
    let problem = |(pointer, message): (String, String)| {
        Problem::new(source::SPEC, Some(node.place_of(&pointer)), message)
    };
    Ok(findings.into_iter().map(problem).collect())
}
