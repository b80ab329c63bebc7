//! Editions of the bundle for tools that cannot use it as it is.
//!
//! | edition | for |
//! |---|---|
//! | `openapi-flat` | generators without unions |
//! | `openapi-3.1` | tools that expect OpenAPI 3.1 and JSON Schema |
//!
//! An edition describes the same requests and responses: all example payloads are checked against it.

mod check;
mod flat;
mod merge;
mod v3_1;
mod whole;

use crate::bundle;
use crate::diagnostic::Diagnostics;
use crate::document::Document;
use crate::json_schema::Components;
use crate::output::Outputs;
use crate::samples;
use crate::source::Source;

/// Makes all editions.
pub(crate) fn editions(document: &Document, source: &Source) -> Result<Outputs, Diagnostics> {
    let full = bundle::inlined(document, source)?;
    let mut outputs = Outputs::new();

    let flat = flat::flat(&full);
    check::examples(document, &flat, "flat", &Components::of_3_0(&flat))?;
    let mut flat = bundle::stamped(flat, source);
    samples::insert(&mut flat, document, source);
    outputs.extend(bundle::json("openapi-flat", &flat));
    outputs.extend(bundle::yaml("openapi-flat", &flat, source)?);

    let v3_1 = v3_1::v3_1(&full);
    check::structure(document, &v3_1)?;
    check::examples(document, &v3_1, "3.1", &Components::of_3_1(&v3_1))?;
    outputs.extend(bundle::json("openapi-3.1", &bundle::stamped(v3_1, source)));
    Ok(outputs)
}
