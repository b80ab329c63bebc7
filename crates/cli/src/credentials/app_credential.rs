//! The credential of an app in the environment: a certificate, a refresh token or a secret.

use partner_center_transfers::{
    BoxFuture, CertificateFileError, ClientCertificateCredential, ClientSecretCredential,
    RefreshTokenCredential, RefreshTokenStore, setting,
};

use super::cached_token::{Fingerprint, Kind};
use super::check::checked;
use super::selected_credential::UncachedCredential;
use super::token_file::TokenFile;
use super::variables::{
    CERTIFICATE, CERTIFICATE_PASSWORD, REFRESH_TOKEN, REFRESH_TOKEN_FILE, SECRET,
};
use crate::environment::{is_set, password, path, secret};
use crate::failure::Failure;
use crate::{input_file, terminal};

/// The credential of an app in the environment, if there is one.
pub(super) fn of_environment(
    tenant: &str,
    client: &str,
) -> Result<Option<UncachedCredential>, Failure> {
    let client_secret = secret(SECRET)?;
    if let Some(path) = path(CERTIFICATE)? {
        let (credential, fingerprint) = certificate(tenant, client, &path)?;
        return Ok(Some(UncachedCredential {
            credential: checked(CERTIFICATE, credential)?,
            description: CERTIFICATE.to_owned(),
            kind: Kind::Certificate,
            fingerprint,
        }));
    }
    if is_set(CERTIFICATE_PASSWORD) {
        return Err(Failure::Usage(format!(
            "{CERTIFICATE_PASSWORD} is set but {CERTIFICATE} is not: set it to the path of the \
             certificate, or unset the password"
        )));
    }
    let (name, credential, fingerprint) = if let Some(path) = path(REFRESH_TOKEN_FILE)? {
        let (file, token) = TokenFile::open(REFRESH_TOKEN_FILE, &path)?;
        let fingerprint = file.fingerprint();
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN_FILE, credential.store(file), fingerprint)
    } else if let Some(token) = secret(REFRESH_TOKEN)? {
        let fingerprint = Fingerprint::new(token.as_bytes());
        let credential = RefreshTokenCredential::new(tenant, client, token);
        (REFRESH_TOKEN, credential.store(NotStored), fingerprint)
    } else if let Some(secret) = client_secret {
        let fingerprint = Fingerprint::new(secret.as_bytes());
        let credential = ClientSecretCredential::new(tenant, client, secret);
        return Ok(Some(UncachedCredential {
            credential: checked(SECRET, credential)?,
            description: SECRET.to_owned(),
            kind: Kind::Secret,
            fingerprint,
        }));
    } else {
        return Ok(None);
    };
    let credential = match client_secret {
        Some(secret) => checked(SECRET, credential.client_secret(secret))?,
        None => checked(name, credential)?,
    };
    Ok(Some(UncachedCredential {
        credential,
        description: name.to_owned(),
        kind: Kind::RefreshToken,
        fingerprint,
    }))
}

/// Reads the file with the app's certificate and private key.
fn certificate(
    tenant: &str,
    client: &str,
    path: &str,
) -> Result<(ClientCertificateCredential, Fingerprint), Failure> {
    let file = input_file::read(path);
    let file = file.map_err(|error| Failure::Usage(format!("{CERTIFICATE}: {error}")))?;
    let password = password(CERTIFICATE_PASSWORD)?;
    let credential =
        ClientCertificateCredential::from_file(tenant, client, &file, password.as_deref());
    let credential = credential.map_err(|error| {
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
    })?;
    Ok((credential, Fingerprint::new(&file)))
}

fn quoted(password: Option<&str>) -> bool {
    password.is_some_and(|password| setting::is_quoted(password.trim()))
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
