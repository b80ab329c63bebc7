//! Who calls, from the environment: an access token that someone else got, or what the login
//! service wants to see for one.
//!
//! All of it comes from the environment and from nowhere else, and goes to the client and to
//! nowhere else: nothing here prints a value.

use std::env::{self, VarError};
use std::sync::Arc;

use partner_center_transfers::{
    AppCertificateCredential, AppCredential, Credential, FixedToken, RefreshTokenCredential,
};

use crate::report::Failure;

const TOKEN: &str = "PCTRANSFERS_TOKEN";
const TENANT_ID: &str = "PCTRANSFERS_TENANT_ID";
const CLIENT_ID: &str = "PCTRANSFERS_CLIENT_ID";
const CLIENT_SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
const CLIENT_CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";

/// The credential that the environment holds, as far as it can be checked without a request.
pub(crate) fn from_environment() -> Result<Arc<dyn Credential>, Failure> {
    let credential = read()?;
    let names = if variable(TOKEN)?.is_some() {
        TOKEN.to_owned()
    } else {
        format!("{TENANT_ID}, {CLIENT_ID} and what goes with them")
    };
    credential
        .check()
        .map_err(|error| Failure::Usage(format!("{names}: {error}")))?;
    Ok(credential)
}

fn read() -> Result<Arc<dyn Credential>, Failure> {
    let tenant = variable(TENANT_ID)?;
    let client = variable(CLIENT_ID)?;
    let secret = variable(CLIENT_SECRET)?;
    let certificate = variable(CLIENT_CERTIFICATE)?;
    let refresh = variable(REFRESH_TOKEN)?;
    let of_app = [
        (TENANT_ID, tenant.is_some()),
        (CLIENT_ID, client.is_some()),
        (CLIENT_SECRET, secret.is_some()),
        (CLIENT_CERTIFICATE, certificate.is_some()),
        (REFRESH_TOKEN, refresh.is_some()),
    ];
    let first_of_app = of_app.iter().find(|(_, set)| *set).map(|(name, _)| *name);

    if let Some(token) = variable(TOKEN)? {
        // Which of the two was meant decides whose money is moved.
        if let Some(other) = first_of_app {
            return Err(Failure::Usage(format!(
                "both {TOKEN} and {other} are set: leave one of them out"
            )));
        }
        return Ok(Arc::new(FixedToken::new(token)));
    }
    let Some(set) = first_of_app else {
        return Err(Failure::Usage(format!(
            "no credential: set {TOKEN} to an access token, or {TENANT_ID} and {CLIENT_ID} with \
             one of {CLIENT_SECRET}, {CLIENT_CERTIFICATE} and {REFRESH_TOKEN}, or use --emulator \
             for a first try"
        )));
    };
    let needed = |name: &str, value: Option<String>| {
        value.ok_or_else(|| Failure::Usage(format!("{set} is set, and {name} is not: set it too")))
    };
    let tenant = needed(TENANT_ID, tenant)?;
    let client = needed(CLIENT_ID, client)?;

    match (refresh, secret, certificate) {
        (Some(_), _, Some(_)) | (None, Some(_), Some(_)) => Err(Failure::Usage(format!(
            "{CLIENT_CERTIFICATE} is set beside another credential: leave one of them out"
        ))),
        (Some(refresh), secret, None) => {
            let mut credential = RefreshTokenCredential::new(tenant, client, refresh);
            if let Some(secret) = secret {
                credential = credential.client_secret(secret);
            }
            Ok(Arc::new(credential))
        }
        (None, Some(secret), None) => Ok(Arc::new(AppCredential::new(tenant, client, secret))),
        (None, None, Some(path)) => {
            let pem = std::fs::read_to_string(&path).map_err(|error| {
                Failure::Usage(format!(
                    "{CLIENT_CERTIFICATE} names {path:?}, which cannot be read: {error}"
                ))
            })?;
            let credential = AppCertificateCredential::new(tenant, client, pem)
                .map_err(|error| Failure::Usage(format!("{CLIENT_CERTIFICATE}: {error}")))?;
            Ok(Arc::new(credential))
        }
        (None, None, None) => Err(Failure::Usage(format!(
            "{set} is set, and none of {CLIENT_SECRET}, {CLIENT_CERTIFICATE} and {REFRESH_TOKEN} \
             is: set one of them"
        ))),
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
