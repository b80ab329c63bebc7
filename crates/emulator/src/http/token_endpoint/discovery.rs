//! Discovery of the endpoints: `GET /{tenant}/v2.0/.well-known/openid-configuration`, the same without
//! `v2.0`, and the keys that it refers to. MSAL and other libraries read the endpoints from there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::device_code;
use super::error::{self, TokenError};
use super::id_token;
use crate::http::app_state::AppState;
use crate::http::public_url::public_url;
use crate::http::response::ApiResponse;

/// The issuer of a tenant's ID tokens.
pub(super) fn issuer(base: &str, tenant: impl std::fmt::Display) -> String {
    format!("{base}/{tenant}/v2.0")
}

pub(crate) async fn configuration(
    State(app): State<Arc<AppState>>,
    tenant: Path<String>,
    headers: HeaderMap,
) -> ApiResponse {
    match find(&app, &tenant, &headers) {
        Ok(found) => ApiResponse::ok(&found),
        Err(error) => error.into(),
    }
}

fn find(app: &AppState, tenant: &str, headers: &HeaderMap) -> Result<Value, TokenError> {
    let persistent = app.persistent();
    let partner = persistent.store.data().partner_named(tenant);
    // Entra names the tenant by its id, even if the request has a domain.
    let tenant = partner.ok_or(error::UNKNOWN_TENANT)?.tenant_id;
    let base = public_url(app, headers);
    let endpoint = |name: &str| format!("{base}/{tenant}/oauth2/v2.0/{name}");
    Ok(json!({
        "issuer": issuer(&base, tenant),
        // Required by the standard. The emulator has no sign-in in a browser with a redirect.
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "device_authorization_endpoint": endpoint("devicecode"),
        "jwks_uri": format!("{base}/{tenant}/discovery/v2.0/keys"),
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "client_secret_basic", "private_key_jwt"],
        "grant_types_supported":
            ["client_credentials", "refresh_token", device_code::GRANT],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "scopes_supported": ["openid", "profile", "offline_access"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": [
            "aud", "exp", "iat", "iss", "name", "nbf", "oid", "preferred_username", "sub", "tid", "ver",
        ],
    }))
}

pub(crate) async fn keys(State(app): State<Arc<AppState>>, tenant: Path<String>) -> ApiResponse {
    let is_known = app
        .persistent()
        .store
        .data()
        .partner_named(&tenant)
        .is_some();
    if is_known {
        ApiResponse::ok(&id_token::keys())
    } else {
        error::UNKNOWN_TENANT.into()
    }
}
