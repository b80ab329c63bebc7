//! Requirements on the document beyond the structure of OpenAPI.

mod examples;
mod ignored;
mod name_collisions;
mod operations;
mod references;
mod unsupported;

use crate::checker::Checker;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::source::Source;

pub(crate) use operations::SHARED_PARAMETERS;
pub(crate) use references::check as references;

/// Checks the document and its examples.
pub(crate) fn validate(document: &Document, source: &Source) -> Result<(), Diagnostics> {
    // The other checks follow references.
    references::check(document)?;
    let mut checker = Checker::new(document);
    for check in [
        operations::check,
        name_collisions::check,
        unsupported::check,
        ignored::check,
    ] {
        check(&mut checker);
    }
    examples::check(&mut checker, source);
    checker.finish()
}
