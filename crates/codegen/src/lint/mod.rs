//! Our rules for the document, beyond validity (`validate`) and Redocly's rules
//! (spec/redocly.yaml): what makes it useful for other teams.
//!
//! | rule | file |
//! |---|---|
//! | each part has a description and its sources, each value an example | `documented` |
//! | each operation refers to the shared headers and error responses | `shared` |
//! | names follow one style | `names` |
//! | a value that the service adds later breaks no client | `open` |
//! | ids have one style, which no client changes | `ids` |
//! | a code span is on one line | `code_spans` |
//! | each operation has a code sample in each language | `samples` |

mod code_spans;
mod documented;
mod ids;
mod names;
mod open;
mod samples;
mod shared;

use crate::checker::Checker;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::source::Source;
use crate::validate;

/// Validates the document, and checks it against all rules.
///
/// # Errors
///
/// All errors of validation; for a valid document, all violations of the rules.
pub fn lint(source: &Source) -> Result<(), Diagnostics> {
    let document = Document::load(source)?;
    validate::validate(&document, source)?;
    let mut checker = Checker::new(&document);
    for check in [
        documented::check,
        shared::check,
        names::check,
        open::check,
        ids::check,
        code_spans::check,
    ] {
        check(&mut checker);
    }
    samples::check(&mut checker, source);
    checker.finish()
}
