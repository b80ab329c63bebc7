//! What one attempt resulted in, as far as retries depend on it.

use http::{HeaderMap, StatusCode};

/// The result of one attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttemptResult<'a> {
    /// No connection was made, so nothing was sent.
    NotSent,
    /// The connection closed or the attempt timed out before a response.
    NoResponse,
    /// A response with this status and these headers.
    Response(StatusCode, &'a HeaderMap),
}

impl AttemptResult<'_> {
    /// Whether the same request may succeed later.
    pub(crate) fn is_transient(self) -> bool {
        match self {
            Self::NotSent | Self::NoResponse => true,
            Self::Response(status, _) => {
                matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
            }
        }
    }
}
