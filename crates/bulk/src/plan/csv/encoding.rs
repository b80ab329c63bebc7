//! The text of a file, in the encodings that spreadsheets write.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE};

use crate::plan::problem::Problem;

const REMEDY: &str = "save the file as \"CSV UTF-8\"";

/// Decodes UTF-8 with or without a mark, and UTF-16 with or without one.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Problem> {
    if bytes.starts_with(&[0xFF, 0xFE, 0, 0]) || bytes.starts_with(&[0, 0, 0xFE, 0xFF]) {
        return Err(Problem::file(format!(
            "the file is UTF-32, which cannot be read: {REMEDY}"
        )));
    }
    let (encoding, bytes) = if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        (UTF_8, rest)
    } else if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        (UTF_16LE, rest)
    } else if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        (UTF_16BE, rest)
    } else {
        match bytes {
            // A header starts with a letter of ASCII, whose other byte is zero.
            [first, 0, ..] if *first != 0 => (UTF_16LE, bytes),
            [0, second, ..] if *second != 0 => (UTF_16BE, bytes),
            _ => (UTF_8, bytes),
        }
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    let odd_length = encoding != UTF_8 && bytes.len() % 2 == 1;
    match text {
        Some(text) if !odd_length && !text.contains('\0') => Ok(text.into_owned()),
        Some(_) if encoding == UTF_8 => Err(Problem::file(format!(
            "the file contains the character NUL, so it is not text: {REMEDY}"
        ))),
        None if encoding == UTF_8 => Err(not_utf_8(bytes)),
        _ => Err(Problem::file(format!(
            "the file starts as {} but is damaged: {REMEDY}",
            encoding.name()
        ))),
    }
}

fn not_utf_8(bytes: &[u8]) -> Problem {
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let (mut row, mut is_quoted) = (1, false);
    for byte in &bytes[..valid] {
        match byte {
            b'"' => is_quoted = !is_quoted,
            // A line end inside a cell starts no new row.
            b'\n' if !is_quoted => row += 1,
            _ => {}
        }
    }
    Problem::row(
        row,
        format!("not valid UTF-8 (looks like Windows-1252 or another code page): {REMEDY}"),
    )
}
