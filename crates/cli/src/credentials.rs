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
const SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
const CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";
const REFRESH_TOKEN_FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

/// The credential in the environment, checked as far as possible without a request.
pub(crate) fn from_environment() -> Result<Arc<dyn Credential>, Failure> {
    let of_app = [
        TENANT_ID,
        CLIENT_ID,
        SECRET,
        CERTIFICATE,
        REFRESH_TOKEN,
        REFRESH_TOKEN_FILE,
    ];
    // With two credentials it is unclear which partner was meant.
    let conflicts = [
        (CERTIFICATE, SECRET),
        (CERTIFICATE, REFRESH_TOKEN),
        (CERTIFICATE, REFRESH_TOKEN_FILE),
        (REFRESH_TOKEN, REFRESH_TOKEN_FILE),
    ];
    for (one, other) in of_app
        .map(|name| (TOKEN, name))
        .into_iter()
        .chain(conflicts)
    {
        if variable(one)?.is_some() && variable(other)?.is_some() {
            let message = format!("both {one} and {other} are set: unset one of them");
            return Err(Failure::Usage(message));
        }
    }
    if let Some(token) = variable(TOKEN)? {
        return checked(TOKEN, StaticToken::new(token));
    }
    let Some(set) = of_app
        .into_iter()
        .find(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
    else {
        return Err(Failure::Usage(format!(
            "no credentials: set {TOKEN} to an access token, or set {TENANT_ID}, {CLIENT_ID} and \
             one of {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and {REFRESH_TOKEN_FILE}; --emulator \
             needs none"
        )));
    };
    let required = |name: &str| {
        let missing = || Failure::Usage(format!("{set} is set but {name} is not: set it too"));
        variable(name)?.ok_or_else(missing)
    };
    let (tenant, client) = (required(TENANT_ID)?, required(CLIENT_ID)?);
    // Checked one by one, so that the error names the invalid variable.
    checked(TENANT_ID, ClientSecretCredential::new(&tenant, "-", "-"))?;
    checked(
        CLIENT_ID,
        ClientSecretCredential::new(&tenant, &client, "-"),
    )?;

    let secret = variable(SECRET)?;
    if let Some(path) = variable(CERTIFICATE)? {
        let invalid = |error: String| Failure::Usage(format!("{CERTIFICATE}: {error}"));
        let pem = std::fs::read_to_string(&path)
            .map_err(|error| invalid(format!("cannot read {path:?}: {error}")))?;
        let credential = ClientCertificateCredential::new(tenant, client, pem)
            .map_err(|error| invalid(error.to_string()))?;
        return checked(CERTIFICATE, credential);
    }
    let (name, credential) = if let Some(path) = variable(REFRESH_TOKEN_FILE)? {
        let (file, token) = TokenFile::open(REFRESH_TOKEN_FILE, &path)?;
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN_FILE, credential.store(file))
    } else if let Some(token) = variable(REFRESH_TOKEN)? {
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN, credential.store(NotStored))
    } else if let Some(secret) = secret {
        return checked(SECRET, ClientSecretCredential::new(tenant, client, secret));
    } else {
        return Err(Failure::Usage(format!(
            "{set} is set but none of {SECRET}, {CERTIFICATE}, {REFRESH_TOKEN} and \
             {REFRESH_TOKEN_FILE} is: set one of them"
        )));
    };
    match secret {
        Some(secret) => checked(SECRET, credential.client_secret(secret)),
        None => checked(name, credential),
    }
}

/// Checks a credential; the error names the environment variable.
fn checked(
    name: &str,
    credential: impl Credential + 'static,
) -> Result<Arc<dyn Credential>, Failure> {
    credential
        .check()
        .map_err(|error| Failure::Usage(format!("{name}: {error}")))?;
    Ok(Arc::new(credential))
}

/// Warns that a renewed refresh token is not stored.
struct NotStored;

impl RefreshTokenStore for NotStored {
    fn store<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        terminal::warn(&format!(
            "the login service renewed the refresh token, and {REFRESH_TOKEN} cannot store the \
             new one: use {REFRESH_TOKEN_FILE} before the old one expires"
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
        Err(VarError::NotUnicode(_)) => Err(Failure::Usage(format!(
            "the environment variable {name} is not valid UTF-8"
        ))),
    }
}
