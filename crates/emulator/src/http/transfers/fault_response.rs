//! Responses of injected faults.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt as _;
use serde_json::json;

use crate::control::faults::FaultKind;
use crate::http::api_error::{self, ApiError};
use crate::http::response::ApiResponse;

/// 429 with its own envelope.
pub(super) fn too_many_requests(seconds: u64) -> ApiResponse {
    let body = json!({
        "statusCode": 429,
        "message": format!("Rate limit is exceeded. Try again in {seconds} seconds."),
    });
    ApiResponse::json(StatusCode::TOO_MANY_REQUESTS, &body).retry_after(Some(seconds))
}

/// The response of a fault instead of the real one.
pub(super) fn error(kind: &FaultKind) -> ApiResponse {
    match *kind {
        FaultKind::Status {
            status: 429,
            retry_after_seconds,
            ..
        } => too_many_requests(retry_after_seconds.unwrap_or(57)),
        FaultKind::Status {
            status,
            code,
            retry_after_seconds,
            ..
        } => {
            let description = "A fault that was injected at the emulator's control endpoint.";
            let error = ApiError::with_code(api_error::status(status), code, description);
            ApiResponse::from(error).retry_after(retry_after_seconds)
        }
        FaultKind::Html { status, .. } => ApiResponse::html(api_error::status(status)),
        _ => ApiResponse::html(StatusCode::BAD_GATEWAY),
    }
}

/// Sends the head of the response and half of its body, and ends the connection.
pub(super) async fn truncated(response: Response) -> Response {
    let (mut head, body) = response.into_parts();
    let whole = match body.collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    head.headers
        .insert(CONTENT_LENGTH, HeaderValue::from(whole.len()));
    let half = Half {
        rest: Some(whole.slice(..whole.len() / 2)),
        flushed: false,
    };
    Response::from_parts(head, Body::new(half))
}

struct Half {
    rest: Option<Bytes>,
    flushed: bool,
}

impl http_body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(half) = self.rest.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.flushed {
            // Without a pause the half would still be buffered when the connection ends.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other(
            "injected fault: truncated body",
        ))))
    }
}
