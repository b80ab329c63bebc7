//! The paths of the login service and of the control endpoint. Those of the API are in
//! [`operations`].

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};

use super::app_state::AppState;
use super::token_endpoint::{self, Version, device_code, discovery};
use super::{control_api, operations, request_ids};

pub(crate) fn router(app: Arc<AppState>) -> Router {
    Router::new()
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
        .method_not_allowed_fallback(async |method: Method| operations::method_not_allowed(&method))
        .fallback(async || operations::unknown_path())
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

/// Middleware that keeps web pages of other sites away, from the token endpoint as from the control
/// endpoint: with the built-in credentials, a page could accept a transfer. Discovery is public.
async fn refuse_foreign(
    State(app): State<Arc<AppState>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let is_control = path.starts_with(control_api::PATH);
    let is_public = request.method().is_safe() && !is_control;
    match app.options.hosts.check(&request) {
        Ok(()) => next.run(request).await,
        Err(_) if is_public => next.run(request).await,
        Err(reason) if is_control => control_api::forbidden(&reason),
        Err(reason) => operations::forbidden(&reason),
    }
}
