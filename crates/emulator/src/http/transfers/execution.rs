//! Carries out changes, each at most once for a `MS-RequestId`.

use std::sync::Arc;

use axum::http::StatusCode;
use tokio::sync::watch;

use super::submit_result::submit_result;
use super::transfer_entity;
use crate::control::state_file::{NumberedEffect, SavedChange};
use crate::http::api_error::ApiError;
use crate::http::app_state::AppState;
use crate::http::generated::error_codes as codes;
use crate::http::idempotency::{
    self, Content, DifferentContent, Key, PendingResponse, RequestState,
};
use crate::http::persistent_state::PersistentState;
use crate::http::response::ApiResponse;
use crate::service::change::Change;
use crate::service::ledger::Effect;
use crate::service::store::{AllowedChange, ChangeResult, Outcome};
use crate::service::timestamp::Timestamp;

/// A change in progress.
struct Execution {
    key: Key,
    content: Content,
    allowed: AllowedChange,
    response: watch::Sender<Option<ApiResponse>>,
}

/// The state of a request after its first step.
enum Started {
    Answered(ApiResponse),
    /// An earlier request with the same id is in progress.
    Waiting(PendingResponse),
    Executing(Box<Execution>),
}

/// Carries out a change and returns the response. A repeated request gets the first response.
pub(super) async fn execute(
    app: Arc<AppState>,
    key: Key,
    content: Content,
    change: Change,
) -> ApiResponse {
    let started = start(&mut app.persistent(), key, content, change);
    let mut response = match started {
        Started::Answered(response) => return response,
        Started::Waiting(response) => response,
        Started::Executing(execution) => {
            let response = execution.response.subscribe();
            // A task of its own finishes the change even if the client disconnects.
            tokio::spawn(async move {
                match app.options.accept_takes {
                    // Requests that arrived at the same time find the transfer locked.
                    time if time.is_zero() => tokio::task::yield_now().await,
                    time => app.clock.sleep(time).await,
                }
                finish(&app, *execution);
            });
            response
        }
    };
    match response.wait_for(Option::is_some).await.as_deref() {
        Ok(Some(response)) => response.clone(),
        // Only after a panic of the task.
        _ => ApiError::new(codes::SERVICE_EXCEPTION, "The emulator failed.").into(),
    }
}

/// The first step: looks for an earlier request with the same id, checks the rules, and locks the
/// transfer.
fn start(state: &mut PersistentState, key: Key, content: Content, change: Change) -> Started {
    match state.requests.find(key, &content) {
        Ok(None) => {}
        Err(DifferentContent) => {
            let error = ApiError::invalid_input(format!(
                "The MS-RequestId {} was used by another request. Use a new one for each call.",
                key.request_id
            ));
            return Started::Answered(error.into());
        }
        Ok(Some(RequestState::InProgress { response, .. })) => return Started::Waiting(response),
        Ok(Some(RequestState::Answered { response, effect })) => {
            if let Some(effect) = effect {
                state.store.ledger.add_request(effect);
            }
            return Started::Answered(response);
        }
    }
    let (customer, transfer) = (content.customer, content.transfer);
    match state.store.begin(change, customer, transfer, key.partner) {
        Ok(allowed) => {
            let (response, pending) = watch::channel(None);
            state.requests.start(key, content.clone(), pending);
            Started::Executing(Box::new(Execution {
                key,
                content,
                allowed,
                response,
            }))
        }
        Err(error) => {
            let response = ApiResponse::from(error);
            state.requests.finish(key, content, response.clone(), None);
            Started::Answered(response)
        }
    }
}

/// The second step: makes the change, records it, and saves the state. If it cannot be saved,
/// nothing is changed, and a repetition with the same id is executed.
fn finish(app: &AppState, execution: Execution) {
    let Execution {
        key,
        content,
        allowed,
        response: sender,
    } = execution;
    let mut guard = app.persistent();
    let state = &mut *guard;
    let now = app.now();
    let processing_time = app.options.new_commerce_takes;
    let mut change = SavedChange::default();
    let mut effect = None;
    let response = match state.store.outcome(&allowed, now, processing_time) {
        Err(error) => ApiResponse::from(error),
        Ok(outcome) => {
            let response = success(state, key, &content, &outcome, now);
            let number = state.store.ledger.next_number();
            effect = Some(number);
            change.effects.push(NumberedEffect {
                number,
                effect: Effect {
                    operation: content.operation,
                    partner: key.partner,
                    customer: content.customer,
                    transfer: outcome.transfer().id,
                    request_id: key.request_id,
                    orders: outcome.change.orders.iter().map(|one| one.id).collect(),
                    requests: state.requests.waiting(key).saturating_add(1),
                },
            });
            change.data = outcome.change;
            response
        }
    };
    if state.requests.is_enabled() {
        let answered = idempotency::saved_request(key, &content, &response, effect);
        change.answered.push(answered);
    }
    state.store.release(&allowed);
    let response = match state.commit(change) {
        Ok(()) => response,
        Err(error) => {
            state.requests.abandon(key);
            let description = format!("Nothing was changed: {error}.");
            ApiError::new(codes::SERVICE_EXCEPTION, description).into()
        }
    };
    sender.send_replace(Some(response));
}

fn success(
    state: &PersistentState,
    key: Key,
    content: &Content,
    outcome: &Outcome,
    now: Timestamp,
) -> ApiResponse {
    let data = state.store.data();
    let transfer = outcome.transfer();
    match &outcome.result {
        ChangeResult::Accepted(groups) => {
            ApiResponse::ok(&submit_result(groups, content.customer, now))
        }
        ChangeResult::Withdrawn => ApiResponse::no_content(),
        ChangeResult::Created => {
            let entity = transfer_entity::created(data, transfer, key.partner);
            ApiResponse::json(StatusCode::CREATED, &entity)
        }
        ChangeResult::Updated => {
            ApiResponse::ok(&transfer_entity::entity(data, transfer, key.partner))
        }
    }
}
