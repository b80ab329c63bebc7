//! The device authorization grant (RFC 8628): `POST /{tenant}/oauth2/v2.0/devicecode` starts a
//! sign-in, and the token endpoint answers polls.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::{Number, Value, json};
use uuid::Uuid;

use super::client::Client;
use super::error::{self, TokenError};
use super::form::Form;
use super::resource::find_resource;
use super::respond::respond_with;
use crate::http::app_state::AppState;
use crate::http::public_url::public_url;
use crate::http::sign_in_page;
use crate::service::device_codes::{LIFETIME, PollError};

pub(super) const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

pub(crate) async fn start(
    State(app): State<Arc<AppState>>,
    tenant: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let begin = |form: &Form| begin(&app, &tenant, &headers, form);
    respond_with(&app, &headers, body, begin).await
}

fn begin(
    state: &AppState,
    tenant: &str,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Value, TokenError> {
    let client = Client::read(headers, form)?;
    let persistent = state.persistent();
    let partner = persistent
        .store
        .data()
        .partner_named(tenant)
        .ok_or(error::UNKNOWN_TENANT)?;
    // As in Entra, the app need not authenticate before it asks for tokens.
    let app = client.find(partner)?;
    let scope = form.require("scope")?;
    find_resource(scope, GRANT)?;
    let now = state.clock.now();
    let code = state
        .device_codes()
        .start(partner.tenant_id, app.id, scope, now);
    let page = format!("{}{}", public_url(state, headers), sign_in_page::PATH);
    Ok(json!({
        "user_code": code.user_code,
        "device_code": code.secret.expose(),
        "verification_uri": page,
        "expires_in": LIFETIME.as_secs(),
        "interval": Number::from(state.options.device_code_interval.as_secs()),
        "message": format!(
            "To sign in, use a web browser to open the page {page} and enter the code {} to \
             authenticate.",
            code.user_code
        ),
    }))
}

/// A poll: returns the user who has signed in, and the scope that was requested.
pub(super) fn poll(
    state: &AppState,
    form: &Form,
    tenant: Uuid,
    app: Uuid,
) -> Result<(Uuid, String), TokenError> {
    let code = form.require("device_code")?;
    let interval = state.options.device_code_interval;
    let now = state.clock.now();
    let mut codes = state.device_codes();
    codes
        .poll(code, tenant, app, interval, now)
        .map_err(|error| match error {
            PollError::Unknown => error::BAD_DEVICE_CODE,
            PollError::Pending => error::AUTHORIZATION_PENDING,
            PollError::TooSoon => error::SLOW_DOWN,
            PollError::Declined => error::AUTHORIZATION_DECLINED,
            PollError::Expired => error::EXPIRED_DEVICE_CODE,
        })
}
