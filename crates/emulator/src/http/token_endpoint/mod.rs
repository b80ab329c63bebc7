//! The token endpoints of Entra, version 1 and 2: for apps with a secret or a certificate, and for
//! users with a refresh token or a device code; and what clients need to find and use them.
//!
//! `POST /{tenant}/oauth2/token` takes a `resource`, `POST /{tenant}/oauth2/v2.0/token` a `scope`.
//! A tenant is an id or a domain. An app authenticates in the body or by HTTP Basic. Both issue tokens
//! for some other resources too, so that a client can be tested with a token that the API refuses.

pub(crate) mod access_token;
mod client;
mod client_assertion;
pub(crate) mod device_code;
pub(crate) mod discovery;
mod error;
mod form;
mod id_token;
mod resource;
mod respond;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{HOST, HeaderMap};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};

use self::client::Client;
use self::error::TokenError;
use self::form::Form;
use self::resource::{find_resource, known_resource};
use self::respond::respond_with;
use super::app_state::AppState;
use super::persistent_state::PersistentState;
use super::public_url::public_url;
use crate::control::state_file::SavedChange;
use crate::service::model::Partner;
use crate::service::refresh_tokens::{IssuedToken, RefreshError};

/// The version of the endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    V1,
    V2,
}

pub(crate) fn route(version: Version) -> MethodRouter<Arc<AppState>> {
    post(
        async move |State(app): State<Arc<AppState>>,
                    tenant: Path<String>,
                    headers: HeaderMap,
                    body: Body| {
            let issue = |form: &Form| issue_token(&app, version, &tenant, &headers, form);
            respond_with(&app, &headers, body, issue).await
        },
    )
}

fn issue_token(
    state: &AppState,
    version: Version,
    tenant: &str,
    headers: &HeaderMap,
    form: &Form,
) -> Result<Value, TokenError> {
    let grant = form.require("grant_type")?;
    let client = Client::read(headers, form)?;
    let now = state.clock.seconds();
    let mut persistent = state.persistent();
    let partner = persistent
        .store
        .data()
        .partner_named(tenant)
        .ok_or(error::UNKNOWN_TENANT)?
        .clone();
    let app = client.find(&partner)?;
    let is_endpoint = |url: &str| is_endpoint(state, version, headers, &partner, url);
    client.authenticate(form, app, is_endpoint, now)?;
    let signed_in = match grant {
        device_code::GRANT if version == Version::V2 => {
            Some(device_code::poll(state, form, partner.tenant_id, app.id)?)
        }
        _ => None,
    };
    let (resource, scope) = match &signed_in {
        // A scope in the poll is not needed, and does not change what the user was asked for.
        Some((_, scope)) => (find_resource(scope, grant)?, scope.as_str()),
        None => resource_and_scope(form, version, grant)?,
    };
    let wants = |word: &str| scope.split(' ').any(|one| one == word);
    let wants_offline = wants("offline_access");
    let (user, refresh_token) = match grant {
        device_code::GRANT if version == Version::V2 => {
            let id = signed_in.as_ref().map(|(id, _)| *id);
            let mut users = partner.users.iter();
            // The data may have changed since the sign-in.
            let user = users.find(|user| Some(user.id) == id);
            let user = user.ok_or(error::BAD_DEVICE_CODE)?;
            let issued = if wants_offline {
                let issued = IssuedToken::new(partner.tenant_id, user.id, now);
                Some(issue(&mut persistent, vec![issued])?)
            } else {
                None
            };
            state.device_codes().use_up(form.require("device_code")?);
            (Some(user), issued)
        }
        "client_credentials" if client::is_public(app) => return Err(error::NO_SECRET),
        "client_credentials" => (None, None),
        "refresh_token" => {
            let token = form.require("refresh_token")?;
            let tokens = &persistent.refresh_tokens;
            let user = tokens
                .user(token, &partner, now)
                .map_err(|error| match error {
                    RefreshError::Invalid => error::INVALID_REFRESH_TOKEN,
                    RefreshError::Expired => error::EXPIRED_REFRESH_TOKEN,
                })?;
            let single_use = state.options.single_use_refresh_tokens;
            let renewed = if version == Version::V1 || wants_offline {
                // A renewed token that a crash forgets would lock its user out.
                let tenant = partner.tenant_id;
                let renewed = tokens.renewed(token, tenant, user.id, now, single_use);
                Some(issue(&mut persistent, renewed)?)
            } else {
                None
            };
            (Some(user), renewed)
        }
        _ => return Err(error::UNKNOWN_GRANT),
    };

    let signer = &state.signer;
    let claims = signer.claims(resource, partner.tenant_id, app.id, user, now);
    let lifetime = claims.exp - claims.iat;
    let mut token = match version {
        // Version 1 writes numbers as text.
        Version::V1 => json!({
            "expires_in": lifetime.to_string(),
            "ext_expires_in": lifetime.to_string(),
            "expires_on": claims.exp.to_string(),
            "not_before": claims.nbf.to_string(),
            "resource": resource,
        }),
        Version::V2 => json!({ "expires_in": lifetime, "ext_expires_in": lifetime }),
    };
    token["token_type"] = json!("Bearer");
    token["access_token"] = json!(signer.sign(&claims));
    if let Some(user) = user {
        token["scope"] = match version {
            Version::V1 => json!("user_impersonation"),
            Version::V2 => json!(scope),
        };
        if version == Version::V2 && wants("openid") {
            let issuer = discovery::issuer(&public_url(state, headers), partner.tenant_id);
            token["id_token"] = json!(id_token::id_token(&issuer, &claims, user));
        }
        if form.get("client_info") == Some("1") {
            token["client_info"] = json!(id_token::client_info(&claims, user));
        }
    }
    if let Some(refresh_token) = refresh_token {
        token["refresh_token"] = json!(refresh_token);
    }
    Ok(token)
}

/// Issues refresh tokens, and returns the first one, which is for the client.
fn issue(state: &mut PersistentState, tokens: Vec<IssuedToken>) -> Result<String, TokenError> {
    let issued = tokens[0].secret().to_owned();
    let change = SavedChange {
        refresh_tokens: tokens,
        ..SavedChange::default()
    };
    state.commit(change).map_err(|_| error::STATE_NOT_WRITTEN)?;
    Ok(issued)
}

/// Whether this is the URL of the token endpoint of a partner: by any of the names of the partner,
/// and with the host that the client uses, which the emulator does not know behind a port mapping.
fn is_endpoint(
    state: &AppState,
    version: Version,
    headers: &HeaderMap,
    partner: &Partner,
    url: &str,
) -> bool {
    let path = match version {
        Version::V1 => "/oauth2/token",
        Version::V2 => "/oauth2/v2.0/token",
    };
    let scheme = state.url.split("://").next().unwrap_or_default();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    // Any host, since this only compares.
    let bases = [
        Some(state.url.clone()),
        host.map(|host| format!("{scheme}://{host}")),
    ];
    let tenants = [Some(partner.tenant_id.to_string()), partner.domain.clone()];
    bases.iter().flatten().any(|base| {
        let mut tenants = tenants.iter().flatten();
        tenants.any(|tenant| url.eq_ignore_ascii_case(&format!("{base}/{tenant}{path}")))
    })
}

/// Returns the resource that the token is for, and the scope of version 2.
fn resource_and_scope<'a>(
    form: &'a Form,
    version: Version,
    grant: &str,
) -> Result<(&'static str, &'a str), TokenError> {
    match version {
        Version::V1 => Ok((known_resource(form.require("resource")?)?, "")),
        Version::V2 => {
            let scope = form.require("scope")?;
            Ok((find_resource(scope, grant)?, scope))
        }
    }
}
