//! Values of settings, such as secrets and ids, as shells, files and copied text contain them.

use std::fmt;

/// The value without the line ends around it, which files and `$(...)` of some shells add.
pub fn trim_line_ends(text: &str) -> &str {
    text.trim_matches(['\r', '\n'])
}

/// Checks a value after [`trim_line_ends`].
///
/// # Errors
///
/// If it contains something that is not meant: no secret and no id of Microsoft contains it.
pub fn check(text: &str) -> Result<(), SettingError> {
    if text.is_empty() {
        return Err(SettingError::Empty);
    }
    let inner = text.trim();
    if inner.is_empty() {
        return Err(SettingError::Blank);
    }
    if is_quoted(inner) {
        return Err(SettingError::Quoted);
    }
    if let Some(control) = text.chars().find(|c| c.is_control()) {
        return Err(SettingError::Control(control));
    }
    if let Some(invisible) = text.chars().find(|c| is_invisible(*c)) {
        return Err(SettingError::Invisible(invisible));
    }
    if inner.len() < text.len() {
        return Err(SettingError::SurroundingBlank);
    }
    Ok(())
}

/// What is wrong with a value. Its text follows the name of the value and contains no part of it
/// but the character that is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingError {
    /// There is no value.
    Empty,
    /// There are only blanks.
    Blank,
    /// The value is enclosed in quotes.
    Quoted,
    /// It contains a control character.
    Control(char),
    /// It contains a character that cannot be seen.
    Invisible(char),
    /// It starts or ends with a blank.
    SurroundingBlank,
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::Blank => f.write_str("is empty: it contains only blanks"),
            Self::Quoted => f.write_str("is enclosed in quotes: set it without the quotes"),
            Self::Control('\r' | '\n') => f.write_str("contains a line break: set it on one line"),
            Self::Control(character) => {
                let code = u32::from(*character);
                write!(f, "contains the control character U+{code:04X}: remove it")
            }
            Self::Invisible(character) => {
                let code = u32::from(*character);
                write!(
                    f,
                    "contains the invisible character U+{code:04X}: remove it"
                )
            }
            Self::SurroundingBlank => f.write_str("starts or ends with a blank: remove it"),
        }
    }
}

impl std::error::Error for SettingError {}

/// Whether the first and the last character are a pair of quotes, straight or typographic.
pub fn is_quoted(text: &str) -> bool {
    let mut characters = text.chars();
    let pair = (characters.next(), characters.next_back());
    let (Some(first), Some(last)) = pair else {
        return false;
    };
    match first {
        '"' | '\'' | '`' => last == first,
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' => {
            matches!(last, '\u{201C}' | '\u{201D}' | '\u{201F}')
        }
        '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}' => {
            matches!(last, '\u{2018}' | '\u{2019}' | '\u{201B}')
        }
        '\u{AB}' => last == '\u{BB}',
        '\u{BB}' => last == '\u{AB}',
        _ => false,
    }
}

/// Blanks other than the space, and characters without a width.
fn is_invisible(character: char) -> bool {
    character.is_whitespace() && character != ' '
        || matches!(
            character,
            '\u{AD}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
                | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// An id without the blanks around it. If it is a GUID in braces, in parentheses or after
/// `urn:uuid:`, the GUID alone. Letter case stays as it is.
pub fn plain_id(text: &str) -> &str {
    let text = text.trim();
    let enclosed = |open, close| text.strip_prefix(open)?.strip_suffix(close);
    let inner = enclosed('{', '}')
        .or_else(|| enclosed('(', ')'))
        .or_else(|| {
            let (prefix, guid) = text.split_at_checked("urn:uuid:".len())?;
            prefix.eq_ignore_ascii_case("urn:uuid:").then_some(guid)
        });
    match inner.map(str::trim) {
        Some(guid) if is_guid(guid) => guid,
        _ => text,
    }
}

/// Whether it is 32 hexadecimal digits with four hyphens.
pub fn is_guid(text: &str) -> bool {
    // `try_parse` accepts four forms, which differ in length.
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{check, plain_id, trim_line_ends};

    const GUID: &str = "D6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";

    #[test]
    fn line_ends_are_trimmed_and_anything_else_that_is_not_meant_is_named() {
        for text in [
            "s3cr3t~",
            "s3cr3t~\n",
            "s3cr3t~\r\n",
            "s3cr3t~\r",
            "\r\ns3cr3t~\n\n",
        ] {
            assert_eq!(trim_line_ends(text), "s3cr3t~");
        }
        for good in [
            "s3cr3t~",
            "a\"b",
            "it's",
            "\"",
            "two words",
            "Zo\u{eb}",
            "\"a\" and b",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (text, expected) in [
            ("", "is empty"),
            (" \t", "only blanks"),
            ("\u{a0}", "only blanks"),
            ("\"s3cr3t\"", "in quotes"),
            ("'s3cr3t'", "in quotes"),
            ("''", "in quotes"),
            (" \"s3cr3t\" ", "in quotes"),
            ("\u{201C}s3cr3t\u{201D}", "in quotes"),
            ("\u{201E}s3cr3t\u{201C}", "in quotes"),
            ("\u{2018}s3cr3t\u{2019}", "in quotes"),
            ("\u{AB}s3cr3t\u{BB}", "in quotes"),
            ("s3c\nr3t", "a line break"),
            ("s3c\tr3t", "control character U+0009"),
            ("s3cr3t\0", "control character U+0000"),
            ("s3cr3t\u{85}", "control character U+0085"),
            ("s3c\u{a0}r3t", "invisible character U+00A0"),
            ("s3cr3t\u{200B}", "invisible character U+200B"),
            ("\u{feff}s3cr3t", "invisible character U+FEFF"),
            ("s3cr3t ", "ends with a blank"),
        ] {
            let error = check(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text:?}: {error}");
            assert!(!error.contains("s3c"), "{error}");
        }
    }

    #[test]
    fn an_id_is_reduced_to_its_guid() {
        for text in [
            GUID.to_owned(),
            format!(" {GUID}\t\r\n"),
            format!("{{{GUID}}}"),
            format!(" {{ {GUID} }}\n"),
            format!("({GUID})"),
            format!("urn:uuid:{GUID}"),
            format!("URN:UUID:{GUID}"),
        ] {
            assert_eq!(plain_id(&text), GUID);
        }
        for text in [
            "",
            "{}",
            "{an-app}",
            "(x)",
            "urn:uuid:x",
            "{a",
            "contoso.example",
        ] {
            assert_eq!(plain_id(text), text);
        }
    }
}
