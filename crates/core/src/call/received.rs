//! A response as received, with the bearer token redacted where it leaves this module.

use std::borrow::Cow;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, RETRY_AFTER};
use http::{HeaderMap, StatusCode};

use crate::credential::Bearer;
use crate::decode::error_body::ErrorBody;
use crate::error::ErrorResponse;
use crate::redact::{redact, redact_cut, redact_headers, redact_text};
use crate::retry::{ResponseParts, retry_after};
use crate::runtime::Runtime;

use super::body::Body;

/// How much of a successful response is kept. The largest known have some hundred kilobytes.
const BODY_LIMIT: usize = 32 * 1024 * 1024;
/// How much of any other response is kept.
const ERROR_BODY_LIMIT: usize = 256 * 1024;

/// Shorter tokens occur in tests only, and would match parts of ordinary text.
const SHORTEST_SECRET: usize = 8;

/// The head of a response, and its body as far as received.
pub(super) struct Received {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
    /// Whether the whole body was received and kept.
    pub(super) whole: bool,
    retry_after: Option<Duration>,
    bearer: Bearer,
}

impl Received {
    pub(super) fn new(
        status: StatusCode,
        headers: HeaderMap,
        runtime: &dyn Runtime,
        bearer: Bearer,
    ) -> Self {
        let retry_after = if headers.contains_key(RETRY_AFTER) {
            retry_after(&headers, runtime.wall_clock())
        } else {
            None
        };
        // Now rather than when an error is made: traces show some of the headers too.
        let headers = redact_headers(headers, secret(&bearer).as_slice());
        Self {
            status,
            headers,
            retry_after,
            body: Body::EMPTY,
            whole: true,
            bearer,
        }
    }

    /// Appends to the body; `false` once the limit is reached.
    pub(super) fn append(&mut self, mut piece: Bytes) -> bool {
        let limit = if self.status.is_success() {
            BODY_LIMIT
        } else {
            ERROR_BODY_LIMIT
        };
        let room = limit - self.body.len();
        self.whole = piece.len() <= room;
        piece.truncate(room);
        let headers = &self.headers;
        self.body
            .append(piece, || content_length(headers).min(limit));
        self.whole
    }

    /// What decisions about retries depend on.
    pub(super) fn parts(&self) -> ResponseParts<'_> {
        ResponseParts {
            status: self.status,
            headers: &self.headers,
            body: &self.body,
        }
    }

    /// Removes the bearer token from text about the response.
    pub(super) fn redact(&self, text: &str) -> String {
        redact_text(text, secret(&self.bearer).as_slice())
    }

    /// The response for an error.
    pub(super) fn into_error_response(self) -> ErrorResponse {
        let secret = secret(&self.bearer);
        let secrets = secret.as_slice();
        let body = self.body.into_bytes();
        let clean = if self.whole {
            redact(&body, secrets)
        } else {
            redact_cut(&body, secrets)
        };
        let body = match clean {
            Cow::Borrowed(clean) => body.slice_ref(clean),
            Cow::Owned(clean) => Bytes::from(clean),
        };
        // Again after parsing: JSON has several encodings of a text.
        let clean = |text: &str| redact_text(text, secrets);
        let error_body = if self.status.is_success() {
            ErrorBody::read_success(&body, clean)
        } else {
            ErrorBody::read(&body, clean)
        };
        ErrorResponse::new(
            self.status,
            self.headers,
            self.retry_after,
            body,
            error_body,
        )
    }
}

/// The length of the body; 0 if unknown, as that of a body which was compressed.
fn content_length(headers: &HeaderMap) -> usize {
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
}

/// The text that must not be repeated.
fn secret(bearer: &Bearer) -> Option<&str> {
    Some(bearer.text().expose()).filter(|text| text.len() >= SHORTEST_SECRET)
}
