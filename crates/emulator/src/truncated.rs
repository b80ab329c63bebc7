//! An answer that breaks off: its head promises all of the body, half of it comes, and the
//! connection ends.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use bytes::Bytes;
use http_body::Frame;
use http_body_util::BodyExt as _;

pub(crate) async fn half(response: Response) -> Response {
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
            // Without a pause the half would still be in a buffer when the connection ends.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("cut in half on demand"))))
    }
}
