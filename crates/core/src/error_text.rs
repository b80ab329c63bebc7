//! Formats values for error messages.

use std::error::Error;
use std::time::Duration;

/// The longest text of the service that a message repeats.
pub(crate) const TEXT_LIMIT: usize = 1_024;

/// Text of the service as part of one line, without control characters, which a log or a terminal
/// would interpret.
pub(crate) fn one_line(text: &str, limit: usize) -> String {
    text.trim()
        .chars()
        .take(limit)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
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

    use super::with_unit;

    #[test]
    fn a_duration_has_a_space_before_its_unit() {
        assert_eq!(with_unit(Duration::from_secs(30)), "30 s");
        assert_eq!(with_unit(Duration::from_millis(1_500)), "1.5 s");
        assert_eq!(with_unit(Duration::from_millis(200)), "200 ms");
    }
}
