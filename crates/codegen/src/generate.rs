//! Generates the client from an adapted document: runs progenitor, postprocesses its output, and
//! formats it with prettyplease.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use openapiv3::OpenAPI;
use proc_macro2::TokenStream;
use progenitor::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use serde_json::{Value, json};

use crate::adapt::{Adapted, TIMESTAMP};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, entries, escape, operations};
use crate::output::{Outputs, rust};
use crate::postprocess;
use crate::source::{SPEC, Source};

/// The directory of the generated module.
const DIRECTORY: &str = "crates/transfers/src/generated";

/// Schemas of ids that every call has, for which the runtime has types.
const RUNTIME_TYPES: [&str; 2] = ["RequestId", "CorrelationId"];

/// Makes the files of the generated module.
pub(crate) fn generate(
    document: &Document,
    adapted: &Adapted,
    source: &Source,
) -> Result<Outputs, Diagnostic> {
    let tokens = progenitor(&adapted.api).map_err(|reason| {
        let message = |reason: &str| format!("progenitor does not support this: {reason}");
        match find_unsupported(document, adapted) {
            Some((pointer, reason)) => document.error(&pointer, message(&reason)),
            None => Diagnostic::new(SPEC, None, message(&reason)),
        }
    })?;
    let failed =
        |error| Diagnostic::new(DIRECTORY, None, format!("postprocessing failed: {error}"));
    let file = syn::parse2(tokens).map_err(|error| failed(error.to_string()))?;
    let files = postprocess::postprocess(file, adapted).map_err(failed)?;
    let text = |file| rust(file, source, "the spec or crates/codegen");
    let files = files.iter();
    Ok(files
        .map(|(name, file)| (format!("{DIRECTORY}/{name}.rs"), text(file)))
        .collect())
}

/// Runs progenitor, which panics on what it does not support. The error is a single line.
fn progenitor(api: &OpenAPI) -> Result<TokenStream, String> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq");
    for name in RUNTIME_TYPES {
        settings.with_replacement(
            name,
            format!("::partner_center_core::{name}"),
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    settings.with_replacement(
        TIMESTAMP,
        "::partner_center_core::Timestamp",
        [TypeImpl::Display].into_iter(),
    );
    catch_panic(|| Generator::new(&settings).generate_tokens(api))
        .and_then(|result| result.map_err(|error| error.to_string()))
        .map_err(|error| shorten(&error))
}

/// The first schema or operation that progenitor rejects on its own, and the reason. A run takes
/// milliseconds.
fn find_unsupported(document: &Document, adapted: &Adapted) -> Option<(String, String)> {
    let reject = |value: &Value| progenitor(&document.parse(value).ok()?).err();
    let mut without_paths = adapted.value.clone();
    without_paths["paths"] = json!({});
    let mut candidates = Vec::new();
    if reject(&without_paths).is_some() {
        let schemas = &adapted.value["components"]["schemas"];
        for (name, schema) in entries(Some(schemas)) {
            let mut value = without_paths.clone();
            // The others stay as empty schemas, as targets of references.
            for other in value["components"]["schemas"].as_object_mut()?.values_mut() {
                *other = json!({ "type": "object" });
            }
            value["components"]["schemas"][name] = schema.clone();
            candidates.push((format!("/components/schemas/{}", escape(name)), value));
        }
    }
    for operation in operations(&adapted.value) {
        let mut value = without_paths.clone();
        let mut item = adapted.value["paths"][operation.path].clone();
        item.as_object_mut()?
            .retain(|key, _| key == "parameters" || key == operation.method);
        value["paths"][operation.path] = item;
        candidates.push((operation.pointer, value));
    }
    let mut candidates = candidates.into_iter();
    candidates.find_map(|(pointer, value)| Some((pointer, reject(&value)?)))
}

thread_local! {
    /// Whether a panic of this thread is caught and reported as an error.
    static CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Runs a function and returns the message of its panic, which is not printed. Other panics still
/// reach the process's hook.
fn catch_panic<T>(function: impl FnOnce() -> T) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !CATCHING.get() {
                hook(panic);
            }
        }));
    });
    CATCHING.set(true);
    let result = catch_unwind(AssertUnwindSafe(function));
    CATCHING.set(false);
    result.map_err(|panic| match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic
            .downcast_ref::<&str>()
            .map_or_else(|| "panic without a message".to_owned(), ToString::to_string),
    })
}

/// progenitor's messages contain whole structures, in many lines.
fn shorten(text: &str) -> String {
    const LIMIT: usize = 200;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LIMIT) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_panic_becomes_an_error_and_later_panics_are_printed() {
        assert_eq!(super::catch_panic(|| 1), Ok(1));
        let result: Result<(), String> = super::catch_panic(|| panic!("no {}", "way"));
        assert_eq!(result, Err("no way".to_owned()));
        assert!(!super::CATCHING.get());
    }
}
