//! What was sent in secret does not come back in an error: a careless server, or a gateway's
//! debug page, may repeat the request.

use super::exchange::form_encoded;

const REDACTED: &[u8] = b"<redacted>";

/// The text with each of the secrets replaced, as they are, as they stand in a form and as they
/// stand in JSON.
pub(crate) fn redact(text: &[u8], secrets: &[&str]) -> Vec<u8> {
    let mut forms: Vec<String> = secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .flat_map(|secret| {
            let json = serde_json::Value::from(*secret).to_string();
            [
                (*secret).to_owned(),
                form_encoded(secret),
                json[1..json.len() - 1].to_owned(),
            ]
        })
        .collect();
    // A secret that is a part of another one must not break that one up.
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    forms
        .iter()
        .fold(text.to_vec(), |text, form| replace(&text, form.as_bytes()))
}

/// [`redact`] for what is text for certain.
pub(crate) fn redact_text(text: &str, secrets: &[&str]) -> String {
    String::from_utf8_lossy(&redact(text.as_bytes(), secrets)).into_owned()
}

fn replace(text: &[u8], part: &[u8]) -> Vec<u8> {
    let mut rest = text;
    let mut clean = Vec::with_capacity(text.len());
    while let Some(at) = rest.windows(part.len()).position(|window| window == part) {
        clean.extend_from_slice(&rest[..at]);
        clean.extend_from_slice(REDACTED);
        rest = &rest[at + part.len()..];
    }
    clean.extend_from_slice(rest);
    clean
}

#[cfg(test)]
mod tests {
    use super::redact_text;

    #[test]
    fn a_secret_is_replaced_in_each_of_its_forms() {
        let secret = "a\"b/c~d";
        let echo = r#"{"raw":"a"b/c~d","form":"a%22b%2Fc~d","json":"a\"b/c~d"}"#;
        assert_eq!(
            redact_text(echo, &[secret, ""]),
            r#"{"raw":"<redacted>","form":"<redacted>","json":"<redacted>"}"#
        );
        assert_eq!(redact_text("xabcx", &["b", "abc"]), "x<redacted>x");
        assert_eq!(redact_text("nothing", &["else"]), "nothing");
    }
}
