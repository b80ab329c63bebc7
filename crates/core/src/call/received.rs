//! A response as received, with the bearer token redacted where it leaves this module.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};

use crate::credential::Bearer;
use crate::decode::error_body::ErrorBody;
use crate::error::ErrorResponse;
use crate::redact::{redact, redact_cut, redact_headers, redact_text};
use crate::retry::{ResponseParts, retry_after};

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
    pub(super) body: BytesMut,
    /// Whether the whole body was received and kept.
    pub(super) whole: bool,
    retry_after: Option<Duration>,
    bearer: Bearer,
}

impl Received {
    pub(super) fn new(
        status: StatusCode,
        headers: HeaderMap,
        now: SystemTime,
        bearer: Bearer,
    ) -> Self {
        let retry_after = retry_after(&headers, now);
        // Now rather than when an error is made: traces show some of the headers too.
        let headers = redact_headers(headers, secret(&bearer).as_slice());
        Self {
            status,
            headers,
            retry_after,
            body: BytesMut::new(),
            whole: true,
            bearer,
        }
    }

    /// Appends to the body; `false` once the limit is reached.
    pub(super) fn append(&mut self, chunk: &[u8]) -> bool {
        let limit = if self.status.is_success() {
            BODY_LIMIT
        } else {
            ERROR_BODY_LIMIT
        };
        let room = limit - self.body.len();
        self.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.whole = chunk.len() <= room;
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
        let body = self.body.freeze();
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

/// The text that must not be repeated.
fn secret(bearer: &Bearer) -> Option<&str> {
    Some(bearer.text().expose()).filter(|text| text.len() >= SHORTEST_SECRET)
}
