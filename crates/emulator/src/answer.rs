//! What is said to a request, kept as data: a repeated request gets the same bytes again.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;

/// A status and a body, or none. The headers that depend on the call are not in it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Bytes>,
    kind: &'static str,
    retry_after: Option<u64>,
}

const JSON: &str = "application/json; charset=utf-8";

impl Answer {
    /// An answer with a body, which is JSON.
    pub(crate) fn json(status: StatusCode, body: Bytes) -> Self {
        Self {
            status,
            body: Some(body),
            kind: JSON,
            retry_after: None,
        }
    }

    /// The page of a gateway.
    pub(crate) fn html(status: StatusCode) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>{status}</title></head>\n\
             <body>\n<h1>{status}</h1>\n</body>\n</html>\n"
        );
        Self {
            kind: "text/html; charset=utf-8",
            ..Self::json(status, page.into())
        }
    }

    /// No body, and so no length: HTTP forbids it with 204, though the documented example shows
    /// `Content-Length: 0`.
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            kind: JSON,
            retry_after: None,
        }
    }

    /// Says how many seconds to wait before the next try.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let kind = self.body.is_some().then_some(self.kind);
        let mut response = Response::new(Body::from(self.body.unwrap_or_default()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if let Some(kind) = kind {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static(r#"Bearer error="invalid_token""#),
            );
        }
        response
    }
}
