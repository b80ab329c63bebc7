//! Credentials from environment variables, and from files that they name. Values of variables are
//! never printed.

mod replaced_file;
mod token_file;

use std::sync::Arc;

use partner_center_transfers::setting;
use partner_center_transfers::{
    BoxFuture, CertificateFileError, ClientCertificateCredential, ClientSecretCredential,
    Credential, RefreshTokenCredential, RefreshTokenStore, StaticToken,
};

pub(crate) use crate::environment::variable;
use crate::environment::{is_set, password, path, secret};
use crate::failure::Failure;
use crate::{environment, input_file, terminal};

use self::token_file::TokenFile;

const TOKEN: &str = "PCTRANSFERS_TOKEN";
pub(crate) const TENANT_ID: &str = "PCTRANSFERS_TENANT_ID";
const CLIENT_ID: &str = "PCTRANSFERS_CLIENT_ID";
const SECRET: &str = "PCTRANSFERS_CLIENT_SECRET";
const CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const CERTIFICATE_PASSWORD: &str = "PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD";
const REFRESH_TOKEN: &str = "PCTRANSFERS_REFRESH_TOKEN";
const REFRESH_TOKEN_FILE: &str = "PCTRANSFERS_REFRESH_TOKEN_FILE";

/// The credential in the environment, checked as far as possible without a request.
pub(crate) fn from_environment() -> Result<Arc<dyn Credential>, Failure> {
    let of_app = [
        TENANT_ID,
        CLIENT_ID,
        SECRET,
        CERTIFICATE,
        CERTIFICATE_PASSWORD,
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
        if is_set(one) && is_set(other) {
            let message = format!("both {one} and {other} are set: unset one of them");
            return Err(Failure::Usage(message));
        }
    }
    if let Some(token) = secret(TOKEN)? {
        return checked(TOKEN, StaticToken::new(token));
    }
    let Some(set) = of_app.into_iter().find(|name| is_set(name)) else {
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

    let secret = secret(SECRET)?;
    if let Some(path) = path(CERTIFICATE)? {
        return checked(CERTIFICATE, certificate(&tenant, &client, &path)?);
    }
    if is_set(CERTIFICATE_PASSWORD) {
        return Err(Failure::Usage(format!(
            "{CERTIFICATE_PASSWORD} is set but {CERTIFICATE} is not: set it to the path of the \
             certificate, or unset the password"
        )));
    }
    let (name, credential) = if let Some(path) = path(REFRESH_TOKEN_FILE)? {
        let (file, token) = TokenFile::open(REFRESH_TOKEN_FILE, &path)?;
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN_FILE, credential.store(file))
    } else if let Some(token) = environment::secret(REFRESH_TOKEN)? {
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

/// Reads the file with the app's certificate and private key.
fn certificate(
    tenant: &str,
    client: &str,
    path: &str,
) -> Result<ClientCertificateCredential, Failure> {
    let file = input_file::read(path);
    let file = file.map_err(|error| Failure::Usage(format!("{CERTIFICATE}: {error}")))?;
    let password = password(CERTIFICATE_PASSWORD)?;
    ClientCertificateCredential::from_file(tenant, client, &file, password.as_deref()).map_err(
        |error| {
            Failure::Usage(match error {
                CertificateFileError::PasswordMissing => format!(
                    "{CERTIFICATE}: the private key in {path:?} is encrypted: set \
                     {CERTIFICATE_PASSWORD} to the password of the file"
                ),
                CertificateFileError::PasswordWrong if quoted(password.as_deref()) => format!(
                    "{CERTIFICATE_PASSWORD} is enclosed in quotes, and is not the password of \
                     {path:?}: set it without the quotes"
                ),
                CertificateFileError::PasswordWrong => format!(
                    "{CERTIFICATE_PASSWORD} is not the password of {path:?}: set it to the one \
                     that the file was exported with"
                ),
                CertificateFileError::Invalid(reason) => {
                    format!("{CERTIFICATE}: cannot use {path:?}: {reason}")
                }
            })
        },
    )
}

fn quoted(password: Option<&str>) -> bool {
    password.is_some_and(|password| setting::is_quoted(password.trim()))
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
