//! Text files of other systems: byte order marks, UTF-16, and what other encodings look like.

use std::borrow::Cow;
use std::fmt;

const MARK: char = '\u{feff}';

/// Decodes a text file: UTF-8 with or without a byte order mark, or UTF-16 with one, as `>` in
/// Windows PowerShell writes it. The mark is not part of the text.
///
/// # Errors
///
/// If the bytes are anything else; the error names the encoding that they look like, and shows no
/// part of them.
pub fn decode_text(bytes: &[u8]) -> Result<Cow<'_, str>, TextEncodingError> {
    let text = match bytes {
        // Before UTF-16, whose little-endian mark is the beginning of this one.
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            return Err(TextEncodingError::looks_like("UTF-32"));
        }
        [0xFF, 0xFE, units @ ..] => Cow::Owned(decode_utf16(units, u16::from_le_bytes)?),
        [0xFE, 0xFF, units @ ..] => Cow::Owned(decode_utf16(units, u16::from_be_bytes)?),
        _ => Cow::Borrowed(decode_utf8(bytes)?),
    };
    // Two marks are left by a tool that adds one without looking for the first.
    Ok(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches(MARK)),
        Cow::Owned(text) if text.starts_with(MARK) => {
            Cow::Owned(text.trim_start_matches(MARK).to_owned())
        }
        text @ Cow::Owned(_) => text,
    })
}

/// Why bytes are not text that can be read, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEncodingError {
    message: String,
}

impl TextEncodingError {
    fn looks_like(encoding: &str) -> Self {
        Self {
            message: format!("not valid UTF-8 (looks like {encoding}): save the file as UTF-8"),
        }
    }

    fn damaged(reason: &str) -> Self {
        Self {
            message: format!("{reason}: save the file as UTF-8, or copy it again"),
        }
    }
}

impl fmt::Display for TextEncodingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TextEncodingError {}

fn decode_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, TextEncodingError> {
    if bytes.len() % 2 != 0 {
        return Err(TextEncodingError::damaged(
            "UTF-16 that ends in the middle of a character",
        ));
    }
    // UTF-8 needs at most three bytes for a unit of UTF-16. With them the text does not grow and
    // leaves no copy of a secret behind.
    let mut text = String::with_capacity(bytes.len() / 2 * 3);
    for decoded in char::decode_utf16(bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]))) {
        text.push(decoded.map_err(|_| {
            TextEncodingError::damaged("UTF-16 that contains half of a surrogate pair")
        })?);
    }
    if text.contains('\0') {
        return Err(TextEncodingError::looks_like("binary data"));
    }
    Ok(text)
}

fn decode_utf8(bytes: &[u8]) -> Result<&str, TextEncodingError> {
    // UTF-16 and UTF-32 of ASCII characters are valid UTF-8, but contain zero bytes.
    if bytes.contains(&0) {
        return Err(TextEncodingError::looks_like(wide_encoding(bytes)));
    }
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text),
        Err(error) => error,
    };
    if bytes.iter().any(|byte| is_control(*byte)) {
        return Err(TextEncodingError::looks_like("binary data"));
    }
    if error.error_len().is_none() && bytes[..error.valid_up_to()].iter().any(|b| !b.is_ascii()) {
        return Err(TextEncodingError::damaged(
            "UTF-8 that ends in the middle of a character",
        ));
    }
    let line = bytes[..error.valid_up_to()].split(|b| *b == b'\n').count();
    Err(TextEncodingError::looks_like(&format!(
        "Latin-1, Windows-1252 or another 8-bit encoding, in line {line}"
    )))
}

/// A control character that text files do not contain.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | 0x0C | b'\r' | 0x1A | 0x1B)
}

/// Names the encoding of bytes without a mark by where the zero bytes are: in most languages most
/// characters of structured text are ASCII.
fn wide_encoding(bytes: &[u8]) -> &'static str {
    let zeros = |width: usize, position: usize| {
        let units = bytes.len().div_ceil(width);
        let is_zero = |(at, byte): &(usize, &u8)| at % width == position && **byte == 0;
        // More than half of the units.
        2 * bytes.iter().enumerate().filter(is_zero).count() > units
    };
    if zeros(4, 1) && zeros(4, 2) && (zeros(4, 0) || zeros(4, 3)) {
        "UTF-32 without a byte order mark"
    } else if zeros(2, 0) != zeros(2, 1) {
        "UTF-16 without a byte order mark"
    } else {
        "binary data"
    }
}

#[cfg(test)]
mod tests {
    use super::decode_text;

    fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    }

    fn utf32(text: &str, unit: fn(u32) -> [u8; 4]) -> Vec<u8> {
        text.chars().flat_map(|c| unit(u32::from(c))).collect()
    }

    const TEXT: &str = "{\"name\": \"Zoë 😀\"}\r\n";

    #[test]
    fn utf_8_and_utf_16_with_a_mark_are_decoded() {
        let marked = format!("\u{feff}{TEXT}");
        for bytes in [
            TEXT.as_bytes().to_vec(),
            marked.clone().into_bytes(),
            format!("\u{feff}{marked}").into_bytes(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(&format!("\u{feff}{marked}"), u16::to_le_bytes),
        ] {
            assert_eq!(decode_text(&bytes).unwrap(), TEXT);
        }
        for empty in [&b""[..], b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"] {
            assert_eq!(decode_text(empty).unwrap(), "");
        }
        // Only at the beginning.
        assert_eq!(decode_text("a\u{feff}".as_bytes()).unwrap(), "a\u{feff}");
    }

    #[test]
    fn another_encoding_is_named_with_what_to_do() {
        let marked = format!("\u{feff}{TEXT}");
        let cut = |text: &str| text.as_bytes()[..text.len() - 1].to_vec();
        for (bytes, expected) in [
            (utf16(TEXT, u16::to_le_bytes), "UTF-16 without a byte order"),
            (utf16(TEXT, u16::to_be_bytes), "UTF-16 without a byte order"),
            (utf16("x", u16::to_le_bytes), "UTF-16 without a byte order"),
            (utf32(TEXT, u32::to_le_bytes), "UTF-32 without a byte order"),
            (utf32(TEXT, u32::to_be_bytes), "UTF-32 without a byte order"),
            (utf32(&marked, u32::to_le_bytes), "looks like UTF-32)"),
            (utf32(&marked, u32::to_be_bytes), "looks like UTF-32)"),
            (b"a\nZo\xEB".to_vec(), "Windows-1252"),
            (b"a\nZo\xEB 1".to_vec(), "in line 2)"),
            (b"\x93quoted\x94".to_vec(), "Windows-1252"),
            (cut("Zoë ë"), "UTF-8 that ends in the middle"),
            (b"\xFF\xFEa\0b".to_vec(), "UTF-16 that ends in the middle"),
            (b"\xFF\xFE\x3D\xD8a\0".to_vec(), "half of a surrogate pair"),
            (b"\x30\x82\x01\0\x02\xFF\xFE".to_vec(), "binary data"),
            (b"\x1F\x8B\x08\x01\xFF".to_vec(), "binary data"),
        ] {
            let error = decode_text(&bytes).unwrap_err().to_string();
            assert!(error.contains(expected), "{bytes:x?}: {error}");
            assert!(error.contains("save the file as UTF-8"), "{error}");
        }
    }
}
