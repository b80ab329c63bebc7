//! Which path is which operation, and what is checked before it is carried out.

use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method};
use axum::routing::{delete, post};
use axum::{Extension, Router, middleware};

use crate::answer::Answer;
use crate::bearer;
use crate::call::{self, Call, guid};
use crate::fault::Fault;
use crate::ledger::Operation;
use crate::server::SharedStore;
use crate::store::Action;

/// The ids in a path; an error where they are no text.
type PathIds = Result<Path<(String, String)>, PathRejection>;

pub(crate) fn router(store: SharedStore) -> Router {
    Router::new()
        .route(
            "/v1/customers/{customer-id}/transfers/{transfer-id}",
            delete(withdraw),
        )
        .route(
            "/v1/customers/{customer-id}/transfers/{transfer-id}/accept",
            post(accept),
        )
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .layer(middleware::from_fn_with_state(
            store.clone(),
            call::on_every_call,
        ))
        .with_state(store)
}

async fn accept(
    State(store): State<SharedStore>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    ids: PathIds,
) -> Result<Answer, Fault> {
    let action = admit(Operation::Accept, &call, &headers, ids)?;
    // Gateways of the service's kind want to know that nothing follows.
    if !headers.contains_key(CONTENT_LENGTH) && !headers.contains_key(TRANSFER_ENCODING) {
        return Err(Fault::length_required());
    }
    Ok(store.lock().carry_out(action, call.request_id()))
}

async fn withdraw(
    State(store): State<SharedStore>,
    Extension(call): Extension<Call>,
    headers: HeaderMap,
    ids: PathIds,
) -> Result<Answer, Fault> {
    let action = admit(Operation::Withdraw, &call, &headers, ids)?;
    Ok(store.lock().carry_out(action, call.request_id()))
}

/// What holds for every operation on a transfer.
fn admit(
    operation: Operation,
    call: &Call,
    headers: &HeaderMap,
    ids: PathIds,
) -> Result<Action, Fault> {
    bearer::check(headers)?;
    if let Some(header) = call.malformed() {
        return Err(Fault::header_is_no_guid(header));
    }
    let Path((customer, transfer)) = ids.map_err(|_| Fault::path_id_is_no_guid("customer id"))?;
    Ok(Action {
        operation,
        customer: guid(&customer).ok_or_else(|| Fault::path_id_is_no_guid("customer id"))?,
        transfer: guid(&transfer).ok_or_else(|| Fault::path_id_is_no_guid("transfer id"))?,
    })
}

async fn wrong_method(method: Method) -> Fault {
    // The router adds `Allow`: it knows what the path takes.
    Fault::method_not_allowed(&method)
}

async fn unknown_path() -> Fault {
    Fault::unknown_path()
}
