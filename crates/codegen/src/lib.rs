//! Generates the Rust client, and the bundles for other languages, from one hand-written OpenAPI
//! document.
//!
//! | step | module | from | to |
//! |---|---|---|---|
//! | read | `source` | a workspace on disk | the text of the spec and its examples |
//! | load | `document` | text | a document, with the location of each value |
//! | validate | `validate` | a document | nothing, or its errors |
//! | lint | `lint` | a document | nothing, or the violations of our rules |
//! | adapt | `adapt`, `nullable` | a document | a document for progenitor |
//! | generate | `generate`, `postprocess` | an adapted document | formatted Rust |
//! | bundle | `bundle`, `samples` | a document, its examples and code samples | a self-contained file, as JSON and YAML |
//! | editions | `editions` | a document and its examples | the bundle without unions, and as OpenAPI 3.1 |
//! | schemas | `schemas` | a document | a JSON Schema file for each component |
//! | error codes | `error_codes` | a document | the known error codes, as Rust and as JSON |
//! | classify | `change` | a released document and a new one | the effect of the changes on clients |
//! | compare | `drift` | outputs and a workspace on disk | stale, missing and orphaned files |
//!
//! All steps but the first and the last are pure functions: the same input gives the same bytes on
//! any machine.

mod adapt;
mod bundle;
pub mod change;
mod checker;
mod diagnostic;
mod document;
mod drift;
mod editions;
mod error_codes;
mod generate;
mod ident;
mod json_schema;
mod lint;
mod nullable;
mod output;
mod postprocess;
mod samples;
mod schemas;
mod source;
mod validate;

pub use diagnostic::{Diagnostic, Diagnostics, Location};
pub use drift::{Drift, DriftKind, compare, report, write};
pub use json_schema::convert as json_schema_of;
pub use lint::lint;
pub use output::{COMMAND, Outputs};
pub use source::Source;

/// Makes all outputs.
///
/// # Errors
///
/// All errors in the input.
pub fn outputs(source: &Source) -> Result<Outputs, Diagnostics> {
    let document = document::Document::load(source)?;
    validate::validate(&document, source)?;
    // The editions take as long as all the rest.
    let (editions, rest) = std::thread::scope(|scope| {
        let editions = scope.spawn(|| editions::editions(&document, source));
        let rest = all_but_editions(&document, source);
        (editions.join(), rest)
    });
    let mut outputs = rest?;
    outputs.extend(editions.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
    Ok(outputs)
}

fn all_but_editions(
    document: &document::Document,
    source: &Source,
) -> Result<Outputs, Diagnostics> {
    let adapted = adapt::adapt(document)?;
    let mut outputs = bundle::bundle(document, source)?;
    outputs.extend(schemas::schemas(document));
    outputs.extend(error_codes::error_codes(document, source)?);
    outputs.extend(generate::generate(document, &adapted, source)?);
    Ok(outputs)
}

/// Makes the editions of the bundle for tools that cannot use it as it is.
///
/// # Errors
///
/// The source is not an OpenAPI document, or an example does not match an edition.
pub fn editions(source: &Source) -> Result<Outputs, Diagnostics> {
    let document = document::Document::load(source)?;
    validate::references(&document)?;
    editions::editions(&document, source)
}

/// Locates findings about the bundle, as JSON pointers and messages, in the spec.
///
/// # Errors
///
/// The spec is not YAML.
pub fn diagnostics_at(
    source: &Source,
    findings: impl IntoIterator<Item = (String, String)>,
) -> Result<Vec<Diagnostic>, Diagnostic> {
    let tree = document::Tree::parse(source::SPEC, &source.spec)?;
    let diagnostic = |(pointer, message): (String, String)| {
        Diagnostic::new(source::SPEC, Some(tree.location_of(&pointer)), message)
    };
    Ok(findings.into_iter().map(diagnostic).collect())
}
