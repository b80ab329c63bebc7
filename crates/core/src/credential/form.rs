//! The form of a token request.

use bytes::Bytes;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// All but the unreserved characters of RFC 3986.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The fields of a token request, and which of their values are secret.
pub(crate) struct Form<'a> {
    fields: Vec<(&'static str, &'a str)>,
    secrets: Vec<&'a str>,
}

impl<'a> Form<'a> {
    pub(crate) fn new() -> Self {
        Self {
            fields: Vec::new(),
            secrets: Vec::new(),
        }
    }

    pub(crate) fn field(mut self, name: &'static str, value: &'a str) -> Self {
        self.fields.push((name, value));
        self
    }

    pub(crate) fn secret(mut self, name: &'static str, value: &'a str) -> Self {
        self.secrets.push(value);
        self.field(name, value)
    }

    pub(crate) fn secrets(&self) -> &[&'a str] {
        &self.secrets
    }

    /// The encoded form, which is wiped from memory when the last request that holds it is dropped.
    pub(crate) fn encode(&self) -> Bytes {
        // The maximum length, so that the buffer does not grow and leave a copy behind.
        let longest = |(name, value): &(&str, &str)| name.len() + 3 * value.len() + 2;
        let length = self.fields.iter().map(longest).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(length));
        for (name, value) in &self.fields {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            for part in utf8_percent_encode(value, ENCODED) {
                body.extend_from_slice(part.as_bytes());
            }
        }
        Bytes::from_owner(body)
    }
}

#[cfg(test)]
mod tests {
    use super::Form;

    #[test]
    fn values_are_encoded_so_that_they_cannot_add_fields() {
        let form = Form::new()
            .field("scope", "https://a/.default b")
            .secret("client_secret", "a&b=c+d~\u{e4}%");
        assert_eq!(
            form.encode(),
            "scope=https%3A%2F%2Fa%2F.default%20b&client_secret=a%26b%3Dc%2Bd~%C3%A4%25"
        );
    }
}
