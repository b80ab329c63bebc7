//! JSON with halves of surrogate pairs.
//!
//! Some services send a name that was cut off in the middle of a character, such as `\ud83d`.
//! JavaScript and Python keep it as it is, and write it again; other languages replace it with
//! U+FFFD. Both are correct, so both are read as U+FFFD here.

use std::borrow::Cow;

/// A document as text, with U+FFFD in place of each lone half of a pair and of each byte that is not
/// UTF-8.
pub(crate) fn json_text(document: &[u8]) -> Cow<'_, str> {
    let text = String::from_utf8_lossy(document);
    if !text.contains("\\u") {
        return text;
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = &text[..];
    while let Some(at) = rest.find('\\') {
        clean.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                clean.push_str("\\ufffd");
                rest = &rest[6..];
                continue;
            }
            // An escape of two characters, such as an escaped backslash.
            _ => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
        };
        clean.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

/// The UTF-16 unit of an escape at the start of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::json_text;

    #[test]
    fn halves_of_pairs_are_replaced_and_all_else_stays() {
        for (document, text) in [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\uDE00 \uD83D\uDE00""#, r#""\ufffd \uD83D\uDE00""#),
            (
                r#""\ud83d\ud83d\ude00\\ud83d""#,
                r#""\ufffd\ud83d\ude00\\ud83d""#,
            ),
            (r#""\u00e9 \é \u""#, r#""\u00e9 \é \u""#),
            ("\\", "\\"),
        ] {
            assert_eq!(json_text(document.as_bytes()), text);
        }
    }
}
