//! The transfers operations: checks a request, carries it out, and applies injected faults.

mod execution;
mod fault_response;
mod members;
mod request_body;
mod submit_result;
mod transfer_entity;

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::digest;
use axum::body::Body;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::api_error::ApiError;
use super::app_state::AppState;
use super::connection::ConnectionReset;
use super::generated::error_codes as codes;
use super::idempotency::{Content, Key};
use super::request_ids::{RequestIds, parse_guid};
use super::response::ApiResponse;
use super::{bearer_auth, body, media_type};
use crate::control::faults::FaultKind;
use crate::service::change::Change;
use crate::service::operation::Operation;
use crate::service::rate_limit::Scope;

/// The ids in the path, by the names of their parameters; an error if they are not valid UTF-8.
pub(super) type PathIds = Result<Path<HashMap<String, String>>, PathRejection>;

/// A request for an operation.
pub(super) struct Request {
    pub(super) app: Arc<AppState>,
    pub(super) operation: Operation,
    pub(super) request_ids: RequestIds,
    pub(super) path_ids: PathIds,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

/// A request that passed the checks that need no data.
struct CheckedRequest {
    key: Key,
    content: Content,
    /// `None` if the request only reads.
    change: Option<Change>,
}

impl Request {
    /// Returns the response, or applies an injected fault.
    pub(super) async fn respond(self, connection: &ConnectionReset) -> Response {
        let faults = self.app.faults().take(self.operation);
        if !faults.latency.is_zero() {
            self.app.clock.sleep(faults.latency).await;
        }
        match &faults.kind {
            Some(FaultKind::ResetBeforeEffect) => return connection.reset().await,
            Some(FaultKind::Stall {
                after_effect: false,
            }) => return std::future::pending().await,
            Some(
                kind @ (FaultKind::Status {
                    after_effect: false,
                    ..
                }
                | FaultKind::Html {
                    after_effect: false,
                    ..
                }),
            ) => return fault_response::error(kind).into_response(),
            _ => {}
        }
        let response = self.carry_out().await.unwrap_or_else(|response| response);
        match &faults.kind {
            Some(FaultKind::ResetAfterEffect) => connection.reset().await,
            Some(FaultKind::Stall { .. }) => std::future::pending().await,
            Some(FaultKind::TruncatedBody) => match &response.body {
                Some(_) => fault_response::truncated(response.into_response()).await,
                None => connection.reset().await,
            },
            Some(kind @ (FaultKind::Status { .. } | FaultKind::Html { .. })) => {
                fault_response::error(kind).into_response()
            }
            _ => response.into_response(),
        }
    }

    async fn carry_out(self) -> Result<ApiResponse, ApiResponse> {
        let app = Arc::clone(&self.app);
        let CheckedRequest {
            key,
            content,
            change,
        } = self.check().await?;
        match change {
            Some(change) => Ok(execution::execute(app, key, content, change).await),
            None => read(&app, &content, key.partner),
        }
    }

    /// Makes the checks that need no data.
    async fn check(self) -> Result<CheckedRequest, ApiResponse> {
        let app = &*self.app;
        let headers = &self.headers;
        let partner = bearer_auth::caller(app, headers)?;
        let now = app.clock.now();
        let count = |limit, customer| {
            let scope = Scope { partner, customer };
            let counted = app.rate_limits().count(limit, scope, now);
            counted.map_err(fault_response::too_many_requests)
        };
        count(app.options.partner_limit, None)?;
        if let Some(header) = self.request_ids.malformed {
            let description = format!("The header {header} is not one GUID.");
            return Err(ApiError::invalid_input(description).into());
        }
        let (customer, transfer) = ids(self.path_ids)?;
        count(app.options.customer_limit, Some(customer))?;
        media_type::check_accept(headers)?;
        let has_body = matches!(
            self.operation,
            Operation::Accept | Operation::Create | Operation::Update
        );
        // Gateways like that of the service require a length even if there is no body.
        if has_body
            && !headers.contains_key(CONTENT_LENGTH)
            && !headers.contains_key(TRANSFER_ENCODING)
        {
            return Err(ApiError::without_code(
                StatusCode::LENGTH_REQUIRED,
                "A POST or PATCH needs a Content-Length, 0 if it has no body.",
            )
            .into());
        }
        let body = body::read(headers, self.body, app.options.read_timeout).await?;
        media_type::check_content_type(headers, &body)?;
        if self.operation == Operation::Eligibility {
            check_transfer_type(self.query.as_deref())?;
        }
        let change = request_body::read(self.operation, transfer, partner, &body)?;
        let digest =
            (!body.is_empty()).then(|| STANDARD.encode(digest::digest(&digest::SHA256, &body)));
        Ok(CheckedRequest {
            key: Key {
                partner,
                request_id: self.request_ids.request_id,
            },
            content: Content {
                operation: self.operation,
                customer,
                transfer,
                digest,
            },
            change,
        })
    }
}

/// Returns the customer in the path, and the transfer if the path has one.
fn ids(path: PathIds) -> Result<(Uuid, Option<Uuid>), ApiError> {
    let id = |name| path.as_ref().ok()?.get(name).map(|id| parse_guid(id));
    let customer = id("customer-id").flatten().ok_or_else(|| {
        ApiError::new(codes::INVALID_CUSTOMER_ID, "The customer id is not valid.")
    })?;
    match id("transfer-id") {
        // The service's code for this is not documented; 900118 is that of customer ids.
        Some(None) => {
            Err(ApiError::invalid_input("The transfer id is not valid.").data("transfer-id"))
        }
        transfer => Ok((customer, transfer.flatten())),
    }
}

/// The documentation says that the parameter is required, and shows one value. That other values
/// are accepted is a guess.
fn check_transfer_type(query: Option<&str>) -> Result<(), ApiError> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .any(|(name, _)| name == "transferType")
        .then_some(())
        .ok_or_else(|| ApiError::invalid_input("transferType is required.").data("transferType"))
}

/// Carries out an operation that only reads.
fn read(
    app: &AppState,
    content: &Content,
    partner: Option<Uuid>,
) -> Result<ApiResponse, ApiResponse> {
    let state = app.persistent();
    let store = &state.store;
    let entity = |transfer| transfer_entity::entity(store.data(), transfer, partner);
    let body = match (content.operation, content.transfer) {
        (Operation::Eligibility, _) => {
            let eligibility = store.eligibility(content.customer, partner)?;
            let entities = eligibility.map(|one| {
                transfer_entity::without_nulls(json!({
                    "id": one.subscription_id,
                    "isEligible": one.reason.is_none(),
                    "reason": one.reason,
                }))
            });
            Value::from_iter(entities)
        }
        (_, Some(transfer)) => entity(store.transfer(content.customer, transfer, partner)?),
        (_, None) => Value::from_iter(store.transfers(content.customer, partner)?.map(entity)),
    };
    Ok(ApiResponse::ok(&body))
}
