//! Finds the known word that is most similar to an unknown one.

/// The least similarity, from 0 to 1. The same as clap's.
const MIN_SIMILARITY: f64 = 0.7;

/// The known word that is most similar to the text, in any letter case.
pub(crate) fn similar<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let text = text.to_lowercase();
    let measured = known.into_iter().map(|word| {
        let measure = strsim::jaro_winkler(&text, &word.to_lowercase());
        (measure, word)
    });
    let best = measured.max_by(|(one, _), (other, _)| one.total_cmp(other));
    best.filter(|(measure, _)| *measure > MIN_SIMILARITY)
        .map(|(_, word)| word)
}

/// The most similar word as the end of a message; empty if no known word is similar.
pub(crate) fn did_you_mean<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    similar(text, known).map_or_else(String::new, |word| format!("; did you mean {word:?}?"))
}
