//! The form of a token request.

use std::collections::HashMap;

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};

use super::error::TokenError;
use crate::http::media_type;
use crate::text_encoding;

pub(super) struct Form(HashMap<String, String>);

impl Form {
    /// Reads the parameters. A duplicate is ambiguous and therefore refused.
    pub(super) fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, TokenError> {
        let content_type = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if !content_type.is_some_and(|one| one.starts_with(b"application/x-www-form-urlencoded")) {
            return Err(TokenError::malformed(
                "The body must be application/x-www-form-urlencoded.",
            ));
        }
        let charset = media_type::charset(headers).map_err(|_| {
            TokenError::malformed("The charset of the body is not supported: send it as UTF-8.")
        })?;
        let body = text_encoding::decode_as(body, charset)
            .map_err(|reason| TokenError::malformed(&format!("The body {reason}.")))?;
        let mut form = HashMap::new();
        for (name, value) in form_urlencoded::parse(body.as_bytes()) {
            if form.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(TokenError::malformed("A parameter is duplicated."));
            }
        }
        Ok(Self(form))
    }

    /// Returns a parameter unless it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    pub(super) fn require(&self, name: &str) -> Result<&str, TokenError> {
        self.get(name).ok_or_else(|| TokenError::missing(name))
    }
}
