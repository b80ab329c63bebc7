//! The sign-in of a user, kept between commands: a refresh token in a file that only the user can
//! read.

use std::path::PathBuf;

use partner_center_transfers::{
    AccessToken, BoxFuture, Credential, CredentialError, RefreshTokenCredential, RefreshTokenStore,
    TokenRequest,
};
use serde::{Deserialize, Serialize};

use super::app::{App, digest};
use super::cached_token::{CachedToken, Fingerprint};
use crate::failure::Failure;
use crate::files::private_file::{self, Unusable};

/// The directory of the sign-ins.
pub(super) const DIRECTORY: &str = "sign-ins";

/// What a refused sign-in needs.
const SIGN_IN_AGAIN: &str = "run pctransfers login to sign in again";

/// The start of the file name of a sign-in without a profile. No profile can have this name.
const NO_PROFILE: &str = "@no-profile";

/// The start of the file names of the sign-ins of a profile.
pub(super) fn file_name(profile: Option<&str>) -> &str {
    profile.unwrap_or(NO_PROFILE)
}

/// The place of a sign-in. It belongs to an app, and to a profile if one was in use.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    path: PathBuf,
    app: App,
    /// That of the sign-in that was last read or written.
    fingerprint: Fingerprint,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(flatten)]
    app: App,
    /// Differs between sign-ins, and stays the same when the refresh token is renewed.
    #[serde(default)]
    id: String,
    refresh_token: String,
}

impl SignIn {
    /// `None` if the user has no home directory.
    pub(crate) fn new(app: &App, profile: Option<&str>) -> Option<Self> {
        Some(Self {
            path: app.file(DIRECTORY, file_name(profile))?,
            app: app.clone(),
            fingerprint: Fingerprint::default(),
        })
    }

    /// Identifies the sign-in that [`exists`](Self::exists) has found or that was stored last.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint.clone()
    }

    /// Whether there is a sign-in. One that cannot be used is an error.
    pub(crate) fn exists(&self) -> Result<bool, Failure> {
        match self.read() {
            Ok(token) => Ok(token.is_some()),
            Err(message) => Err(Failure::Usage(message)),
        }
    }

    /// Checks that the sign-in can be kept, before the user signs in.
    pub(crate) fn check_writable(&self) -> Result<(), Failure> {
        private_file::check_writable(&self.path).map_err(|error| {
            Failure::Local(format!(
                "the sign-in cannot be kept in {}: {error}",
                self.path.display()
            ))
        })
    }

    fn read(&self) -> Result<Option<Content>, String> {
        let bytes = match private_file::read(&self.path) {
            Ok(Some(bytes)) => bytes,
            Ok(None) => return Ok(None),
            Err(Unusable::ExposedFile { why, fix } | Unusable::ExposedDirectory { why, fix }) => {
                return Err(format!(
                    "the sign-in is not used, because {why}: {fix}, and run pctransfers login if \
                     they may have done so"
                ));
            }
            Err(Unusable::Unreadable(message)) => return Err(message),
        };
        match serde_json::from_slice::<Content>(&bytes) {
            Ok(content) if content.app == self.app => {
                self.fingerprint.set(content.id.as_bytes());
                Ok(Some(content))
            }
            _ => Err(format!(
                "{} is not a sign-in of this app: {SIGN_IN_AGAIN}",
                self.path.display()
            )),
        }
    }

    fn write(&self, id: &str, refresh_token: &str) -> Result<(), String> {
        let content = Content {
            app: self.app.clone(),
            id: id.to_owned(),
            refresh_token: refresh_token.to_owned(),
        };
        let json = serde_json::to_vec_pretty(&content).map_err(|error| error.to_string())?;
        private_file::write(&self.path, &json)
            .map_err(|error| format!("cannot write {}: {error}", self.path.display()))?;
        self.fingerprint.set(id.as_bytes());
        Ok(())
    }
}

/// Stores the refresh token of a new sign-in in place of an earlier one, which may be that of another
/// user.
pub(crate) struct NewSignIn {
    pub(crate) sign_in: SignIn,
    /// The access token of the earlier sign-in.
    pub(crate) cached_token: Option<CachedToken>,
}

impl RefreshTokenStore for NewSignIn {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(async move {
            if let Some(token) = &self.cached_token {
                token.lock_and_remove().await?;
            }
            let _lock = private_file::lock(&self.sign_in.path).await;
            let id = digest(&[b"sign-in", refresh_token.as_bytes()]);
            Ok(self.sign_in.write(&id, refresh_token)?)
        })
    }
}

/// Stores the renewed refresh token of a sign-in, unless the sign-in was removed or replaced since
/// it was read.
struct Renewal {
    sign_in: SignIn,
    read: Content,
}

impl Renewal {
    fn store_token(&self, refresh_token: &str) -> Result<(), String> {
        match self.sign_in.read()? {
            Some(content) if content.refresh_token == self.read.refresh_token => {
                self.sign_in.write(&self.read.id, refresh_token)
            }
            // The caller finds out that the file does not contain this token.
            _ => Ok(()),
        }
    }
}

impl RefreshTokenStore for Renewal {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        let stored = self.store_token(refresh_token).map_err(Into::into);
        Box::pin(std::future::ready(stored))
    }
}

impl Credential for SignIn {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            // Another command may renew the token meanwhile, and the old one may be valid once only.
            let _lock = private_file::lock(&self.path).await;
            let read = self.read().map_err(CredentialError::new)?.ok_or_else(|| {
                CredentialError::new(format!("the sign-in was removed: {SIGN_IN_AGAIN}"))
            })?;
            let App {
                tenant, client_id, ..
            } = self.app.clone();
            let credential =
                RefreshTokenCredential::new(tenant, client_id, read.refresh_token.clone());
            let credential = credential.store(Renewal {
                sign_in: self.clone(),
                read,
            });
            let token = credential.access_token(request).await;
            let token = token.map_err(|error| match error.error() {
                Some("invalid_grant" | "interaction_required" | "consent_required") => {
                    CredentialError::new(format!("{error}; {SIGN_IN_AGAIN}"))
                }
                _ => error,
            })?;
            // Not every file system has locks.
            let stored = self.read().map_err(CredentialError::new)?;
            let current = credential.refresh_token().await;
            if stored.is_none_or(|it| it.refresh_token != current.secret()) {
                return Err(CredentialError::new(
                    "the sign-in was removed or replaced meanwhile: run pctransfers whoami to see \
                     who is signed in",
                ));
            }
            Ok(token)
        })
    }
}
