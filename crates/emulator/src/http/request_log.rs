//! The log of received requests, whether they changed anything or not.

use std::collections::VecDeque;

use serde::Serialize;
use uuid::Uuid;

/// The maximum number of requests in the log; the oldest are dropped first.
const CAPACITY: usize = 100_000;

/// A request to the API or to the token endpoint. It contains no token and no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The HTTP method.
    pub method: String,
    /// The path as received, without the query.
    pub path: String,
    /// The `MS-RequestId` of the request, or the generated one if it had none.
    pub request_id: Uuid,
    /// The HTTP status of the response; 0 without a response: before it is sent, or if a fault
    /// reset the connection or the client disconnected.
    pub status: u16,
}

#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    requests: VecDeque<RecordedRequest>,
    /// The number of requests that were dropped.
    dropped: usize,
}

impl RequestLog {
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn requests(&self) -> &VecDeque<RecordedRequest> {
        &self.requests
    }

    pub(crate) fn to_vec(&self) -> Vec<RecordedRequest> {
        self.requests.iter().cloned().collect()
    }

    /// Returns the number of the request, for [`set_status`](Self::set_status).
    pub(crate) fn add(&mut self, request: RecordedRequest) -> usize {
        if self.requests.len() == CAPACITY {
            self.requests.pop_front();
            self.dropped += 1;
        }
        self.requests.push_back(request);
        self.dropped + self.requests.len() - 1
    }

    pub(crate) fn set_status(&mut self, number: usize, status: u16) {
        let at = number.checked_sub(self.dropped);
        if let Some(request) = at.and_then(|at| self.requests.get_mut(at)) {
            request.status = status;
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{CAPACITY, RecordedRequest, RequestLog};

    #[test]
    fn the_oldest_requests_are_dropped_and_the_others_keep_their_numbers() {
        let mut log = RequestLog::default();
        for number in 0..CAPACITY + 10 {
            let added = log.add(RecordedRequest {
                method: "GET".to_owned(),
                path: "/".to_owned(),
                request_id: Uuid::from_u128(number as u128),
                status: 0,
            });
            assert_eq!(added, number);
        }
        log.set_status(9, 500);
        log.set_status(10, 204);
        assert_eq!(log.requests().len(), CAPACITY);
        let oldest = &log.requests()[0];
        assert_eq!(
            (oldest.request_id, oldest.status),
            (Uuid::from_u128(10), 204)
        );
    }
}
