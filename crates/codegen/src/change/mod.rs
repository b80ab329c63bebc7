//! What a change of the document means to those who took the released one: nothing, more than they
//! had, or less. spec/README.md is the promise; this is what keeps it.
//!
//! A diff tool (oasdiff, run by `cargo xtask spec`) knows most changes. `own` knows what concerns
//! this document alone or what the tool leaves out, and `unexplained` is the net below both: an
//! operation whose contract is another one, while nobody says why, counts as broken.

mod contract;
mod own;
mod version;

use serde_json::Value;

use crate::bundle;
use crate::load::Document;
use crate::node::Node;
use crate::problem::{Problem, Problems};
use crate::source::Source;
use crate::validate;

pub use contract::unexplained;
pub use own::own;
pub use version::rise;

/// What a change does to a client that was made from the released document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing: other words, examples or order.
    None,
    /// It can do all that it could; there is more.
    Additive,
    /// It, or one made anew in its place, no longer fits.
    Breaking,
}

impl Class {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Additive => "additive",
            Self::Breaking => "breaking",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// What it does to clients.
    pub class: Class,
    /// Where, in words or as a JSON pointer.
    pub place: String,
    /// What changed.
    pub text: String,
}

/// The bundle as a value, of a document that may still break rules: what is compared is what it
/// says, not whether it may be released.
///
/// # Errors
///
/// All that keeps it from being read as an OpenAPI document at all.
pub fn bundle(source: &Source) -> Result<Value, Problems> {
    let document = Document::load(source)?;
    validate::references(&document)?;
    Ok(bundle::inlined(&document, source)?)
}

/// A released document.
///
/// # Errors
///
/// If it is no YAML.
pub fn released(file: &str, text: &str) -> Result<Value, Problem> {
    Ok(Node::parse(file, text)?.to_value())
}
