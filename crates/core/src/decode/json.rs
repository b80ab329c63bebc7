//! The text of JSON bodies, as a JSON parser accepts it.

use std::borrow::Cow;

use memchr::{memchr, memchr2};
use serde::de::DeserializeSeed;

use super::rounding;

/// Removes the byte order mark that some gateways put at the start of a body.
pub(crate) fn without_bom(body: &[u8]) -> &[u8] {
    body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)
}

/// A body as text, without a byte order mark, and with U+FFFD in place of each byte that is not
/// UTF-8 and of each escaped half of a surrogate pair.
///
/// A name that was cut off in the middle of a character has either of them. The parser rejects
/// both, which would lose everything else that the body says.
pub(crate) fn json_text(body: &[u8]) -> Cow<'_, str> {
    let body = without_bom(body);
    // Several times as fast as the lossy conversion.
    if let Ok(text) = std::str::from_utf8(body) {
        return without_lone_surrogates(text);
    }
    let text = String::from_utf8_lossy(body).into_owned();
    match without_lone_surrogates(&text) {
        Cow::Borrowed(_) => Cow::Owned(text),
        Cow::Owned(text) => Cow::Owned(text),
    }
}

/// Puts numbers into quotes that would lose digits or could not be decoded: `1e400`, an integer
/// beyond 64 bits, and more than 17 significant digits. The text of a string keeps all of them, and
/// fields for numbers accept it.
pub(crate) fn quote_large_numbers(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut quoted = String::new();
    let (mut kept, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at += string_length(&bytes[at..]),
            b'-' | b'0'..=b'9' => {
                let is_number = |byte: &u8| {
                    byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E')
                };
                let length = bytes[at..]
                    .iter()
                    .take_while(|byte| is_number(byte))
                    .count();
                let number = &text[at..at + length];
                if is_lossy(number) {
                    quoted.push_str(&text[kept..at]);
                    quoted.extend(["\"", number, "\""]);
                    kept = at + length;
                }
                at += length;
            }
            _ => {
                let rest = &bytes[at + 1..];
                let next = rest
                    .iter()
                    .position(|byte| STARTS_SCALAR[usize::from(*byte)]);
                at += 1 + next.unwrap_or(rest.len());
            }
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    quoted.push_str(&text[kept..]);
    Cow::Owned(quoted)
}

/// Whether a byte starts a string or a number. A table is the fastest way past indentation.
static STARTS_SCALAR: [bool; 256] = {
    let mut starts = [false; 256];
    starts[b'"' as usize] = true;
    starts[b'-' as usize] = true;
    let mut digit = b'0';
    while digit <= b'9' {
        starts[digit as usize] = true;
        digit += 1;
    }
    starts
};

/// The length of the string at the start of a text, with its quotes.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(distance) = memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()) {
        at += distance;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// Whether a number of JSON does not fit into 64 bits. Anything else that looks similar does not
/// matter: it stays an error.
fn is_lossy(number: &str) -> bool {
    // The digits of an `f64` that are always exact.
    const EXACT_DIGITS: usize = 17;
    // As long as any number that fits, and the usual case.
    if number.len() <= 15 && !number.contains(['e', 'E']) {
        return false;
    }
    if number.parse::<i64>().is_ok() || number.parse::<u64>().is_ok() {
        return false;
    }
    // `serde_json` checks the rest of the syntax, since the text in quotes is not parsed again.
    if serde_json::from_str::<serde_json::value::Number>(number)
        .is_err_and(|error| !error.to_string().starts_with("number out of range"))
    {
        return false;
    }
    let mantissa = number.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let significant = digits.skip_while(|digit| *digit == b'0').count();
    significant > EXACT_DIGITS || number.parse::<f64>().is_ok_and(f64::is_infinite)
}

/// Decodes the value that a text consists of. Markup may follow it: some gateways append a page.
pub(crate) fn decode<'de, S: DeserializeSeed<'de>>(
    text: &'de str,
    seed: S,
) -> Result<S::Value, serde_json::Error> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = seed.deserialize(&mut json)?;
    match json.end() {
        Err(error) if !text.trim_end().ends_with('>') => Err(error),
        _ => Ok(value),
    }
}

/// Decodes the value that a text consists of like [`decode`], and loses no digits of a number: those
/// of [`quote_large_numbers`] are decoded as text.
pub(crate) fn decode_exactly<S, T>(text: &str) -> Result<T, serde_json::Error>
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Default,
{
    let (decoded, may_be_rounded) = rounding::watch(|| decode(text, S::default()));
    if decoded.is_ok() && !may_be_rounded {
        return decoded;
    }
    match quote_large_numbers(text) {
        Cow::Borrowed(_) => decoded,
        Cow::Owned(quoted) => decode(&quoted, S::default()),
    }
}

/// Replaces `\ud83d` by `\ufffd` unless it is the first or the second half of a pair. Texts
/// without such escapes are not copied; positions stay the same.
fn without_lone_surrogates(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut clean = String::new();
    let (mut kept, mut at) = (0, 0);
    while let Some(distance) = memchr(b'\\', &bytes[at..]) {
        at += distance;
        match escaped_unit(&bytes[at..]) {
            Some(0xD800..=0xDBFF)
                if matches!(escaped_unit(&bytes[at + 6..]), Some(0xDC00..=0xDFFF)) =>
            {
                at += 12;
            }
            Some(0xD800..=0xDFFF) => {
                clean.push_str(&text[kept..at]);
                clean.push_str("\\ufffd");
                at += 6;
                kept = at;
            }
            Some(_) => at += 6,
            // Another escape, such as an escaped backslash. Its character may be of any length.
            None => at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8),
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.push_str(&text[kept..]);
    Cow::Owned(clean)
}

/// The UTF-16 unit of an escape such as `\ud83d` at the start of a text.
fn escaped_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(br"\u")?.get(..4)?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use std::marker::PhantomData;

    use super::{decode, json_text, quote_large_numbers};

    #[test]
    fn each_lone_surrogate_becomes_the_replacement_character() {
        for (sent, read) in [
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""a\uD83D b""#, "a\u{fffd} b"),
            (r#""\uDE00""#, "\u{fffd}"),
            (r#""\ude80\ud83d""#, "\u{fffd}\u{fffd}"),
            (r#""\ud83d\uD83D\uDe80""#, "\u{fffd}\u{1F680}"),
            (r#""\ud83d\ude80\ude80""#, "\u{1F680}\u{fffd}"),
            (r#""\ud83d\u00e9""#, "\u{fffd}\u{e9}"),
            (r#""\ud83d\n""#, "\u{fffd}\n"),
            (r#""\ud83d\\ude80""#, "\u{fffd}\\ude80"),
            (r#""\\\ud83d""#, "\\\u{fffd}"),
            (r#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
            (r#""\uE000\uD7FF""#, "\u{E000}\u{D7FF}"),
        ] {
            let text = json_text(sent.as_bytes());
            assert_eq!(
                serde_json::from_str::<String>(&text).unwrap(),
                read,
                "{sent}"
            );
        }
        let members = r#"{"a\ud83d":["\ud83d",{"b":"\udc00"}],"c":1}"#;
        assert_eq!(
            json_text(members.as_bytes()),
            r#"{"a\ufffd":["\ufffd",{"b":"\ufffd"}],"c":1}"#
        );
    }

    #[test]
    fn numbers_that_would_lose_digits_are_quoted() {
        for (sent, read) in [
            ("12345678901234567890123", r#""12345678901234567890123""#),
            ("-9223372036854775809", r#""-9223372036854775809""#),
            ("18446744073709551616", r#""18446744073709551616""#),
            (
                r#"{"a":[1e400,-1E+999],"b":1}"#,
                r#"{"a":["1e400","-1E+999"],"b":1}"#,
            ),
            ("1.234567890123456789", r#""1.234567890123456789""#),
        ] {
            assert_eq!(quote_large_numbers(sent), read);
        }
        for text in [
            "18446744073709551615",
            "-9223372036854775808",
            "[0.1,1.5e3,1e-400,12.000000000000000]",
            "0.00000000000000000001",
            r#"{"1e400":"1e400 \" 12345678901234567890123","b":true}"#,
            // Not JSON, and it must stay an error.
            "1e400.5",
            "012345678901234567890123",
            "--12345678901234567890123",
            "\"1e400",
            "\"\\",
        ] {
            let read = quote_large_numbers(text);
            assert!(
                matches!(read, Cow::Borrowed(same) if same == text),
                "{text}: {read}"
            );
        }
    }

    #[test]
    fn other_text_is_not_copied() {
        for text in [
            "",
            "{}",
            r#""\\ud83d""#,
            r#""\ud83d\ude80 \u0041 \" \/""#,
            // Not JSON, and none of it is to be changed.
            r"\",
            r"\u",
            r"\ud8",
            r"\ud83x",
            r"\u+83d",
            "\\\u{e9}\\",
        ] {
            let read = json_text(text.as_bytes());
            assert!(
                matches!(read, Cow::Borrowed(same) if same == text),
                "{text}"
            );
        }
    }

    #[test]
    fn a_page_may_follow_the_value() {
        let read = |text| decode(text, PhantomData::<Vec<u8>>).ok();
        assert_eq!(read("[1] "), Some(vec![1]));
        assert_eq!(read("[1]\n<!DOCTYPE html><html></html>\n"), Some(vec![1]));
        assert_eq!(read("[1] [2]"), None);
        assert_eq!(read("[1"), None);
        assert_eq!(read("<html>"), None);
    }

    #[test]
    fn a_byte_order_mark_is_removed_and_invalid_bytes_are_replaced() {
        assert_eq!(json_text(b"\xEF\xBB\xBF{}"), "{}");
        assert_eq!(
            json_text(b"\"na\xEFve \xF0\x9F\x9A\""),
            "\"na\u{fffd}ve \u{fffd}\""
        );
        assert_eq!(json_text(b"\"\xFF\\ud83d\""), "\"\u{fffd}\\ufffd\"");
    }
}
