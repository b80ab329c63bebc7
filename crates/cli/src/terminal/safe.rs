//! The last check of text before it reaches a terminal.

use std::borrow::Cow;

use partner_center_transfers::printable;

/// The text with its line breaks, tabs and colors, but without any other character that controls
/// a terminal.
///
/// Values of the service and of the user are cleaned where they become part of the text, because
/// only there a line break or a color can be recognized as theirs. This catches the ones that were
/// forgotten.
pub(super) fn safe(text: &str) -> Cow<'_, str> {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\t', '\u{1b}']) {
        safe += &printable(&rest[..at]);
        rest = &rest[at..];
        let kept = match rest.strip_prefix('\u{1b}') {
            Some(sequence) => color(sequence).map_or(0, |length| 1 + length),
            None => 1,
        };
        if kept == 0 {
            safe.push(char::REPLACEMENT_CHARACTER);
        }
        safe += &rest[..kept];
        rest = &rest[kept.max(1)..];
    }
    safe += &printable(rest);
    if safe == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(safe)
    }
}

/// The length of the sequence after the escape character, if it selects a color or a style.
fn color(sequence: &str) -> Option<usize> {
    let parameters = sequence.strip_prefix('[')?;
    let end = parameters.find(|it: char| !it.is_ascii_digit() && it != ';')?;
    parameters[end..].starts_with('m').then_some(1 + end + 1)
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::safe;

    #[test]
    fn colors_and_layout_stay() {
        let text = "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m a\tb\n\u{1b}[38;5;10m全球 ─ 👩\u{200d}💻\n";
        assert!(matches!(safe(text), Cow::Borrowed(same) if same == text));
    }

    #[test]
    fn everything_else_that_controls_a_terminal_is_replaced() {
        assert_eq!(
            safe("\u{1b}[2Ja\u{1b}]0;title\u{7}b\rc\u{202e}d\n\u{9b}31me\u{1b}[3\u{1b}"),
            "\u{fffd}[2Ja\u{fffd}]0;title\u{fffd}b c\u{fffd}d\n\u{fffd}31me\u{fffd}[3\u{fffd}"
        );
    }
}
