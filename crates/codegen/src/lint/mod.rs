//! Our own rules for the document: what makes it good for the teams that take it, beyond what makes
//! it right (`validate`) and what Redocly can say (spec/redocly.yaml). One function a rule.
//!
//! | rule | file |
//! |---|---|
//! | each part has a description, its sources, and each value an example | `documented` |
//! | each operation refers to the shared headers and error answers | `shared` |
//! | names follow one style | `names` |
//! | a value that the service adds later breaks nobody | `open` |
//! | ids are plain text where a client would spell them anew | `ids` |

mod documented;
mod ids;
mod names;
mod open;
mod reach;
mod shared;

use serde_json::Value;

use crate::load::Document;
use crate::problem::{Problem, Problems};
use crate::source::Source;
use crate::validate;
use crate::walk::{self, Kind, Position};

/// What the rules look at, and what they find.
struct Lint<'a> {
    document: &'a Document,
    positions: Vec<Position>,
    problems: Vec<Problem>,
}

/// Checks the document against all rules.
///
/// # Errors
///
/// All that is wrong: first with the document as such, and if that is in order, with the rules.
pub fn lint(source: &Source) -> Result<(), Problems> {
    let document = Document::load(source)?;
    validate::validate(&document, source)?;
    let mut lint = Lint {
        positions: walk::positions(&document.value),
        document: &document,
        problems: Vec::new(),
    };
    for rule in [
        documented::check,
        shared::check,
        names::check,
        open::check,
        ids::check,
    ] {
        rule(&mut lint);
    }
    Problems::check(lint.problems)
}

impl<'a> Lint<'a> {
    fn root(&self) -> &'a Value {
        &self.document.value
    }

    fn refuse(&mut self, pointer: &str, message: impl Into<String>) {
        self.problems.push(self.document.problem(pointer, message));
    }

    /// The positions of a kind that are no references, with their values.
    fn each(&self, wanted: Kind) -> Vec<(String, &'a Value)> {
        let root = self.root();
        let found = self
            .positions
            .iter()
            .filter(|position| position.kind == wanted);
        found
            .filter_map(|position| {
                Some((position.pointer.clone(), root.pointer(&position.pointer)?))
            })
            .filter(|(_, value)| value.get("$ref").is_none())
            .collect()
    }

    /// The properties of all schemas: pointer, name and schema, which may be a reference.
    fn properties(&self) -> Vec<(String, &'a str, &'a Value)> {
        let schemas = self.each(Kind::Schema).into_iter();
        schemas
            .flat_map(|(at, schema)| {
                let properties = schema.get("properties").and_then(Value::as_object);
                properties
                    .into_iter()
                    .flatten()
                    .map(move |(name, property)| {
                        let pointer = format!("{at}/properties/{}", walk::escape(name));
                        (pointer, name.as_str(), property)
                    })
            })
            .collect()
    }

    /// The entries of a map of `components`.
    fn components(&self, part: &str) -> Vec<(String, &'a str, &'a Value)> {
        let entries = self.root().pointer(&format!("/components/{part}"));
        let entries = entries.and_then(Value::as_object).into_iter().flatten();
        entries
            .map(|(name, value)| {
                let pointer = format!("/components/{part}/{}", walk::escape(name));
                (pointer, name.as_str(), value)
            })
            .collect()
    }
}
