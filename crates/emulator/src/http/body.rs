//! Reads request bodies, with a limit of size and time.

use std::error::Error;
use std::time::Duration;

use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use http_body::Body;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::api_error::ApiError;

/// The maximum size, larger than any request of this API.
const LIMIT: usize = 1024 * 1024;

/// Reads the whole body. A body with a larger `Content-Length` is refused without reading it.
pub(crate) async fn read<B>(
    headers: &HeaderMap,
    body: B,
    timeout: Duration,
) -> Result<Bytes, ApiError>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>>,
{
    let too_large = || {
        ApiError::without_code(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("The body of the request is larger than {LIMIT} bytes."),
        )
    };
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LIMIT as u64) {
        return Err(too_large());
    }
    if body.is_end_stream() {
        return Ok(Bytes::new());
    }
    match tokio::time::timeout(timeout, Limited::new(body, LIMIT).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(ApiError::invalid_input(
            "The body of the request could not be read to its end.",
        )),
        Err(_) => Err(ApiError::without_code(
            StatusCode::REQUEST_TIMEOUT,
            "The body of the request did not arrive in time.",
        )),
    }
}
