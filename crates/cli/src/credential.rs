//! Who calls, from the environment: an access token that someone else got, or what the login
//! service wants to see for one.
//!
//! All of it comes from the environment, and from files that it names; it goes to the client, and
//! a renewed refresh token to its file. Nothing here prints a value.

use std::env::{self, VarError};
use std::sync::Arc;

use partner_center_transfers::{
    BoxFuture, ClientCertificateCredential, ClientSecretCredential, Credential,
    RefreshTokenCredential, RefreshTokenStore, StaticToken,
};

use crate::report::Failure;
use crate::streams;
use crate::token_file::TokenFile;

const TOKEN: &str = "PCTRANSFERS_TOKEN";
pub(crate) const TENANT_ID: &str = "PCTRANSFERS_TENANT_ID";
const CLIENT_ID: &str = "PCTRANSFERS_CLIENT_ID";
const CLIENT_SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
const CLIENT_CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";
const REFRESH_TOKEN_FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

/// The credential that the environment holds, as far as it can be checked without a request.
pub(crate) fn from_environment() -> Result<Arc<dyn Credential>, Failure> {
    let tenant = variable(TENANT_ID)?;
    let client = variable(CLIENT_ID)?;
    let secret = variable(CLIENT_SECRET)?;
    let certificate = variable(CLIENT_CERTIFICATE)?;
    let refresh = variable(REFRESH_TOKEN)?;
    let refresh_file = variable(REFRESH_TOKEN_FILE)?;
    let of_app = [
        (TENANT_ID, tenant.is_some()),
        (CLIENT_ID, client.is_some()),
        (CLIENT_SECRET, secret.is_some()),
        (CLIENT_CERTIFICATE, certificate.is_some()),
        (REFRESH_TOKEN, refresh.is_some()),
        (REFRESH_TOKEN_FILE, refresh_file.is_some()),
    ];
    let first_of_app = of_app.iter().find(|(_, set)| *set).map(|(name, _)| *name);

    if let Some(token) = variable(TOKEN)? {
        // Which of the two was meant decides whose money is moved.
        if let Some(other) = first_of_app {
            return Err(Failure::Usage(format!(
                "both {TOKEN} and {other} are set: leave one of them out"
            )));
        }
        return checked(TOKEN, StaticToken::new(token));
    }
    let Some(set) = first_of_app else {
        return Err(Failure::Usage(format!(
            "no credential: set {TOKEN} to an access token, or {TENANT_ID} and {CLIENT_ID} with \
             one of {CLIENT_SECRET}, {CLIENT_CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE}, or use --emulator for a first try"
        )));
    };
    let needed = |name: &str, value: Option<String>| {
        value.ok_or_else(|| Failure::Usage(format!("{set} is set, and {name} is not: set it too")))
    };
    let tenant = needed(TENANT_ID, tenant)?;
    let client = needed(CLIENT_ID, client)?;
    // One after the other, with what cannot be wrong in place of the rest, so that the variable
    // that is wrong is the one that is named.
    checked(TENANT_ID, ClientSecretCredential::new(&tenant, "-", "-"))?;
    checked(
        CLIENT_ID,
        ClientSecretCredential::new(&tenant, &client, "-"),
    )?;

    let refreshed = match (refresh, refresh_file) {
        (Some(_), Some(_)) => {
            return Err(Failure::Usage(format!(
                "both {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE} are set: leave one of them out"
            )));
        }
        (Some(token), None) => {
            let of_user = RefreshTokenCredential::new(&tenant, &client, token);
            Some((REFRESH_TOKEN, of_user.store(NotKept)))
        }
        (None, Some(path)) => {
            let (file, token) = TokenFile::open(REFRESH_TOKEN_FILE, &path)?;
            let of_user = RefreshTokenCredential::new(&tenant, &client, token);
            Some((REFRESH_TOKEN_FILE, of_user.store(file)))
        }
        (None, None) => None,
    };
    match (refreshed, secret, certificate) {
        (Some(_), _, Some(_)) | (None, Some(_), Some(_)) => Err(Failure::Usage(format!(
            "{CLIENT_CERTIFICATE} is set beside another credential: leave one of them out"
        ))),
        (Some((name, credential)), None, None) => checked(name, credential),
        (Some((_, credential)), Some(secret), None) => {
            checked(CLIENT_SECRET, credential.client_secret(secret))
        }
        (None, Some(secret), None) => checked(
            CLIENT_SECRET,
            ClientSecretCredential::new(tenant, client, secret),
        ),
        (None, None, Some(path)) => {
            let pem = std::fs::read_to_string(&path).map_err(|error| {
                Failure::Usage(format!(
                    "{CLIENT_CERTIFICATE} names {path:?}, which cannot be read: {error}"
                ))
            })?;
            let credential = ClientCertificateCredential::new(tenant, client, pem)
                .map_err(|error| Failure::Usage(format!("{CLIENT_CERTIFICATE}: {error}")))?;
            checked(CLIENT_CERTIFICATE, credential)
        }
        (None, None, None) => Err(Failure::Usage(format!(
            "{set} is set, and none of {CLIENT_SECRET}, {CLIENT_CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE} is: set one of them"
        ))),
    }
}

/// The credential, unless its settings are wrong; `name` is the variable to name then.
fn checked(
    name: &str,
    credential: impl Credential + 'static,
) -> Result<Arc<dyn Credential>, Failure> {
    credential
        .check()
        .map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    Ok(Arc::new(credential))
}

/// Says that a renewed refresh token is lost when the process ends: an environment cannot keep it.
struct NotKept;

impl RefreshTokenStore for NotKept {
    fn store<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        streams::diagnose(&format!(
            "warning: the login service has renewed the refresh token, and {REFRESH_TOKEN} cannot \
             keep the new one: use {REFRESH_TOKEN_FILE} before the old one expires\n"
        ));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The text of an environment variable. One that is empty counts as one that is not set: that is
/// how scripts and CI systems leave a variable out.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // The value is not repeated: it may be a secret.
        Err(VarError::NotUnicode(_)) => Err(Failure::Usage(format!(
            "the environment variable {name} holds bytes that are no text"
        ))),
    }
}
