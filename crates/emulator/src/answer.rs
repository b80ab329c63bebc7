//! What is said to a request, kept as data: a repeated request gets the same bytes again.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// A status and a JSON body, or none. The headers that depend on the call are not in it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Option<Bytes>,
}

impl Answer {
    /// An answer with a body, which is JSON.
    pub(crate) fn json(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            body: Some(body),
        }
    }

    /// No body, and so no length: HTTP forbids it with 204, though the documented example shows
    /// `Content-Length: 0`.
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
        }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let json = self.body.is_some();
        let mut response = Response::new(Body::from(self.body.unwrap_or_default()));
        *response.status_mut() = self.status;
        if json {
            response.headers_mut().insert(
                CONTENT_TYPE,
                HeaderValue::from_static("application/json; charset=utf-8"),
            );
        }
        response
    }
}
