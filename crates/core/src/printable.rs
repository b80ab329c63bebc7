//! Makes text of the service safe to print.

use std::borrow::Cow;

use icu_properties::props::{ExtendedPictographic, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

const ZERO_WIDTH_JOINER: char = '\u{200D}';

/// Text on one line, without characters that control a terminal or that cannot be seen.
///
/// Line breaks and tabs become spaces. Other control characters (category Cc), format characters
/// (Cf, such as the marks that reverse the direction of writing) and separators of lines and
/// paragraphs (Zl, Zp) become U+FFFD. A zero-width joiner between two emoji stays, since it makes
/// them one.
pub fn printable(text: &str) -> Cow<'_, str> {
    // Printable ASCII is nearly all there is, and needs no lookup.
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut after_emoji = false;
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        let joins = character == ZERO_WIDTH_JOINER
            && after_emoji
            && rest.clone().next().is_some_and(is_pictograph);
        clean.push(match character {
            '\n' | '\r' | '\t' => ' ',
            _ if !joins && is_invisible(character) => char::REPLACEMENT_CHARACTER,
            _ => character,
        });
        after_emoji = is_pictograph(character) || after_emoji && modifies_emoji(character);
    }
    if clean == text {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(clean)
    }
}

fn is_invisible(character: char) -> bool {
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(character),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}

fn is_pictograph(character: char) -> bool {
    CodePointSetData::new::<ExtendedPictographic>().contains(character)
}

/// The variation selector for emoji, and the skin tones.
fn modifies_emoji(character: char) -> bool {
    matches!(character, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::printable;

    #[test]
    fn visible_text_stays() {
        for text in [
            "",
            "Contoso Ltd.",
            "Prise d\u{2019}\u{153}uvre \u{2013} \u{5168}\u{7403}",
            "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940} \u{645}\u{631}\u{62d}\u{628}\u{627}",
            // A family; a woman with a skin tone at a computer; a flag with a variation selector.
            "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}",
            "\u{1F469}\u{1F3FD}\u{200D}\u{1F4BB}",
            "\u{1F3F3}\u{FE0F}\u{200D}\u{26A7}\u{FE0F}",
        ] {
            assert!(
                matches!(printable(text), Cow::Borrowed(same) if same == text),
                "{text:?}"
            );
        }
    }

    #[test]
    fn control_and_format_characters_are_replaced() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\nc\td\u{9b}e\u{7f}f\0"),
            "a\u{fffd}[2Jb  c d\u{fffd}e\u{fffd}f\u{fffd}"
        );
        // One of each kind: line and paragraph separators, marks of direction, zero-width
        // characters, a byte order mark, a soft hyphen, annotations, musical and tag characters.
        for character in [
            '\u{85}',
            '\u{ad}',
            '\u{600}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200c}',
            '\u{200e}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2060}',
            '\u{2064}',
            '\u{2066}',
            '\u{2069}',
            '\u{206f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{110bd}',
            '\u{1bca0}',
            '\u{1d173}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e007f}',
        ] {
            assert_eq!(
                printable(&format!("a{character}b")),
                "a\u{fffd}b",
                "{character:?}"
            );
        }
    }

    #[test]
    fn a_joiner_that_joins_no_emoji_is_replaced() {
        for (text, clean) in [
            ("a\u{200d}b", "a\u{fffd}b"),
            ("\u{200d}\u{1F469}", "\u{fffd}\u{1F469}"),
            ("\u{1F469}\u{200d}", "\u{1F469}\u{fffd}"),
            ("\u{1F469}\u{200d}b", "\u{1F469}\u{fffd}b"),
            (
                "\u{1F469}\u{200d}\u{200d}\u{1F467}",
                "\u{1F469}\u{fffd}\u{fffd}\u{1F467}",
            ),
            ("a\u{FE0F}\u{200d}\u{1F467}", "a\u{FE0F}\u{fffd}\u{1F467}"),
        ] {
            assert_eq!(printable(text), clean);
        }
    }
}
