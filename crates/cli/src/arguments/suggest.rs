//! What the user may have meant by a value that is not possible.

use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// The least similarity of a suggestion, from 0 to 1. The same as clap's.
const MIN_SIMILARITY: f64 = 0.7;

/// The known word that is most similar to the text, in any letter case.
pub(super) fn similar<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    let measured = known.into_iter().map(|word| {
        let measure = strsim::jaro_winkler(&text, &word.to_lowercase());
        (measure, word)
    });
    let best = measured.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(measure, _)| *measure > MIN_SIMILARITY)
        .map(|(_, word)| word)
}

/// Adds a suggestion to an error about a value, if there is none. Clap's own suggestions depend on
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
