//! The response that an error is about.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::service_code::ServiceCode;
use crate::decode::error_body::ErrorBody;

/// A response without the secrets that it may have repeated.
pub(crate) struct ErrorResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) retry_after: Option<Duration>,
    /// The code in [`error_body`](Self::error_body).
    pub(crate) code: Option<ServiceCode>,
    pub(crate) error_body: ErrorBody,
}

impl ErrorResponse {
    /// A response with what its body says.
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        retry_after: Option<Duration>,
        body: Bytes,
        error_body: ErrorBody,
    ) -> Self {
        Self {
            status,
            headers,
            body,
            retry_after,
            code: error_body.code.clone().map(ServiceCode::new),
            error_body,
        }
    }
}
