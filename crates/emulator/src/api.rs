//! Which path is which operation, and what is checked before it is carried out.

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{DefaultBodyLimit, Path, RawQuery, State};
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::Serialize;
use uuid::Uuid;

use crate::answer::Answer;
use crate::call::{self, Call, guid};
use crate::connection::Cut;
use crate::error_codes;
use crate::faults::{FaultKind, Struck};
use crate::ledger::Operation;
use crate::refusal::Refusal;
use crate::store::{Action, Begun, Key};
use crate::transfer_request::Change;
use crate::world::World;
use crate::{
    bearer, body, control, json_style, media_type, token_endpoint, transfer_request, truncated,
};

/// The ids in a path, by the names that they have there; an error where they are no text.
type PathIds = Result<Path<HashMap<String, String>>, PathRejection>;

pub(crate) fn router(world: Arc<World>) -> Router {
    let serve = |operation| {
        async move |State(world): State<Arc<World>>,
                    Extension(call): Extension<Call>,
                    Extension(cut): Extension<Cut>,
                    ids: PathIds,
                    RawQuery(query): RawQuery,
                    headers: HeaderMap,
                    body: Body| {
            let request = Request {
                world,
                operation,
                call,
                ids,
                query,
                headers,
                body,
            };
            request.answer(&cut).await
        }
    };
    Router::new()
        .route(
            "/v1/customers/{customer-id}/transfers",
            get(serve(Operation::List)).post(serve(Operation::Create)),
        )
        .route(
            "/v1/customers/{customer-id}/transfers/{transfer-id}",
            get(serve(Operation::Get))
                .patch(serve(Operation::Update))
                .delete(serve(Operation::Withdraw)),
        )
        .route(
            "/v1/customers/{customer-id}/transfers/{transfer-id}/accept",
            post(serve(Operation::Accept)),
        )
        .route(
            "/v1/customers/{customer-id}/transferseligibility",
            get(serve(Operation::Eligibility)),
        )
        .route("/{tenant}/oauth2/token", post(token_endpoint::v1))
        .route("/{tenant}/oauth2/v2.0/token", post(token_endpoint::v2))
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&world),
            call::on_every_call,
        ))
        .nest(control::PATH, control::router())
        // `body` has its own.
        .layer(DefaultBodyLimit::disable())
        .with_state(world)
}

/// A request for an operation.
struct Request {
    world: Arc<World>,
    operation: Operation,
    call: Call,
    ids: PathIds,
    query: Option<String>,
    headers: HeaderMap,
    body: Body,
}

/// A request that may be carried out, as far as can be told without looking at the state.
struct Admitted {
    key: Key,
    action: Action,
    /// What it changes; nothing if it only reads.
    change: Option<Change>,
}

impl Request {
    /// Its answer, or the fault that it meets.
    async fn answer(self, cut: &Cut) -> Response {
        let Struck { latency, kind } = self.world.faults().strike(self.operation);
        if !latency.is_zero() {
            self.world.clock.sleep(latency).await;
        }
        let before = |after_effect: &bool| !after_effect;
        match &kind {
            Some(FaultKind::ResetBeforeEffect) => return cut.reset().await,
            Some(FaultKind::Stall { after_effect }) if before(after_effect) => {
                return std::future::pending().await;
            }
            Some(
                kind @ (FaultKind::Status { after_effect, .. }
                | FaultKind::Html { after_effect, .. }),
            ) if before(after_effect) => {
                return injected(kind).into_response();
            }
            _ => {}
        }
        let answer = self.carry_out().await;
        match &kind {
            Some(FaultKind::ResetAfterEffect) => cut.reset().await,
            Some(FaultKind::Stall { .. }) => std::future::pending().await,
            Some(FaultKind::TruncatedBody) => match &answer.body {
                Some(_) => truncated::half(answer.into_response()).await,
                // There is nothing to cut in half.
                None => cut.reset().await,
            },
            Some(kind @ (FaultKind::Status { .. } | FaultKind::Html { .. })) => {
                injected(kind).into_response()
            }
            _ => answer.into_response(),
        }
    }

    async fn carry_out(self) -> Answer {
        let world = Arc::clone(&self.world);
        let Admitted {
            key,
            action,
            change,
        } = match self.admit().await {
            Ok(admitted) => admitted,
            Err(answer) => return answer,
        };
        let Some(change) = change else {
            let read = world.store().read(
                action.operation,
                action.customer,
                action.transfer,
                key.partner,
            );
            return read.unwrap_or_else(Answer::from);
        };
        let begun = world.store().begin(key, action, change);
        let mut coming = match begun {
            Begun::Answered(answer) => return answer,
            Begun::Wait(coming) => coming,
            Begun::Work(work) => {
                let coming = work.answer();
                // A task of its own: what has begun is finished, though the caller goes away.
                tokio::spawn(async move {
                    match world.options.accept_takes {
                        // Others that came at the same moment find the transfer held.
                        time if time.is_zero() => tokio::task::yield_now().await,
                        time => world.clock.sleep(time).await,
                    }
                    let settling = world.options.new_commerce_takes;
                    world.store().finish(&work, world.now(), settling);
                });
                coming
            }
        };
        match coming.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(answer)) => answer.clone(),
            // The task ended without an answer: only a panic does that.
            _ => {
                let code = Some(error_codes::SERVICE_EXCEPTION.code);
                Refusal::injected(StatusCode::INTERNAL_SERVER_ERROR, code).into()
            }
        }
    }

    /// What holds for every operation.
    async fn admit(self) -> Result<Admitted, Answer> {
        let Self {
            world,
            operation,
            call,
            ids,
            query,
            headers,
            body,
        } = self;
        let partner = bearer::caller(&world, &headers)?;
        let now = world.clock.now();
        let limit = world.options.partner_limit;
        world
            .limits()
            .partner(limit, partner, now)
            .map_err(too_many)?;
        if let Some(header) = call.malformed() {
            return Err(Refusal::header_is_no_guid(header).into());
        }
        let (customer, transfer) = path_ids(ids)?;
        let limit = world.options.customer_limit;
        world
            .limits()
            .customer(limit, partner, customer, now)
            .map_err(too_many)?;
        media_type::acceptable(&headers)?;
        // Gateways of the service's kind want to know that nothing follows.
        if operation.has_length()
            && !headers.contains_key(CONTENT_LENGTH)
            && !headers.contains_key(TRANSFER_ENCODING)
        {
            return Err(Refusal::length_required().into());
        }
        let body = body::read(&world, &headers, body).await?;
        media_type::supported(&headers, &body)?;
        let key = Key {
            partner,
            request_id: call.request_id(),
        };
        if operation == Operation::Eligibility {
            transfer_type(query.as_deref())?;
        }
        let change = transfer_request::read(operation, transfer, &body)?;
        let action = Action {
            operation,
            customer,
            transfer,
            digest: (!body.is_empty()).then(|| {
                let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
                STANDARD.encode(digest)
            }),
        };
        Ok(Admitted {
            key,
            action,
            change,
        })
    }
}

/// The customer in the path, and the transfer where the path has one.
fn path_ids(ids: PathIds) -> Result<(Uuid, Option<Uuid>), Refusal> {
    let Path(ids) = ids.map_err(|_| Refusal::customer_id_is_no_guid())?;
    let customer = ids.get("customer-id").and_then(|id| guid(id));
    let customer = customer.ok_or_else(Refusal::customer_id_is_no_guid)?;
    let transfer = match ids.get("transfer-id") {
        Some(id) => Some(guid(id).ok_or_else(Refusal::transfer_id_is_no_guid)?),
        None => None,
    };
    Ok((customer, transfer))
}

/// The documentation calls the parameter required, and shows one value. That others are taken is a
/// guess.
fn transfer_type(query: Option<&str>) -> Result<(), Refusal> {
    form_urlencoded::parse(query.unwrap_or_default().as_bytes())
        .any(|(name, _)| name == "transferType")
        .then_some(())
        .ok_or_else(|| Refusal::invalid_member("transferType", "is required"))
}

/// 429 has an envelope of its own.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RateLimitFault {
    status_code: u16,
    message: String,
}

fn too_many(seconds: u64) -> Answer {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let body = json_style::to_vec(&RateLimitFault {
        status_code: status.as_u16(),
        message: format!("Rate limit is exceeded. Try again in {seconds} seconds."),
    });
    Answer::json(status, Bytes::from(body)).retry_after(seconds)
}

/// The answer that a fault gives in place of the true one.
fn injected(kind: &FaultKind) -> Answer {
    let valid = |status| StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    match *kind {
        FaultKind::Status {
            status: 429,
            retry_after_seconds,
            ..
        } => too_many(retry_after_seconds.unwrap_or(57)),
        FaultKind::Status {
            status,
            code,
            retry_after_seconds,
            ..
        } => {
            let answer = Answer::from(Refusal::injected(valid(status), code));
            match retry_after_seconds {
                Some(seconds) => answer.retry_after(seconds),
                None => answer,
            }
        }
        FaultKind::Html { status, .. } => Answer::html(valid(status)),
        _ => Answer::html(StatusCode::BAD_GATEWAY),
    }
}

async fn wrong_method(method: Method) -> Refusal {
    // The router adds `Allow`: it knows what the path takes.
    Refusal::method_not_allowed(&method)
}

async fn unknown_path() -> Refusal {
    Refusal::unknown_path()
}
