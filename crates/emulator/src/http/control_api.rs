//! The control endpoint below `/_emulator`: what the library offers to Rust, for other languages.
//! Its requests are not recorded.
//!
//! A `POST` must have the media type of JSON, which a web page can send to another site only after a
//! preflight request, and that is refused.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Router, middleware};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::app_state::AppState;
use super::response::ApiResponse;
use super::{body, media_type, sign_in_page};
use crate::control::clock::LIMIT_SECONDS;
use crate::control::faults::InjectedFault;
use crate::control::parse_json;
use crate::service::device_codes::{AnswerError, DeviceCodeAnswer};
use crate::service::model::DataSet;
use crate::text_encoding;

/// The path of the control endpoint, which is not a path of the service.
pub(crate) const PATH: &str = "/_emulator";

pub(crate) fn router() -> Router<Arc<AppState>> {
    Router::new()
        .route("/health", get(health))
        .route("/ledger", get(ledger))
        .route("/state", get(state))
        .route("/data", post(load_data))
        .route("/faults", get(faults).post(inject).delete(clear_faults))
        .route("/clock", get(clock).post(advance))
        .route("/device-codes", get(device_codes))
        .route("/device-codes/{user-code}", post(answer_device_code))
        .route("/tokens/{partner}", get(app_token))
        .route("/tokens/{partner}/{user}", get(user_token))
        .fallback(async || error(StatusCode::NOT_FOUND, "there is no such path"))
        .layer(middleware::from_fn(require_json))
        // It has forms, which it checks itself.
        .merge(sign_in_page::router())
}

/// Middleware that refuses a `POST` that is not JSON, even without a body.
async fn require_json(request: Request, next: Next) -> Response {
    if request.method() != Method::POST || media_type::is_json(request.headers()) {
        return next.run(request).await;
    }
    error(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "the Content-Type is not application/json: send that header, such as with `curl --json`",
    )
    .into_response()
}

/// The response to a web page of another site.
pub(super) fn forbidden(reason: &str) -> Response {
    error(StatusCode::FORBIDDEN, reason).into_response()
}

type App = State<Arc<AppState>>;

fn error(status: StatusCode, reason: impl std::fmt::Display) -> ApiResponse {
    ApiResponse::json(status, &json!({ "error": reason.to_string() }))
}

fn bad_request(reason: impl std::fmt::Display) -> ApiResponse {
    error(StatusCode::BAD_REQUEST, reason)
}

async fn read<T: DeserializeOwned>(
    app: &AppState,
    headers: &HeaderMap,
    body: Body,
) -> Result<T, ApiResponse> {
    parse_json(read_text(app, headers, body).await?.as_bytes()).map_err(bad_request)
}

async fn read_text(app: &AppState, headers: &HeaderMap, body: Body) -> Result<String, ApiResponse> {
    let body = body::read(headers, body, app.options.read_timeout).await?;
    let charset = media_type::charset(headers)
        .map_err(|_| bad_request("the charset of the body is not supported: send it as UTF-8"))?;
    text_encoding::decode_as(&body, charset)
        .map(Cow::into_owned)
        .map_err(|reason| bad_request(format!("the body {reason}")))
}

async fn health() -> ApiResponse {
    ApiResponse::ok(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }))
}

async fn ledger(State(app): App) -> ApiResponse {
    let effects = app.persistent().store.ledger.effects().to_vec();
    ApiResponse::ok(&json!({ "requests": app.request_log().to_vec(), "effects": effects }))
}

/// Leaves out the partners, as they contain secrets.
async fn state(State(app): App) -> ApiResponse {
    let state = app.persistent();
    let data = state.store.data();
    ApiResponse::ok(&json!({
        "customers": data.customers,
        "transfers": data.transfers,
        "orders": data.orders,
    }))
}

/// Starts again with another data set, or with the built-in one if the body is empty.
async fn load_data(
    State(app): App,
    headers: HeaderMap,
    body: Body,
) -> Result<ApiResponse, ApiResponse> {
    let body = read_text(&app, &headers, body).await?;
    let data = if body.is_empty() {
        DataSet::built_in()
    } else {
        DataSet::from_json(&body).map_err(bad_request)?
    };
    app.persistent().restart(data).map_err(|reason| {
        let reason = format!("nothing was changed: {reason}");
        error(StatusCode::INTERNAL_SERVER_ERROR, reason)
    })?;
    app.request_log().clear();
    app.faults().clear();
    app.device_codes().clear();
    Ok(ApiResponse::no_content())
}

async fn faults(State(app): App) -> ApiResponse {
    ApiResponse::ok(&app.faults().waiting())
}

async fn inject(
    State(app): App,
    headers: HeaderMap,
    body: Body,
) -> Result<ApiResponse, ApiResponse> {
    let fault: InjectedFault = read(&app, &headers, body).await?;
    fault.check().map_err(bad_request)?;
    app.faults().add(fault);
    Ok(ApiResponse::no_content())
}

async fn clear_faults(State(app): App) -> ApiResponse {
    app.faults().clear();
    ApiResponse::no_content()
}

async fn clock(State(app): App) -> ApiResponse {
    ApiResponse::ok(&json!({ "now": app.clock.seconds() }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Advance {
    advance_seconds: u64,
}

async fn advance(
    State(app): App,
    headers: HeaderMap,
    body: Body,
) -> Result<ApiResponse, ApiResponse> {
    let Advance { advance_seconds } = read(&app, &headers, body).await?;
    let time = Duration::from_secs(advance_seconds);
    let left = app.clock.left();
    if time > left {
        return Err(bad_request(format!(
            "advanceSeconds: {advance_seconds} is not from 0 to {}; the clock can be at most \
             {LIMIT_SECONDS} seconds (100 years) ahead",
            left.as_secs()
        )));
    }
    app.clock.advance(time);
    Ok(clock(State(app)).await)
}

/// Lists the sign-ins with a device code. The device codes themselves are secrets of the clients.
async fn device_codes(State(app): App) -> ApiResponse {
    let now = app.clock.now();
    let codes = app.device_codes();
    let listed: Vec<_> = codes
        .iter()
        .map(|code| {
            json!({
                "userCode": code.user_code,
                "tenantId": code.tenant,
                "appId": code.app,
                "status": code.status(now),
            })
        })
        .collect();
    ApiResponse::ok(&listed)
}

/// `{"answer": "signIn", "user": "NAME"}`, `{"answer": "decline"}` or `{"answer": "expire"}`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AnswerBody {
    answer: AnswerKind,
    user: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum AnswerKind {
    SignIn,
    Decline,
    Expire,
}

async fn answer_device_code(
    State(app): App,
    Path(user_code): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<ApiResponse, ApiResponse> {
    let AnswerBody { answer, user } = read(&app, &headers, body).await?;
    let answer = match answer {
        AnswerKind::SignIn => DeviceCodeAnswer::SignIn(user),
        _ if user.is_some() => return Err(bad_request("user: belongs to the answer signIn only")),
        AnswerKind::Decline => DeviceCodeAnswer::Decline,
        AnswerKind::Expire => DeviceCodeAnswer::Expire,
    };
    let answered = app.answer_device_code(&user_code, answer);
    answered.map_err(|reason| {
        let reason = match reason {
            AnswerError::NoSuchCode => "no such code waits for a sign-in",
            AnswerError::NoSuchUser => "user: the tenant has no such user",
        };
        error(StatusCode::NOT_FOUND, reason)
    })?;
    Ok(ApiResponse::no_content())
}

async fn app_token(State(app): App, Path(partner): Path<String>) -> ApiResponse {
    token(app.token(&partner, None))
}

async fn user_token(State(app): App, Path((partner, user)): Path<(String, String)>) -> ApiResponse {
    token(app.token(&partner, Some(&user)))
}

fn token(token: Option<String>) -> ApiResponse {
    match token {
        Some(token) => ApiResponse::text(token),
        None => error(
            StatusCode::NOT_FOUND,
            "no such partner with an app, or no such user",
        ),
    }
}
