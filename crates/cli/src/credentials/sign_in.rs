//! The sign-in of a user, kept between commands: a refresh token in a file that only the user can
//! read.

use std::io;
use std::path::PathBuf;

use partner_center_transfers::{
    AccessToken, BoxFuture, Credential, CredentialError, RefreshTokenCredential, RefreshTokenStore,
    TokenRequest,
};
use serde::{Deserialize, Serialize};

use super::app::App;
use crate::failure::Failure;
use crate::files::private_file::{self, Unusable};

/// The directory of the sign-ins.
const DIRECTORY: &str = "sign-ins";

/// What a refused sign-in needs.
const SIGN_IN_AGAIN: &str = "run pctransfers login to sign in again";

/// The place of a sign-in. It belongs to an app, and to a profile if one was in use.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    path: PathBuf,
    app: App,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    #[serde(flatten)]
    app: App,
    refresh_token: String,
}

impl SignIn {
    /// `None` if the user has no home directory.
    pub(crate) fn new(app: &App, profile: Option<&str>) -> Option<Self> {
        Some(Self {
            path: app.file(DIRECTORY, profile.unwrap_or("default"))?,
            app: app.clone(),
        })
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

    /// Removes the sign-in. Returns whether there was one.
    pub(crate) fn remove(&self) -> Result<bool, Failure> {
        private_file::remove(&self.path).map_err(|error| {
            Failure::Local(format!("cannot remove {}: {error}", self.path.display()))
        })
    }

    /// The refresh token.
    fn read(&self) -> Result<Option<String>, String> {
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
            Ok(content) if content.app == self.app => Ok(Some(content.refresh_token)),
            _ => Err(format!(
                "{} is not a sign-in of this app: {SIGN_IN_AGAIN}",
                self.path.display()
            )),
        }
    }

    fn write(&self, refresh_token: &str) -> io::Result<()> {
        let content = Content {
            app: self.app.clone(),
            refresh_token: refresh_token.to_owned(),
        };
        let json = serde_json::to_vec_pretty(&content)?;
        private_file::write(&self.path, &json)
    }
}

impl RefreshTokenStore for SignIn {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        let stored = self
            .write(refresh_token)
            .map_err(|error| format!("cannot write {}: {error}", self.path.display()).into());
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
            let token = self.read().map_err(CredentialError::new)?;
            let token = token.ok_or_else(|| {
                CredentialError::new(format!("the sign-in was removed: {SIGN_IN_AGAIN}"))
            })?;
            let App {
                tenant, client_id, ..
            } = self.app.clone();
            let credential =
                RefreshTokenCredential::new(tenant, client_id, token).store(self.clone());
            let token = credential.access_token(request).await;
            token.map_err(|error| match error.error() {
                Some("invalid_grant" | "interaction_required" | "consent_required") => {
                    CredentialError::new(format!("{error}; {SIGN_IN_AGAIN}"))
                }
                _ => error,
            })
        })
    }
}
