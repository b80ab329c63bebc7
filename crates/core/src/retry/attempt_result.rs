//! What one attempt resulted in, as far as retries depend on it.

use http::{HeaderMap, StatusCode};

/// The result of one attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttemptResult<'a> {
    /// No connection was made, so nothing was sent.
    NotSent,
    /// The connection closed or the attempt timed out before a response.
    NoResponse,
    /// A response of the service, or of something before it.
    Response(ResponseParts<'a>),
}

/// A response, with as much of its body as was received.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ResponseParts<'a> {
    pub(crate) status: StatusCode,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl AttemptResult<'_> {
    /// Whether the same request may succeed later.
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::NotSent | Self::NoResponse => true,
            Self::Response(response) => is_transient(response.status),
        }
    }
}

/// Whether a request that got this status may succeed later.
pub(crate) fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}
