//! Suggests a known word for one that is unknown.

/// How similar two words must be, as in the suggestions of clap.
const SIMILAR: f64 = 0.7;

/// The known word that is most similar to an unknown one, as the end of a message.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let word = word.to_lowercase();
    let scored = known.into_iter().map(|it| (strsim::jaro(&word, it), it));
    let best = scored.max_by(|(one, _), (other, _)| one.total_cmp(other));
    match best {
        Some((score, best)) if score > SIMILAR => format!("; did you mean {best:?}?"),
        _ => String::new(),
    }
}
