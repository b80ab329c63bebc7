//! The response that an error is about.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::error_body::ErrorBody;

/// A response without the secrets that it may have repeated.
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) error_body: ErrorBody,
}
