//! Adds a similar value to an error about an unknown one.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::similar::similar;

/// Adds a suggestion to an error about a value that has none. Clap's own suggestions depend on
/// the letter case.
pub(super) fn add_to(error: &mut Error) {
    // Clap advises to pass an unknown option as an id, after `--`.
    if error.kind() == ErrorKind::UnknownArgument {
        error.remove(ContextKind::Suggested);
    }
    if error.kind() != ErrorKind::InvalidValue || error.get(ContextKind::SuggestedValue).is_some() {
        return;
    }
    let (Some(ContextValue::String(text)), Some(ContextValue::Strings(known))) = (
        error.get(ContextKind::InvalidValue),
        error.get(ContextKind::ValidValue),
    ) else {
        return;
    };
    let suggestion = similar(text, known.iter().map(String::as_str)).map(str::to_owned);
    if let Some(word) = suggestion {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(word));
    }
}
