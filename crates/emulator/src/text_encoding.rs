//! The encodings of files and request bodies.
//!
//! Text is UTF-8. Editors and shells of Windows add a byte order mark, or write UTF-16 with one; both
//! are read. Everything else is refused with the name of the encoding that it looks like.

use std::borrow::Cow;

/// The encoding that a request declares for its body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    /// The byte order follows from a mark, and without one from the position of the zero bytes.
    Utf16,
    Utf16Le,
    Utf16Be,
}

impl Charset {
    /// Returns the charset with this name, in any letter case.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "utf-8" | "utf8" | "us-ascii" | "ascii" => Some(Self::Utf8),
            "utf-16" | "utf16" | "unicode" | "ucs-2" | "iso-10646-ucs-2" => Some(Self::Utf16),
            "utf-16le" | "unicodefffe" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            _ => None,
        }
    }
}

/// Decodes UTF-8 with or without a byte order mark, or UTF-16 with one.
///
/// # Errors
///
/// The encoding that the text looks like, and what to do.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    decode_as(bytes, Charset::Utf8)
}

/// Like [`decode`], for text of a declared charset. A mark in the text takes precedence.
pub(crate) fn decode_as(bytes: &[u8], charset: Charset) -> Result<Cow<'_, str>, String> {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => Err(not_utf8("it is UTF-32")),
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest),
        [0xFF, 0xFE, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => match charset {
            Charset::Utf8 => utf8(bytes),
            Charset::Utf16Be => utf16(bytes, u16::from_be_bytes),
            // The first character of JSON and of a form is ASCII, so one of its bytes is zero.
            Charset::Utf16 if bytes.first() == Some(&0) => utf16(bytes, u16::from_be_bytes),
            Charset::Utf16 | Charset::Utf16Le => utf16(bytes, u16::from_le_bytes),
        },
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    // JSON and forms have no zero bytes, so these are halves of UTF-16 or quarters of UTF-32.
    match bytes {
        [0, 0, 0, _, ..] | [_, 0, 0, 0, ..] => {
            return Err(not_utf8("it looks like UTF-32 without a byte order mark"));
        }
        [0, _, ..] | [_, 0, ..] => {
            return Err(not_utf8("it looks like UTF-16 without a byte order mark"));
        }
        [0x1F, 0x8B, ..] => return Err(not_utf8("it looks like compressed data (gzip)")),
        _ => {}
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(error) => {
            let at = error.valid_up_to();
            Err(not_utf8(&format!(
                "byte {} is {:#04X}, it looks like Windows-1252 or Latin-1",
                at + 1,
                bytes[at]
            )))
        }
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<Cow<'_, str>, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units = pairs.iter().map(|pair| unit(*pair));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    match text {
        Ok(text) if rest.is_empty() => Ok(Cow::Owned(text)),
        _ => Err("is not valid UTF-16, it may be cut off: use UTF-8".to_owned()),
    }
}

fn not_utf8(looks_like: &str) -> String {
    format!("is not valid UTF-8 ({looks_like}): use UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_of(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn marks_are_skipped_and_utf_16_is_decoded() {
        let text = "{\"name\": \"Zoë 🚀\"}";
        let little = utf16_of(text, u16::to_le_bytes);
        let big = utf16_of(text, u16::to_be_bytes);
        for (bytes, charset) in [
            (text.as_bytes().to_vec(), Charset::Utf8),
            (text.as_bytes().to_vec(), Charset::Utf8),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), Charset::Utf8),
            ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), Charset::Utf16),
            ([&b"\xFF\xFE"[..], &little].concat(), Charset::Utf8),
            ([&b"\xFE\xFF"[..], &big].concat(), Charset::Utf8),
            (little.clone(), Charset::Utf16),
            (big.clone(), Charset::Utf16),
            (little, Charset::Utf16Le),
            (big, Charset::Utf16Be),
        ] {
            assert_eq!(decode_as(&bytes, charset).unwrap(), text, "{bytes:?}");
        }
        assert_eq!(decode(b"").unwrap(), "");
        assert_eq!(decode(b"\xEF\xBB\xBF").unwrap(), "");
    }

    #[test]
    fn other_encodings_are_named() {
        let utf32 = |bytes: fn(u32) -> [u8; 4]| -> Vec<u8> {
            "{}".chars().flat_map(|one| bytes(u32::from(one))).collect()
        };
        for (bytes, named) in [
            (utf16_of("{}", u16::to_le_bytes), "UTF-16 without"),
            (utf16_of("{}", u16::to_be_bytes), "UTF-16 without"),
            (utf32(u32::to_le_bytes), "UTF-32 without"),
            (utf32(u32::to_be_bytes), "UTF-32 without"),
            (b"\xFF\xFE\0\0{\0\0\0".to_vec(), "it is UTF-32"),
            (b"{\"name\": \"Zo\xEB\"}".to_vec(), "byte 13 is 0xEB"),
            (b"\xFF\xFE{".to_vec(), "UTF-16, it may be cut off"),
            (b"\xFF\xFE\x3d\xd8".to_vec(), "UTF-16, it may be cut off"),
            (b"\x1F\x8B\x08".to_vec(), "gzip"),
        ] {
            let error = decode(&bytes).unwrap_err();
            assert!(
                error.contains(named) && error.ends_with(": use UTF-8"),
                "{error}"
            );
        }
    }
}
