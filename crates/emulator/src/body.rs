//! Reading the body of a request: so much and no more, and not for ever.

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use crate::refusal::Refusal;
use crate::world::World;

/// More than any request of this API has.
pub(crate) const LIMIT: usize = 1024 * 1024;

/// The whole body. What was promised is looked at first, so that a giant one is refused before it
/// is read.
pub(crate) async fn read(world: &World, headers: &HeaderMap, body: Body) -> Result<Bytes, Refusal> {
    let promised = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if promised.is_some_and(|length| length > LIMIT as u64) {
        return Err(Refusal::body_too_large(LIMIT));
    }
    let reading = Limited::new(body, LIMIT).collect();
    match tokio::time::timeout(world.options.read_timeout, reading).await {
        Err(_) => Err(Refusal::body_too_slow()),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Refusal::body_too_large(LIMIT)),
        Ok(Err(_)) => Err(Refusal::body_unreadable()),
    }
}
