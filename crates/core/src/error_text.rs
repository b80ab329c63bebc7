//! Formats values for error messages.

use std::borrow::Cow;
use std::error::Error;
use std::time::Duration;

use crate::printable::printable;

/// The longest text of the service that a message repeats.
pub(crate) const TEXT_LIMIT: usize = 1_024;

/// Text of the service as part of one line, without characters that a log or a terminal would
/// interpret.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    let text = text.trim();
    let end = text
        .char_indices()
        .nth(limit)
        .map_or(text.len(), |(at, _)| at);
    printable(&text[..end]).into_owned()
}

/// The maximum length of an error in bytes.
pub(crate) const ERROR_LIMIT: usize = 2_048;

/// The beginning of a text that is longer than `limit` bytes.
pub(crate) fn shortened(text: &str, limit: usize) -> Cow<'_, str> {
    const MARK: &str = "...";
    if text.len() <= limit {
        return Cow::Borrowed(text);
    }
    let mut end = limit.saturating_sub(MARK.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    Cow::Owned(format!("{}{MARK}", &text[..end]))
}

/// The innermost error of a chain: "connection refused" says more than "error sending request".
pub(crate) fn root_cause<'a>(error: &'a (dyn Error + 'static)) -> &'a (dyn Error + 'static) {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause
}

/// A duration with a space before its unit: `30 s`, `1.5 s`, `200 ms`.
pub(crate) fn with_unit(duration: Duration) -> String {
    let text = format!("{duration:?}");
    match text.find(|letter: char| !letter.is_ascii_digit() && letter != '.') {
        Some(unit) => format!("{} {}", &text[..unit], &text[unit..]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{one_line, shortened, with_unit};

    #[test]
    fn text_of_the_service_stays_on_one_line() {
        assert_eq!(
            one_line("  bad\nthing \u{202e}gnp.exe\u{200b}\u{1b}[2J", 64),
            "bad thing \u{fffd}gnp.exe\u{fffd}\u{fffd}[2J"
        );
        assert_eq!(one_line("caf\u{e9}s", 4), "caf\u{e9}");
    }

    #[test]
    fn a_long_text_is_shortened_between_characters() {
        assert_eq!(shortened("caf\u{e9}s", 6), "caf\u{e9}s");
        assert_eq!(shortened("\u{e9}\u{e9}\u{e9}\u{e9}", 6), "\u{e9}...");
        assert_eq!(shortened("abc", 1), "...");
    }

    #[test]
    fn a_duration_has_a_space_before_its_unit() {
        assert_eq!(with_unit(Duration::from_secs(30)), "30 s");
        assert_eq!(with_unit(Duration::from_millis(1_500)), "1.5 s");
        assert_eq!(with_unit(Duration::from_millis(200)), "200 ms");
    }
}
