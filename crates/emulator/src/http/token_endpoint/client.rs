//! The app that requests a token, and its authentication: a secret or an assertion in the body, or a
//! secret by HTTP Basic (RFC 6749, section 2.3.1).

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::client_assertion;
use super::error::{self, TokenError};
use super::form::Form;
use crate::service::certificate::Certificate;
use crate::service::model::{App, Partner};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The id of an app, and its secret if it sends one.
pub(super) struct Client {
    pub(super) id: String,
    secret: Option<String>,
}

impl Client {
    pub(super) fn read(headers: &HeaderMap, form: &Form) -> Result<Self, TokenError> {
        let Some(basic) = basic(headers)? else {
            return Ok(Self {
                id: form.require("client_id")?.to_owned(),
                secret: form.get("client_secret").map(str::to_owned),
            });
        };
        if form.get("client_secret").is_some() || form.get("client_assertion").is_some() {
            return Err(TokenError::malformed(
                "The client authenticates both in the Authorization header and in the body: use one \
                 of them.",
            ));
        }
        if form
            .get("client_id")
            .is_some_and(|id| !id.eq_ignore_ascii_case(&basic.id))
        {
            return Err(TokenError::malformed(
                "The 'client_id' of the body differs from that of the Authorization header.",
            ));
        }
        Ok(basic)
    }

    /// The app of a partner with this id.
    pub(super) fn find<'a>(&self, partner: &'a Partner) -> Result<&'a App, TokenError> {
        let id = Uuid::try_parse(&self.id).map_err(|_| error::UNKNOWN_APP)?;
        let mut apps = partner.apps.iter();
        apps.find(|app| app.id == id).ok_or(error::UNKNOWN_APP)
    }

    /// Checks the secret or the assertion for an app.
    pub(super) fn authenticate(
        &self,
        form: &Form,
        app: &App,
        is_endpoint: impl Fn(&str) -> bool,
        now: u64,
    ) -> Result<(), TokenError> {
        let assertion = form.get("client_assertion");
        match (&self.secret, assertion, is_public(app)) {
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
                client_assertion::check(assertion, &certificates, app.id, is_endpoint, now)
            }
        }
    }
}

pub(super) fn is_public(app: &App) -> bool {
    app.secrets.is_empty() && app.certificates.is_empty()
}

/// Whether the client tries to authenticate by HTTP Basic.
pub(super) fn uses_basic(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    values.any(|value| basic_credentials(value.as_bytes()).is_some())
}

/// What follows the scheme `Basic`.
fn basic_credentials(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = value.split_at_checked(5)?;
    let is_basic =
        scheme.eq_ignore_ascii_case(b"basic") && matches!(rest.first(), None | Some(b' '));
    is_basic.then(|| rest.trim_ascii())
}

/// Reads the `Authorization` header. Other schemes are ignored.
fn basic(headers: &HeaderMap) -> Result<Option<Client>, TokenError> {
    let mut values = headers
        .get_all(AUTHORIZATION)
        .iter()
        .filter_map(|value| basic_credentials(value.as_bytes()));
    let Some(credentials) = values.next() else {
        return Ok(None);
    };
    if values.next().is_some() {
        return Err(TokenError::malformed(
            "There is more than one Authorization header.",
        ));
    }
    let decoded = STANDARD.decode(credentials).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let (id, secret) = text
        .as_deref()
        .and_then(|text| text.split_once(':'))
        .ok_or(error::BASIC_MALFORMED)?;
    let secret = form_decoded(secret);
    Ok(Some(Client {
        id: form_decoded(id),
        secret: (!secret.is_empty()).then_some(secret),
    }))
}

/// Both parts are encoded like the values of a form, so a `+` is a space.
fn form_decoded(text: &str) -> String {
    // Neither character is a separator here.
    let text = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(text.as_bytes())
        .map(|(name, _)| name.into_owned())
        .collect()
}
