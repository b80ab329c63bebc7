//! What came of a call that succeeded: the value, and all that stood around it.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::error_body::without_bom;
use crate::id::{CorrelationId, RequestId};

/// The answer to a call that succeeded.
///
/// The raw body stays with it, so that nothing the service said is lost: fields that this
/// version of the crate does not know, and the letter case of words that it does.
#[derive(Clone)]
pub struct Response<T> {
    pub(crate) value: T,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) request_id: RequestId,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) attempts: u32,
}

impl<T> Response<T> {
    /// The decoded value.
    pub fn get(&self) -> &T {
        &self.value
    }

    /// The decoded value, without what stood around it.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as it came; empty where there was none.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body decoded as another type than that of the value, if it is JSON of that type: to see
    /// what the value leaves out, such as a null among the items of a list.
    pub fn decode_body<D: serde::de::DeserializeOwned>(&self) -> Option<D> {
        serde_json::from_slice(without_bom(&self.body)).ok()
    }

    /// The `MS-RequestId` that the call carried.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// The `MS-CorrelationId` that the call carried.
    pub fn correlation_id(&self) -> CorrelationId {
        self.correlation_id
    }

    /// How many requests were sent for the call: 1, and one more for each retry.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }
}

impl<T: fmt::Debug> fmt::Debug for Response<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("status", &self.status.as_u16())
            .field("request_id", &self.request_id)
            .field("correlation_id", &self.correlation_id)
            .field("value", &self.value)
            .finish_non_exhaustive()
    }
}
