//! Credentials from environment variables, and from files that they name. Values of variables are
//! never printed.

use std::env::{self, VarError};
use std::sync::Arc;

use partner_center_transfers::{
    BoxFuture, ClientCertificateCredential, ClientSecretCredential, Credential,
    RefreshTokenCredential, RefreshTokenStore, StaticToken,
};

use crate::failure::Failure;
use crate::terminal;
use crate::token_file::TokenFile;

const TOKEN: &str = "PCTRANSFERS_TOKEN";
pub(crate) const TENANT_ID: &str = "PCTRANSFERS_TENANT_ID";
const CLIENT_ID: &str = "PCTRANSFERS_CLIENT_ID";
const CLIENT_SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
const CLIENT_CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";
const REFRESH_TOKEN_FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

/// The credential in the environment, checked as far as possible without a request.
pub(crate) fn from_environment() -> Result<Arc<dyn Credential>, Failure> {
    let tenant = variable(TENANT_ID)?;
    let client = variable(CLIENT_ID)?;
    let secret = variable(CLIENT_SECRET)?;
    let certificate = variable(CLIENT_CERTIFICATE)?;
    let refresh = variable(REFRESH_TOKEN)?;
    let refresh_file = variable(REFRESH_TOKEN_FILE)?;
    let of_app = [
        (TENANT_ID, &tenant),
        (CLIENT_ID, &client),
        (CLIENT_SECRET, &secret),
        (CLIENT_CERTIFICATE, &certificate),
        (REFRESH_TOKEN, &refresh),
        (REFRESH_TOKEN_FILE, &refresh_file),
    ];
    let first_of_app = of_app.iter().find(|(_, value)| value.is_some());
    let first_of_app = first_of_app.map(|(name, _)| *name);

    if let Some(token) = variable(TOKEN)? {
        // They may belong to different partners.
        if let Some(other) = first_of_app {
            return Err(usage(format!(
                "both {TOKEN} and {other} are set: unset one of them"
            )));
        }
        return checked(TOKEN, StaticToken::new(token));
    }
    let Some(set) = first_of_app else {
        return Err(usage(format!(
            "no credentials: set {TOKEN} to an access token, or set {TENANT_ID}, {CLIENT_ID} and \
             one of {CLIENT_SECRET}, {CLIENT_CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE}; --emulator needs none"
        )));
    };
    let required = |name: &str, value: Option<String>| {
        value.ok_or_else(|| usage(format!("{set} is set but {name} is not: set it too")))
    };
    let tenant = required(TENANT_ID, tenant)?;
    let client = required(CLIENT_ID, client)?;
    // Checked one by one, so that the error names the invalid variable.
    checked(TENANT_ID, ClientSecretCredential::new(&tenant, "-", "-"))?;
    checked(
        CLIENT_ID,
        ClientSecretCredential::new(&tenant, &client, "-"),
    )?;

    let refresh_credential = match (refresh, refresh_file) {
        (Some(_), Some(_)) => {
            return Err(usage(format!(
                "both {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE} are set: unset one of them"
            )));
        }
        (Some(token), None) => {
            let credential = RefreshTokenCredential::new(&tenant, &client, token);
            Some((REFRESH_TOKEN, credential.store(NotStored)))
        }
        (None, Some(path)) => {
            let (file, token) = TokenFile::open(REFRESH_TOKEN_FILE, &path)?;
            let credential = RefreshTokenCredential::new(&tenant, &client, token);
            Some((REFRESH_TOKEN_FILE, credential.store(file)))
        }
        (None, None) => None,
    };
    match (refresh_credential, secret, certificate) {
        (Some(_), _, Some(_)) | (None, Some(_), Some(_)) => Err(usage(format!(
            "{CLIENT_CERTIFICATE} is set along with another credential: unset one of them"
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
            let invalid = |error: String| usage(format!("{CLIENT_CERTIFICATE}: {error}"));
            let pem = std::fs::read_to_string(&path)
                .map_err(|error| invalid(format!("cannot read {path:?}: {error}")))?;
            let credential = ClientCertificateCredential::new(tenant, client, pem)
                .map_err(|error| invalid(error.to_string()))?;
            checked(CLIENT_CERTIFICATE, credential)
        }
        (None, None, None) => Err(usage(format!(
            "{set} is set but none of {CLIENT_SECRET}, {CLIENT_CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE} is: set one of them"
        ))),
    }
}

fn usage(message: String) -> Failure {
    Failure::Usage(message)
}

/// Checks a credential; the error names the environment variable.
fn checked(
    name: &str,
    credential: impl Credential + 'static,
) -> Result<Arc<dyn Credential>, Failure> {
    credential
        .check()
        .map_err(|error| usage(format!("{name}: {error}")))?;
    Ok(Arc::new(credential))
}

/// Warns that a renewed refresh token is not stored.
struct NotStored;

impl RefreshTokenStore for NotStored {
    fn store<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        terminal::diagnose(&format!(
            "warning: the login service renewed the refresh token, and {REFRESH_TOKEN} cannot \
             store the new one: use {REFRESH_TOKEN_FILE} before the old one expires\n"
        ));
        Box::pin(std::future::ready(Ok(())))
    }
}

/// The value of an environment variable. An empty value counts as not set, because scripts and CI
/// systems often pass one for a missing value.
pub(crate) fn variable(name: &str) -> Result<Option<String>, Failure> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        // Without the value, which may be a secret.
        Err(VarError::NotUnicode(_)) => Err(usage(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}
