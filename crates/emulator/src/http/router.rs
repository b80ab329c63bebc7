//! The paths of the API, of the login service and of the control endpoint.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router, middleware};

use super::api_error::ApiError;
use super::app_state::AppState;
use super::connection::ConnectionControl;
use super::control_api;
use super::request_ids::{self, RequestIds};
use super::token_endpoint::{self, Version, device_code, discovery};
use super::transfers::{PathIds, Request};
use crate::service::operation::Operation;

/// The beginning of the paths of the operations.
const OPERATIONS: &str = "/v1/customers/";

pub(crate) fn router(app: Arc<AppState>) -> Router {
    let serve = |operation| {
        async move |State(app): State<Arc<AppState>>,
                    Extension(ids): Extension<RequestIds>,
                    Extension(connection): Extension<ConnectionControl>,
                    path: PathIds,
                    RawQuery(query): RawQuery,
                    headers: HeaderMap,
                    body: Body| {
            let request = Request {
                app,
                operation,
                ids,
                path,
                query,
                headers,
                body,
            };
            request.respond(&connection).await
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
        .route("/{tenant}/oauth2/token", token_endpoint::route(Version::V1))
        .route(
            "/{tenant}/oauth2/v2.0/token",
            token_endpoint::route(Version::V2),
        )
        .route("/{tenant}/oauth2/v2.0/devicecode", post(device_code::start))
        .route(
            "/{tenant}/v2.0/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route(
            "/{tenant}/.well-known/openid-configuration",
            get(discovery::configuration),
        )
        .route("/{tenant}/discovery/v2.0/keys", get(discovery::keys))
        // The router adds `Allow`.
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(unknown_path)
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            request_ids::identify_and_record,
        ))
        .nest(control_api::PATH, control_api::router())
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            refuse_foreign,
        ))
        // `body::read` has its own limit.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

/// Middleware that keeps web pages of other sites away, from the operations and the token endpoint as
/// from the control endpoint: without authentication, or with the built-in credentials, a page could
/// accept a transfer. Discovery is public.
async fn refuse_foreign(
    State(app): State<Arc<AppState>>,
    request: axum::extract::Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_control = path.starts_with(control_api::PATH);
    let is_public = request.method().is_safe() && !path.starts_with(OPERATIONS) && !is_control;
    match app.options.hosts.check(&request) {
        Ok(()) => next.run(request).await,
        Err(_) if is_public => next.run(request).await,
        Err(reason) if is_control => control_api::forbidden(&reason),
        Err(reason) => {
            ApiError::without_code(StatusCode::FORBIDDEN, format!("{reason}.")).into_response()
        }
    }
}

async fn method_not_allowed(method: Method) -> ApiError {
    ApiError::without_code(
        StatusCode::METHOD_NOT_ALLOWED,
        format!("The method {method} is not allowed for this resource."),
    )
}

async fn unknown_path() -> ApiError {
    ApiError::without_code(StatusCode::NOT_FOUND, "There is no resource at this path.")
}
