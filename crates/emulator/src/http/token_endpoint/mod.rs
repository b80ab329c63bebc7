//! The token endpoints of Entra, version 1 and 2: for apps with a secret or a certificate, and for
//! users with a refresh token.
//!
//! `POST /{tenant}/oauth2/token` takes a `resource`, `POST /{tenant}/oauth2/v2.0/token` a `scope`.
//! Both issue tokens for some other resources too, so that a client can be tested with a token that
//! the API refuses.

pub(crate) mod access_token;
mod client_assertion;
mod error;
mod form;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, HeaderMap, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{MethodRouter, post};
use serde_json::{Value, json};
use uuid::Uuid;

use self::access_token::API_AUDIENCE;
use self::error::TokenError;
use self::form::Form;
use super::app_state::AppState;
use super::body;
use super::response::ApiResponse;
use crate::service::certificate::Certificate;
use crate::service::model::{App, Partner};
use crate::service::refresh_tokens::RefreshError;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The resources that the endpoints issue tokens for. The API accepts only the first.
const RESOURCES: [&str; 4] = [
    API_AUDIENCE,
    "https://partner.partnercenterapi.microsoftonline.cn",
    "https://graph.windows.net",
    "https://graph.microsoft.com",
];

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
                    body: Body| { respond(&app, version, &tenant, &headers, body).await },
    )
}

async fn respond(
    app: &AppState,
    version: Version,
    tenant: &str,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let response = match body::read(headers, body, app.options.read_timeout).await {
        Err(error) => error.into(),
        Ok(body) => match Form::read(headers, &body)
            .and_then(|form| issue_token(app, version, tenant, &form))
        {
            Ok(token) => ApiResponse::ok(&token),
            Err(error) => error.into(),
        },
    };
    let mut response = response.into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn issue_token(
    state: &AppState,
    version: Version,
    tenant: &str,
    form: &Form,
) -> Result<Value, TokenError> {
    let grant = form.require("grant_type")?;
    let client = form.require("client_id")?;
    let now = state.clock.seconds();
    let mut persistent = state.persistent();
    let partner = find_partner(&persistent.store.data().partners, tenant)
        .ok_or(error::UNKNOWN_TENANT)?
        .clone();
    let mut apps = partner.apps.iter();
    let app = apps
        .find(|app| Uuid::try_parse(client).is_ok_and(|id| id == app.id))
        .ok_or(error::UNKNOWN_APP)?;
    let endpoint = match version {
        Version::V1 => format!("{}/{tenant}/oauth2/token", state.url),
        Version::V2 => format!("{}/{tenant}/oauth2/v2.0/token", state.url),
    };
    authenticate(form, app, &endpoint, now)?;
    let (resource, scope) = resource_and_scope(form, version, grant)?;
    let (user, refresh_token) = match grant {
        "client_credentials" if is_public(app) => return Err(error::NO_SECRET),
        "client_credentials" => (None, None),
        "refresh_token" => {
            let wants_offline = scope.split(' ').any(|word| word == "offline_access");
            let token = form.require("refresh_token")?;
            let tokens = &mut persistent.refresh_tokens;
            let user = tokens
                .user(token, &partner, now)
                .map_err(|error| match error {
                    RefreshError::Invalid => error::INVALID_REFRESH_TOKEN,
                    RefreshError::Expired => error::EXPIRED_REFRESH_TOKEN,
                })?;
            let single_use = state.options.single_use_refresh_tokens;
            let renewed = (version == Version::V1 || wants_offline)
                .then(|| tokens.renew(token, partner.tenant_id, user.id, now, single_use));
            // A renewed token that a crash forgets would lock its user out.
            persistent.save().map_err(|_| {
                TokenError::malformed("The emulator could not write its state file.")
            })?;
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
    if user.is_some() {
        token["scope"] = match version {
            Version::V1 => json!("user_impersonation"),
            Version::V2 => json!(scope),
        };
    }
    if let Some(refresh_token) = refresh_token {
        token["refresh_token"] = json!(refresh_token);
    }
    Ok(token)
}

/// Finds a partner by tenant id or domain.
fn find_partner<'a>(partners: &'a [Partner], tenant: &str) -> Option<&'a Partner> {
    partners.iter().find(|partner| {
        let domain = partner.domain.as_deref();
        Uuid::try_parse(tenant).is_ok_and(|id| id == partner.tenant_id)
            || domain.is_some_and(|domain| domain.eq_ignore_ascii_case(tenant))
    })
}

fn is_public(app: &App) -> bool {
    app.secrets.is_empty() && app.certificates.is_empty()
}

/// Checks the secret or the assertion of an app.
fn authenticate(form: &Form, app: &App, endpoint: &str, now: u64) -> Result<(), TokenError> {
    let secret = form.get("client_secret");
    let assertion = form.get("client_assertion");
    match (secret, assertion, is_public(app)) {
        (None, None, true) => Ok(()),
        (None, None, false) => Err(error::NO_SECRET),
        (_, _, true) => Err(error::PUBLIC_CLIENT),
        (Some(secret), _, false) => {
            let mut secrets = app.secrets.iter();
            let known = secrets.any(|known| known.expose() == secret);
            known.then_some(()).ok_or(error::WRONG_SECRET)
        }
        (None, Some(assertion), false) => {
            if form.require("client_assertion_type")? != ASSERTION_TYPE {
                return Err(error::ASSERTION_MALFORMED);
            }
            // The check of the data set has read each of them before.
            let pems = app.certificates.iter();
            let certificates: Vec<_> = pems
                .filter_map(|pem| Certificate::from_pem(pem).ok())
                .collect();
            client_assertion::check(assertion, &certificates, app.id, endpoint, now)
        }
    }
}

/// Returns the resource that the token is for, and the scope of version 2.
fn resource_and_scope<'a>(
    form: &'a Form,
    version: Version,
    grant: &str,
) -> Result<(&'a str, &'a str), TokenError> {
    let (resource, scope) = match version {
        Version::V1 => (form.require("resource")?, ""),
        Version::V2 => {
            let scope = form.require("scope")?;
            let (resource, permission) = scope
                .split(' ')
                .find(|word| word.contains("://"))
                .and_then(|word| word.rsplit_once('/'))
                .ok_or(error::UNKNOWN_RESOURCE)?;
            if grant == "client_credentials" && permission != ".default" {
                return Err(error::INVALID_SCOPE);
            }
            (resource, scope)
        }
    };
    let resource = resource.trim_end_matches('/');
    if !RESOURCES.contains(&resource) {
        return Err(error::UNKNOWN_RESOURCE);
    }
    Ok((resource, scope))
}
