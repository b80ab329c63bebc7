//! Responses to earlier requests, for repetitions with the same `MS-RequestId`.

use std::collections::{HashMap, VecDeque};

use axum::http::StatusCode;
use tokio::sync::watch;
use uuid::Uuid;

use super::response::ApiResponse;
use crate::control::state_file::SavedRequest;
use crate::service::operation::Operation;

/// The maximum number of remembered responses; the oldest are dropped first.
const CAPACITY: usize = 100_000;

/// The idempotency key: the calling partner and the `MS-RequestId`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) partner: Option<Uuid>,
    pub(crate) request_id: Uuid,
}

/// The content of a request. Two requests with the same key must have the same content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) operation: Operation,
    pub(crate) customer: Uuid,
    /// `None` if the request creates it.
    pub(crate) transfer: Option<Uuid>,
    /// The digest of the body, if there is one.
    pub(crate) digest: Option<String>,
}

/// The response of a request in progress; `None` until it is available.
pub(crate) type PendingResponse = watch::Receiver<Option<ApiResponse>>;

#[derive(Clone, Debug)]
pub(crate) enum RequestState {
    InProgress {
        response: PendingResponse,
        /// The number of repetitions that wait for the response.
        waiting: u32,
    },
    Answered {
        response: ApiResponse,
        effect: Option<usize>,
    },
}

/// The error if a request has the key of another request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DifferentContent;

#[derive(Debug)]
pub(crate) struct IdempotentRequests {
    enabled: bool,
    requests: HashMap<Key, (Content, RequestState)>,
    /// The keys of answered requests, the oldest first.
    answered: VecDeque<Key>,
    /// How many of the last answered requests are not in the state file yet.
    unsaved: usize,
}

impl IdempotentRequests {
    pub(crate) fn new(enabled: bool) -> Self {
        Self {
            enabled,
            requests: HashMap::new(),
            answered: VecDeque::new(),
            unsaved: 0,
        }
    }

    /// Returns an empty record with the same setting.
    pub(crate) fn restarted(&self) -> Self {
        Self::new(self.enabled)
    }

    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Finds an earlier request with this key. If it is in progress, the caller has to wait for its
    /// response.
    pub(crate) fn find(
        &mut self,
        key: Key,
        content: &Content,
    ) -> Result<Option<RequestState>, DifferentContent> {
        let Some((known, state)) = self.requests.get_mut(&key) else {
            return Ok(None);
        };
        if known != content {
            return Err(DifferentContent);
        }
        if let RequestState::InProgress { waiting, .. } = state {
            *waiting += 1;
        }
        Ok(Some(state.clone()))
    }

    pub(crate) fn start(&mut self, key: Key, content: Content, response: PendingResponse) {
        if self.enabled {
            let waiting = 0;
            let state = RequestState::InProgress { response, waiting };
            self.requests.insert(key, (content, state));
        }
    }

    /// The number of repetitions that wait for the response.
    pub(crate) fn waiting(&self, key: Key) -> u32 {
        match self.requests.get(&key) {
            Some((_, RequestState::InProgress { waiting, .. })) => *waiting,
            _ => 0,
        }
    }

    /// Forgets a request in progress that changed nothing, so that a repetition is executed.
    pub(crate) fn abandon(&mut self, key: Key) {
        self.requests.remove(&key);
    }

    /// Remembers a response, also that of a refused request: a new attempt needs a new id.
    pub(crate) fn finish(
        &mut self,
        key: Key,
        content: Content,
        response: ApiResponse,
        effect: Option<usize>,
    ) {
        if !self.enabled {
            return;
        }
        if self.answered.len() == CAPACITY
            && let Some(oldest) = self.answered.pop_front()
        {
            self.requests.remove(&oldest);
        }
        self.answered.push_back(key);
        self.unsaved = self.answered.len().min(self.unsaved + 1);
        let state = RequestState::Answered { response, effect };
        self.requests.insert(key, (content, state));
    }

    /// Remembers a request of the state file.
    pub(crate) fn restore(&mut self, saved: SavedRequest) {
        let key = Key {
            partner: saved.partner,
            request_id: saved.request_id,
        };
        let content = Content {
            operation: saved.operation,
            customer: saved.customer_id,
            transfer: saved.transfer_id,
            digest: saved.digest,
        };
        let response = match (saved.body, StatusCode::from_u16(saved.status)) {
            (Some(body), Ok(status)) => ApiResponse::json_text(status, body.into()),
            _ => ApiResponse::no_content(),
        };
        self.finish(key, content, response, saved.effect);
    }

    /// Returns the answered requests, the oldest first. A request in progress has not changed
    /// anything yet.
    pub(crate) fn saved(&self) -> impl Iterator<Item = SavedRequest> {
        self.answered.iter().filter_map(|key| self.saved_one(key))
    }

    /// Returns the answered requests that are not in the state file yet.
    pub(crate) fn unsaved(&self) -> impl Iterator<Item = SavedRequest> {
        let saved = self.answered.len() - self.unsaved;
        let unsaved = self.answered.range(saved..);
        unsaved.filter_map(|key| self.saved_one(key))
    }

    /// The state file has all answered requests.
    pub(crate) fn set_saved(&mut self) {
        self.unsaved = 0;
    }

    fn saved_one(&self, key: &Key) -> Option<SavedRequest> {
        match self.requests.get(key)? {
            (_, RequestState::InProgress { .. }) => None,
            (content, RequestState::Answered { response, effect }) => {
                Some(saved_request(*key, content, response, *effect))
            }
        }
    }
}

/// Returns a request as the state file has it.
pub(crate) fn saved_request(
    key: Key,
    content: &Content,
    response: &ApiResponse,
    effect: Option<usize>,
) -> SavedRequest {
    let body = response.body.as_ref();
    SavedRequest {
        partner: key.partner,
        request_id: key.request_id,
        operation: content.operation,
        customer_id: content.customer,
        transfer_id: content.transfer,
        digest: content.digest.clone(),
        status: response.status.as_u16(),
        body: body.map(|body| String::from_utf8_lossy(body).into_owned()),
        effect,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{ApiResponse, CAPACITY, Content, IdempotentRequests, Key};
    use crate::service::operation::Operation;

    #[test]
    fn the_oldest_answered_requests_are_dropped_and_can_be_made_again() {
        let key = |number: usize| Key {
            partner: None,
            request_id: Uuid::from_u128(number as u128),
        };
        let content = Content {
            operation: Operation::Withdraw,
            customer: Uuid::nil(),
            transfer: None,
            digest: None,
        };
        let mut requests = IdempotentRequests::new(true);
        for number in 0..CAPACITY + 10 {
            let response = ApiResponse::no_content();
            requests.finish(key(number), content.clone(), response, None);
        }
        assert_eq!(requests.requests.len(), CAPACITY);
        assert_eq!(requests.saved().count(), CAPACITY);
        assert_eq!(requests.unsaved().count(), CAPACITY);
        assert!(requests.find(key(9), &content).unwrap().is_none());
        assert!(requests.find(key(10), &content).unwrap().is_some());
    }
}
