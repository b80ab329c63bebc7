//! Who calls: anything that yields an access token, and the ways of getting one that Partner
//! Center documents.
//!
//! | module | idea |
//! |---|---|
//! | `token` | a token, and the request for one |
//! | `error` | why there is none, with all that the login service said |
//! | `aadsts` | reading that, and what a person can do about it |
//! | `redact` | what was sent in secret does not come back in an error |
//! | `registration` | which app, in which tenant, at which of the two token endpoints |
//! | `exchange` | one POST to the token endpoint, sent again where that may help |
//! | `fixed`, `app`, `certificate`, `refresh`, `azure` | the credentials |
//! | `bearer` | a token as calls carry it |
//! | `cache` | one token for many callers |
//! | `turn` | one at a time on each runtime |
//!
//! The protocol is written here because the `oauth2` crate (5.0) does not fit: its secrets are
//! not wiped from memory, its errors keep none of the members that Entra adds and no body once
//! it is JSON, and it has no client assertions; for that it would bring chrono, thiserror 1,
//! rand 0.8 and older copies of base64 and sha2 into every user's tree. What is left of the
//! protocol for these grants is one form and one JSON object.

mod app_registration;
#[cfg(feature = "azure_core")]
mod azure_credential;
mod bearer;
mod cache;
#[cfg(test)]
mod cache_tests;
#[cfg(feature = "certificate")]
mod client_certificate_credential;
mod client_secret_credential;
mod entra_error;
mod error;
pub(crate) mod redact;
mod refresh_token_credential;
mod static_token;
#[cfg(test)]
mod testing;
mod token;
mod token_endpoint;
mod turn;
#[cfg(test)]
mod wire_tests;

use std::fmt;
use std::sync::Arc;

#[cfg(feature = "azure_core")]
pub use azure_credential::AzureCredential;
pub(crate) use bearer::Bearer;
pub(crate) use cache::TokenCache;
#[cfg(feature = "certificate")]
pub use client_certificate_credential::ClientCertificateCredential;
pub use client_secret_credential::ClientSecretCredential;
pub use error::CredentialError;
pub use refresh_token_credential::{RefreshTokenCredential, RefreshTokenStore};
pub use static_token::StaticToken;
pub use token::{AccessToken, TokenRequest};

use crate::runtime::BoxFuture;

/// Anything that yields an access token for the Partner Center API.
///
/// A client keeps the token and asks again before it expires, for all of its callers at once, so
/// an implementation need not cache. It is asked by one task at a time on each Tokio runtime that
/// the client is used from.
///
/// `Debug` of a client shows `Debug` of its credential, so that must show no secret.
///
/// ```
/// use std::time::Duration;
/// use partner_center_core::{AccessToken, BoxFuture, Credential, CredentialError, TokenRequest};
///
/// /// Reads the token that another process keeps fresh.
/// #[derive(Debug)]
/// struct TokenFile(std::path::PathBuf);
///
/// impl Credential for TokenFile {
///     fn access_token<'a>(
///         &'a self,
///         _request: &'a TokenRequest<'a>,
///     ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
///         Box::pin(async move {
///             let text = std::fs::read_to_string(&self.0).map_err(|error| {
///                 CredentialError::new("the token file cannot be read").with_source(error)
///             })?;
///             Ok(AccessToken::new(text.trim(), Duration::from_secs(600)))
///         })
///     }
/// }
/// ```
pub trait Credential: fmt::Debug + Send + Sync {
    /// Gets a new access token.
    ///
    /// # Errors
    ///
    /// If there is none to be had; the error says why and, where it can, what to do.
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>>;

    /// Says what is wrong with the settings, without any request, so that a client that cannot
    /// work is not built. The default finds nothing wrong.
    ///
    /// # Errors
    ///
    /// If [`access_token`](Self::access_token) can never succeed with these settings.
    fn check(&self) -> Result<(), CredentialError> {
        Ok(())
    }
}

impl<C: Credential + ?Sized> Credential for Arc<C> {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        (**self).access_token(request)
    }

    fn check(&self) -> Result<(), CredentialError> {
        (**self).check()
    }
}
