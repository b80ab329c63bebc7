//! Removes secrets from text of the service before it goes into an error or a log.
//!
//! A server's or a gateway's debug page may repeat the request, encoded as a form or as JSON, and
//! may be cut off in the middle of a secret.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue};

pub(crate) const REDACTED: &str = "<redacted>";

/// Replaces each of the secrets, whether plain, percent-encoded or escaped as in JSON.
pub(crate) fn redact<'a>(text: &'a [u8], secrets: &[&str]) -> Cow<'a, [u8]> {
    let mut secrets: Vec<&[u8]> = secrets.iter().map(|secret| secret.as_bytes()).collect();
    secrets.retain(|secret| !secret.is_empty());
    // Longest first: a secret may be part of another one.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    let mut clean = Vec::new();
    let (mut kept, mut at) = (0, 0);
    while at < text.len() {
        let found = secrets
            .iter()
            .find_map(|secret| match find(&text[at..], secret) {
                Found::Whole(length) => Some(length),
                Found::Cut | Found::No => None,
            });
        if let Some(length) = found {
            clean.extend_from_slice(&text[kept..at]);
            clean.extend_from_slice(REDACTED.as_bytes());
            at += length;
            kept = at;
        } else {
            at += 1;
        }
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    clean.extend_from_slice(&text[kept..]);
    Cow::Owned(clean)
}

/// [`redact`] for a string.
pub(crate) fn redact_text(text: &str, secrets: &[&str]) -> String {
    String::from_utf8_lossy(&redact(text.as_bytes(), secrets)).into_owned()
}

/// [`redact`] for the values of headers.
pub(crate) fn redact_headers(mut headers: HeaderMap, secrets: &[&str]) -> HeaderMap {
    let shortest = secrets.iter().map(|secret| secret.len()).min();
    let is_long = |value: &&mut HeaderValue| value.len() >= shortest.unwrap_or(usize::MAX);
    for value in headers.values_mut().filter(is_long) {
        if let Cow::Owned(clean) = redact(value.as_bytes(), secrets) {
            *value =
                HeaderValue::from_bytes(&clean).unwrap_or_else(|_| HeaderValue::from_static(""));
        }
    }
    headers
}

/// [`redact`] for text that was cut off: also removes the beginning of a secret at its end.
pub(crate) fn redact_cut<'a>(text: &'a [u8], secrets: &[&str]) -> Cow<'a, [u8]> {
    let clean = redact(text, secrets);
    let longest = secrets.iter().map(|secret| LONGEST * secret.len()).max();
    let tail = clean.len().saturating_sub(longest.unwrap_or(0));
    let cut = (tail..clean.len()).find(|at| {
        secrets
            .iter()
            .any(|secret| matches!(find(&clean[*at..], secret.as_bytes()), Found::Cut))
    });
    match (cut, clean) {
        (None, clean) => clean,
        (Some(cut), Cow::Borrowed(text)) => Cow::Borrowed(&text[..cut]),
        (Some(cut), Cow::Owned(mut text)) => {
            text.truncate(cut);
            Cow::Owned(text)
        }
    }
}

/// Whether a text starts with a secret.
enum Found {
    /// It does, and the secret takes this many bytes of the text.
    Whole(usize),
    /// The text ends within the secret.
    Cut,
    No,
}

fn find(text: &[u8], secret: &[u8]) -> Found {
    match find_encoded(text, secret, plain) {
        // A percent sign or a backslash may be part of the secret itself or of an encoding.
        Found::No => find_encoded(text, secret, encoded),
        found => found,
    }
}

fn find_encoded(text: &[u8], secret: &[u8], letter: fn(&[u8]) -> Letter) -> Found {
    let mut at = 0;
    for byte in secret {
        match letter(&text[at..]) {
            Letter::Is(found, length) if found == *byte => at += length,
            Letter::Cut => return Found::Cut,
            Letter::Is(..) => return Found::No,
        }
    }
    Found::Whole(at)
}

/// The first byte that a text encodes.
enum Letter {
    /// A byte, and how many bytes of the text encode it.
    Is(u8, usize),
    /// The text ends within the encoding of a byte.
    Cut,
}

/// The longest encoding of a byte: `\u0041`.
const LONGEST: usize = 6;

fn plain(text: &[u8]) -> Letter {
    text.first()
        .map_or(Letter::Cut, |byte| Letter::Is(*byte, 1))
}

/// Percent-encoded (`%41`) or escaped as in JSON (`\u0041`, `\/`).
fn encoded(text: &[u8]) -> Letter {
    let hex = |digits: &[u8]| {
        let digits = std::str::from_utf8(digits).ok()?;
        u8::from_str_radix(digits, 16).ok()
    };
    match text {
        [] | [b'%' | b'\\'] | [b'%', _] => Letter::Cut,
        [b'%', a, b, ..] => hex(&[*a, *b]).map_or(Letter::Is(b'%', 1), |byte| Letter::Is(byte, 3)),
        [b'\\', b'u', b'0', b'0', a, b, ..] => {
            hex(&[*a, *b]).map_or(Letter::Is(b'\\', 1), |byte| Letter::Is(byte, LONGEST))
        }
        [b'\\', b'u', rest @ ..] if rest.len() < 4 => Letter::Cut,
        [b'\\', byte, ..] => Letter::Is(*byte, 2),
        [byte, ..] => Letter::Is(*byte, 1),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue};

    use super::{redact_cut, redact_headers, redact_text};

    #[test]
    fn a_secret_is_replaced_in_each_encoding() {
        let secret = "a\"b/c~d+e%f\\g";
        for echo in [
            "a\"b/c~d+e%f\\g",
            "a%22b%2Fc~d%2Be%25f%5Cg",
            "a%22b%2fc%7ed%2be%25f%5cg",
            r#"a\"b/c~d+e%f\\g"#,
            r"a\u0022b\/c~d\u002Be%f\u005cg",
        ] {
            assert_eq!(
                redact_text(&format!("<{echo}>"), &[secret, ""]),
                "<<redacted>>"
            );
        }
        assert_eq!(redact_text("xabcx", &["b", "abc"]), "x<redacted>x");
        assert_eq!(redact_text("aabaab", &["aab"]), "<redacted><redacted>");
        assert_eq!(redact_text("aaab", &["aab"]), "a<redacted>");
        assert_eq!(redact_text("nothing", &["else"]), "nothing");
    }

    #[test]
    fn text_that_was_cut_off_does_not_end_with_part_of_a_secret() {
        for (text, clean) in [
            ("<secre", "<"),
            ("<s", "<"),
            ("<%73ecr%6", "<"),
            (r"<\u0073e\u00", "<"),
            ("<secret", "<<redacted>"),
            ("secret, secr", "<redacted>, "),
            ("secretly not", "<redacted>ly not"),
            ("none", "none"),
            (r"none \u4567", r"none \u4567"),
            (r"none \u4567 more", r"none \u4567 more"),
            ("", ""),
        ] {
            let found = redact_cut(text.as_bytes(), &["secret"]);
            assert_eq!(String::from_utf8_lossy(&found), clean, "{text}");
        }
        // Each byte can take six bytes.
        let (cut, whole) = ("\\u0073".repeat(99), "s".repeat(100));
        assert_eq!(&*redact_cut(cut.as_bytes(), &[&whole]), b"");
    }

    #[test]
    fn headers_are_kept_without_secrets() {
        let mut headers = HeaderMap::new();
        for value in ["a secret", "secret", "short", "secret\u{e9}"] {
            headers.append("x-echo", HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let clean = redact_headers(headers.clone(), &["secret"]);
        let values: Vec<_> = clean.values().map(HeaderValue::as_bytes).collect();
        assert_eq!(
            values,
            [
                "a <redacted>".as_bytes(),
                b"<redacted>",
                b"short",
                "<redacted>\u{e9}".as_bytes()
            ]
        );
        assert_eq!(redact_headers(headers.clone(), &[]), headers);
    }
}
