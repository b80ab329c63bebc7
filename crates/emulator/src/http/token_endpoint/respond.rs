//! What all endpoints that take a form have in common.

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use super::client;
use super::error::TokenError;
use super::form::Form;
use crate::http::app_state::AppState;
use crate::http::body;
use crate::http::response::ApiResponse;

/// Reads the form of a request, and responds to it.
pub(super) async fn respond_with(
    app: &AppState,
    headers: &HeaderMap,
    body: Body,
    answer: impl FnOnce(&Form) -> Result<Value, TokenError>,
) -> Response {
    let response = match body::read(headers, body, app.options.read_timeout).await {
        Err(error) => error.into(),
        Ok(body) => match Form::read(headers, &body).and_then(|form| answer(&form)) {
            Ok(found) => ApiResponse::ok(&found),
            Err(error) => error.into(),
        },
    };
    let mut response = response.into_response();
    let is_unauthorized = response.status() == StatusCode::UNAUTHORIZED;
    let headers_out = response.headers_mut();
    headers_out.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // The challenge of the API asks for a bearer token, which does not authenticate a client.
    headers_out.remove(WWW_AUTHENTICATE);
    if is_unauthorized && client::uses_basic(headers) {
        let challenge = HeaderValue::from_static(r#"Basic realm="token endpoint""#);
        headers_out.insert(WWW_AUTHENTICATE, challenge);
    }
    response
}
