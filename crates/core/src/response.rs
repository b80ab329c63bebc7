//! The response to a call that succeeded.

use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::decode::collection::Items;
use crate::decode::json::{decode, json_text, quote_large_numbers};
use crate::id::{CorrelationId, RequestId};

/// The response to a call that succeeded: the decoded value, status, headers and ids.
///
/// It keeps the raw body, so that unknown members and the original letter case are not lost.
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

    /// Returns the decoded value.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as received; empty if the response has no body.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Decodes the body as another type, for example to see `null` items of a list; `None` if it
    /// does not match. If a number is too large for that, such numbers are decoded as text.
    pub fn decode_body<D: serde::de::DeserializeOwned>(&self) -> Option<D> {
        let text = json_text(&self.body);
        let exact = decode(&text, PhantomData).ok();
        exact.or_else(|| decode(&quote_large_numbers(&text), PhantomData).ok())
    }

    /// Decodes the items of a list as another type, from a bare array or an envelope with `items`.
    /// Items that are null are `None`. Returns `None` if the list is null, or does not match.
    pub fn decode_items<D: serde::de::DeserializeOwned>(&self) -> Option<Vec<Option<D>>> {
        self.decode_body::<Items<D>>()?.0
    }

    /// The `MS-RequestId` of the call.
    pub fn request_id(&self) -> RequestId {
        self.request_id
    }

    /// The `MS-CorrelationId` of the call.
    pub fn correlation_id(&self) -> CorrelationId {
        self.correlation_id
    }

    /// How many attempts were made: 1, plus the number of retries.
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
