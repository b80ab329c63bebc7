//! The emulator's own login service: both of Entra's token endpoints, for apps with a secret or a
//! certificate and for users with a refresh token.
//!
//! `POST /{tenant}/oauth2/token` takes a `resource`, `POST /{tenant}/oauth2/v2.0/token` a `scope`.
//! It gives tokens for a few other resources too: that a token for the wrong one is refused by the
//! API is one of the things to be tried here.

mod refresh;
mod refusal;

use std::collections::HashMap;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::answer::Answer;
use crate::assertion::{self, Certificate, Wrong};
use crate::bearer::AUDIENCE;
use crate::body;
use crate::model::{App, Partner, User};
use crate::token::Claims;
use crate::world::World;

pub(crate) use refresh::RefreshTokens;
pub(crate) use refresh::Rotated;
use refusal::TokenRefusal;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a token can be had for. Only the first is right for the API.
const RESOURCES: [&str; 4] = [
    AUDIENCE,
    "https://partner.partnercenterapi.microsoftonline.cn",
    "https://graph.windows.net",
    "https://graph.microsoft.com",
];

/// Which of the two endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    V1,
    V2,
}

pub(crate) async fn v1(
    State(world): State<Arc<World>>,
    tenant: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(&world, Version::V1, &tenant, &headers, body).await
}

pub(crate) async fn v2(
    State(world): State<Arc<World>>,
    tenant: Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    answer(&world, Version::V2, &tenant, &headers, body).await
}

async fn answer(
    world: &World,
    version: Version,
    tenant: &str,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    let answer = match body::read(world, headers, body).await {
        Err(refusal) => refusal.into(),
        Ok(body) => match grant(world, version, tenant, headers, &body) {
            Ok(granted) => Answer::json(StatusCode::OK, Bytes::from(granted.to_string())),
            Err(refusal) => refusal.into(),
        },
    };
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The members of the form. One that stands twice is ambiguous, so it is refused.
struct Form(HashMap<String, String>);

impl Form {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, TokenRefusal> {
        let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if !kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded")) {
            return Err(TokenRefusal::malformed(
                "The body must be application/x-www-form-urlencoded.",
            ));
        }
        let mut form = HashMap::new();
        for (name, value) in form_urlencoded::parse(body) {
            if form.insert(name.into_owned(), value.into_owned()).is_some() {
                return Err(TokenRefusal::malformed("A parameter is there twice."));
            }
        }
        Ok(Self(form))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let value = self.0.get(name)?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    fn need(&self, name: &str) -> Result<&str, TokenRefusal> {
        self.get(name).ok_or_else(|| TokenRefusal::missing(name))
    }
}

fn grant(
    world: &World,
    version: Version,
    tenant: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, TokenRefusal> {
    let form = Form::read(headers, body)?;
    let kind = form.need("grant_type")?;
    let client = form.need("client_id")?;
    let mut store = world.store();
    let data = store.data();
    let partner = data
        .partners
        .iter()
        .find(|partner| {
            Uuid::try_parse(tenant).is_ok_and(|id| id == partner.tenant_id)
                || partner
                    .domain
                    .as_deref()
                    .is_some_and(|domain| domain.eq_ignore_ascii_case(tenant))
        })
        .ok_or_else(TokenRefusal::unknown_tenant)?
        .clone();
    let app = partner
        .apps
        .iter()
        .find(|app| Uuid::try_parse(client).is_ok_and(|id| id == app.id))
        .ok_or_else(TokenRefusal::unknown_app)?;
    let endpoint = match version {
        Version::V1 => format!("{}/{tenant}/oauth2/token", world.url()),
        Version::V2 => format!("{}/{tenant}/oauth2/v2.0/token", world.url()),
    };
    authenticate(&form, app, &endpoint, world.clock.seconds())?;
    let asked = Asked::read(&form, version, kind)?;
    match kind {
        "client_credentials" => {
            if app.secrets.is_empty() && app.certificates.is_empty() {
                return Err(TokenRefusal::no_secret());
            }
            Ok(success(
                world, version, &asked, &partner, app.id, None, None,
            ))
        }
        "refresh_token" => {
            let presented = form.need("refresh_token")?;
            let single_use = world.options.single_use_refresh_tokens;
            let renew = version == Version::V1 || asked.offline;
            let now = world.clock.seconds();
            let (user, renewed) = store
                .refresh_tokens_mut()
                .redeem(presented, &partner, app.id, now, renew, single_use)?;
            let granted = success(
                world,
                version,
                &asked,
                &partner,
                app.id,
                Some(user),
                renewed.as_deref(),
            );
            // A renewed token that a crash forgets would lock its user out.
            store.save().map_err(|_| {
                TokenRefusal::malformed("The emulator could not write its state file.")
            })?;
            Ok(granted)
        }
        _ => Err(TokenRefusal::unknown_grant()),
    }
}

/// Whether the app is who it says.
fn authenticate(form: &Form, app: &App, endpoint: &str, now: u64) -> Result<(), TokenRefusal> {
    let public = app.secrets.is_empty() && app.certificates.is_empty();
    if let Some(secret) = form.get("client_secret") {
        if public {
            return Err(TokenRefusal::public_client());
        }
        return if app.secrets.iter().any(|known| known.expose() == secret) {
            Ok(())
        } else {
            Err(TokenRefusal::wrong_secret())
        };
    }
    if let Some(text) = form.get("client_assertion") {
        if public {
            return Err(TokenRefusal::public_client());
        }
        if form.need("client_assertion_type")? != ASSERTION_TYPE {
            return Err(TokenRefusal::assertion_malformed());
        }
        // The data set was checked when it was loaded: each of them can be read.
        let certificates: Vec<Certificate> = app
            .certificates
            .iter()
            .filter_map(|pem| Certificate::from_pem(pem).ok())
            .collect();
        return assertion::check(text, &certificates, app.id, endpoint, now).map_err(|wrong| {
            match wrong {
                Wrong::Malformed => TokenRefusal::assertion_malformed(),
                Wrong::Signature => TokenRefusal::assertion_signature(),
                Wrong::Time => TokenRefusal::assertion_time(),
                Wrong::Audience => TokenRefusal::assertion_audience(),
                Wrong::Issuer => TokenRefusal::assertion_issuer(),
            }
        });
    }
    if public {
        return Ok(());
    }
    Err(TokenRefusal::no_secret())
}

/// What a token is asked for.
struct Asked {
    resource: String,
    /// The scope as it came, for v2.
    scope: String,
    /// Whether a renewed refresh token is wanted.
    offline: bool,
}

impl Asked {
    fn read(form: &Form, version: Version, grant: &str) -> Result<Self, TokenRefusal> {
        let (resource, scope) = match version {
            Version::V1 => (form.need("resource")?.to_owned(), String::new()),
            Version::V2 => {
                let scope = form.need("scope")?;
                let target = scope
                    .split(' ')
                    .find(|word| word.contains("://"))
                    .ok_or_else(TokenRefusal::unknown_resource)?;
                let (resource, permission) = target
                    .rsplit_once('/')
                    .ok_or_else(TokenRefusal::unknown_resource)?;
                if grant == "client_credentials" && permission != ".default" {
                    return Err(TokenRefusal::scope_is_no_default());
                }
                (resource.to_owned(), scope.to_owned())
            }
        };
        let bare = resource.trim_end_matches('/');
        if !RESOURCES.contains(&bare) {
            return Err(TokenRefusal::unknown_resource());
        }
        Ok(Self {
            resource: bare.to_owned(),
            offline: scope.split(' ').any(|word| word == "offline_access"),
            scope,
        })
    }
}

fn success(
    world: &World,
    version: Version,
    asked: &Asked,
    partner: &Partner,
    app: Uuid,
    user: Option<&User>,
    refresh_token: Option<&str>,
) -> Value {
    let lifetime = world.options.token_lifetime.as_secs();
    let claims = claims(world, &asked.resource, partner.tenant_id, app, user);
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| {
        body.insert(name.to_owned(), value);
    };
    put("token_type", json!("Bearer"));
    match version {
        // Numbers are text there.
        Version::V1 => {
            put("expires_in", json!(lifetime.to_string()));
            put("ext_expires_in", json!(lifetime.to_string()));
            put("expires_on", json!(claims.exp.to_string()));
            put("not_before", json!(claims.nbf.to_string()));
            put("resource", json!(asked.resource));
        }
        Version::V2 => {
            put("expires_in", json!(lifetime));
            put("ext_expires_in", json!(lifetime));
        }
    }
    if user.is_some() {
        put(
            "scope",
            match version {
                Version::V1 => json!("user_impersonation"),
                Version::V2 => json!(asked.scope),
            },
        );
    }
    put("access_token", json!(world.signer.sign(&claims)));
    if let Some(token) = refresh_token {
        put("refresh_token", json!(token));
    }
    Value::Object(body)
}

/// What a token for a resource says of an app, and of its user if there is one.
pub(crate) fn claims(
    world: &World,
    resource: &str,
    tenant: Uuid,
    app: Uuid,
    user: Option<&User>,
) -> Claims {
    let now = world.clock.seconds();
    let amr: &[&str] = match user {
        None => &[],
        Some(User { mfa: true, .. }) => &["pwd", "mfa"],
        Some(_) => &["pwd"],
    };
    Claims {
        aud: resource.to_owned(),
        iss: format!("{}/{tenant}/", world.url()),
        iat: now,
        nbf: now,
        exp: now + world.options.token_lifetime.as_secs(),
        appid: app,
        tid: tenant,
        oid: user.map_or(app, |user| user.id),
        idtyp: if user.is_some() { "user" } else { "app" }.to_owned(),
        amr: amr.iter().map(ToString::to_string).collect(),
        scp: user.map(|_| "user_impersonation".to_owned()),
        upn: user.map(|user| user.name.clone()),
        ver: "1.0".to_owned(),
        uti: Uuid::new_v4(),
    }
}
