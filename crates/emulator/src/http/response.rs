//! A response as data, so that a repeated request gets the same bytes again.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;

/// A status and a body, without the headers that depend on the request.
#[derive(Clone, Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Bytes>,
    content_type: &'static str,
    retry_after: Option<u64>,
}

impl ApiResponse {
    pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Self {
        let json = serde_json::to_vec(value).expect("text and numbers are always valid JSON");
        Self::json_text(status, json.into())
    }

    pub(crate) fn ok(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// A response whose body is JSON already.
    pub(crate) fn json_text(status: StatusCode, json: Bytes) -> Self {
        Self {
            status,
            body: Some(json),
            content_type: "application/json; charset=utf-8",
            retry_after: None,
        }
    }

    /// The HTML page of a gateway.
    pub(crate) fn html(status: StatusCode) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head><title>{status}</title></head>\n\
             <body>\n<h1>{status}</h1>\n</body>\n</html>\n"
        );
        Self::page(status, page)
    }

    /// An HTML page.
    pub(crate) fn page(status: StatusCode, html: String) -> Self {
        Self {
            content_type: "text/html; charset=utf-8",
            ..Self::json_text(status, html.into())
        }
    }

    pub(crate) fn text(text: String) -> Self {
        Self {
            content_type: "text/plain; charset=utf-8",
            ..Self::json_text(StatusCode::OK, text.into())
        }
    }

    /// 204 without a `Content-Length`, which HTTP forbids there. The documented example shows
    /// `Content-Length: 0`.
    pub(crate) fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            content_type: "",
            retry_after: None,
        }
    }

    /// Adds a `Retry-After` header.
    pub(crate) fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after = seconds;
        self
    }
}

impl IntoResponse for ApiResponse {
    fn into_response(self) -> Response {
        let has_body = self.body.is_some();
        let mut response = Response::new(Body::from(self.body.unwrap_or_default()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if has_body {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.content_type));
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
