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

#[derive(Clone, Debug)]
pub(crate) struct IdempotentRequests {
    enabled: bool,
    requests: HashMap<Key, (Content, RequestState)>,
    /// The keys of answered requests, the oldest first.
    answered: VecDeque<Key>,
}

impl IdempotentRequests {
    pub(crate) fn new(enabled: bool) -> Self {
        Self {
            enabled,
            requests: HashMap::new(),
            answered: VecDeque::new(),
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::new(self.enabled);
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
        let state = RequestState::Answered { response, effect };
        self.requests.insert(key, (content, state));
    }

    pub(crate) fn restore(&mut self, saved: Vec<SavedRequest>) {
        for request in saved {
            let key = Key {
                partner: request.partner,
                request_id: request.request_id,
            };
            let content = Content {
                operation: request.operation,
                customer: request.customer_id,
                transfer: request.transfer_id,
                digest: request.digest,
            };
            let response = match (request.body, StatusCode::from_u16(request.status)) {
                (Some(body), Ok(status)) => ApiResponse::json_text(status, body.into()),
                _ => ApiResponse::no_content(),
            };
            self.finish(key, content, response, request.effect);
        }
    }

    /// Returns the answered requests, in the order of their effects. A request in progress has not
    /// changed anything yet.
    pub(crate) fn saved(&self) -> Vec<SavedRequest> {
        let requests = self.requests.iter();
        let mut saved: Vec<SavedRequest> = requests
            .filter_map(|(key, (content, state))| match state {
                RequestState::InProgress { .. } => None,
                RequestState::Answered { response, effect } => Some(SavedRequest {
                    partner: key.partner,
                    request_id: key.request_id,
                    operation: content.operation,
                    customer_id: content.customer,
                    transfer_id: content.transfer,
                    digest: content.digest.clone(),
                    status: response.status.as_u16(),
                    body: response
                        .body
                        .as_ref()
                        .map(|body| String::from_utf8_lossy(body).into_owned()),
                    effect: *effect,
                }),
            })
            .collect();
        saved.sort_by_key(|one| (one.effect, one.partner, one.request_id));
        saved
    }
}
