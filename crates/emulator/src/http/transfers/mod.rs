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
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::api_error::ApiError;
use super::app_state::AppState;
use super::connection::ConnectionControl;
use super::generated::error_codes as codes;
use super::idempotency::{Content, Key};
use super::request_ids::{RequestIds, parse_guid};
use super::response::ApiResponse;
use super::{bearer_auth, body, media_type};
use crate::control::faults::FaultKind;
use crate::service::change::Change;
use crate::service::operation::Operation;
use crate::service::queries::Eligibility;
use crate::service::rate_limit::Scope;
use crate::service::service_error::ServiceError;

/// The ids in the path, by the names of their parameters; an error if they are not valid UTF-8.
pub(super) type PathIds = Result<Path<HashMap<String, String>>, PathRejection>;

/// A request for an operation.
pub(super) struct Request {
    pub(super) app: Arc<AppState>,
    pub(super) operation: Operation,
    pub(super) ids: RequestIds,
    pub(super) path: PathIds,
    pub(super) query: Option<String>,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

impl Request {
    /// Returns the response, or applies an injected fault.
    pub(super) async fn respond(self, connection: &ConnectionControl) -> Response {
        let faults = self.app.faults().take(self.operation);
        if !faults.latency.is_zero() {
            connection.delay(self.app.clock.sleep(faults.latency)).await;
        }
        let Some(fault) = faults.kind else {
            return self.carry_out().await.into_response();
        };
        let response = if fault.takes_effect() {
            Some(self.carry_out().await)
        } else {
            None
        };
        match (fault, response) {
            (FaultKind::ResetBeforeEffect | FaultKind::ResetAfterEffect, _) => {
                connection.reset().await
            }
            (FaultKind::Stall { .. }, _) => connection.stall().await,
            (FaultKind::TruncatedBody, Some(response)) if response.body.is_some() => {
                fault_response::truncated(response.into_response()).await
            }
            (FaultKind::TruncatedBody, _) => connection.reset().await,
            (fault, _) => fault_response::error(&fault).into_response(),
        }
    }

    async fn carry_out(self) -> ApiResponse {
        let app = Arc::clone(&self.app);
        match self.check().await {
            Ok((key, content, Some(change))) => execution::execute(app, key, content, change).await,
            Ok((key, content, None)) => {
                read(&app, &content, key.partner).unwrap_or_else(ApiResponse::from)
            }
            Err(response) => response,
        }
    }

    /// Makes the checks that need no data. There is no change if the request only reads.
    async fn check(self) -> Result<(Key, Content, Option<Change>), ApiResponse> {
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
        if let Some(header) = self.ids.malformed {
            let description = format!("The header {header} is not one GUID.");
            return Err(ApiError::invalid_input(description).into());
        }
        check_validate_mfa(headers)?;
        let (customer, transfer) = path_ids(&self.path)?;
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
        let charset = media_type::check_content_type(headers, &body)?;
        if self.operation == Operation::Eligibility {
            check_transfer_type(self.query.as_deref())?;
        }
        let change = request_body::read(self.operation, transfer, partner, (&body, charset))?;
        let digest =
            (!body.is_empty()).then(|| STANDARD.encode(digest::digest(&digest::SHA256, &body)));
        let key = Key {
            partner,
            request_id: self.ids.request_id,
        };
        let content = Content {
            operation: self.operation,
            customer,
            transfer,
            digest,
        };
        Ok((key, content, change))
    }
}

/// Returns the customer in the path, and the transfer if the path has one.
fn path_ids(path: &PathIds) -> Result<(Uuid, Option<Uuid>), ApiError> {
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

/// `ValidateMfa` is true or false; whether the service refuses other values is a guess. The emulator
/// refuses callers without multifactor authentication anyway.
fn check_validate_mfa(headers: &HeaderMap) -> Result<(), ApiError> {
    let is_boolean = |value: &HeaderValue| {
        let value = value.as_bytes();
        value.eq_ignore_ascii_case(b"true") || value.eq_ignore_ascii_case(b"false")
    };
    if headers.get_all("ValidateMfa").iter().all(is_boolean) {
        return Ok(());
    }
    let reason = "The header ValidateMfa is neither true nor false.";
    Err(ApiError::invalid_input(reason).data("ValidateMfa"))
}

/// The documentation says that the parameter is required, and shows one value. That other values
/// are accepted is a guess.
fn check_transfer_type(query: Option<&str>) -> Result<(), ApiError> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .any(|(name, _)| name.eq_ignore_ascii_case("transferType"))
        .then_some(())
        .ok_or_else(|| ApiError::invalid_input("transferType is required.").data("transferType"))
}

/// Carries out an operation that only reads.
fn read(
    app: &AppState,
    content: &Content,
    partner: Option<Uuid>,
) -> Result<ApiResponse, ServiceError> {
    let state = app.persistent();
    let store = &state.store;
    let entity = |transfer| transfer_entity::entity(store.data(), transfer, partner);
    let body: Value = match (content.operation, content.transfer) {
        (Operation::Eligibility, _) => {
            let eligibility = store.eligibility(content.customer, partner)?;
            let entity = |one: Eligibility<'_>| {
                transfer_entity::without_nulls(json!({
                    "id": one.subscription_id,
                    "isEligible": one.reason.is_none(),
                    "reason": one.reason,
                }))
            };
            eligibility.map(entity).collect()
        }
        (_, Some(transfer)) => entity(store.transfer(content.customer, transfer, partner)?),
        (_, None) => store
            .transfers(content.customer, partner)?
            .map(entity)
            .collect(),
    };
    Ok(ApiResponse::ok(&body))
}
