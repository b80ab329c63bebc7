//! The contract between a client and what gets its access tokens.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::network::Connector;
use crate::runtime::{BoxFuture, Runtime};

use super::access_token::AccessToken;
use super::error::CredentialError;

/// Gets access tokens for the Partner Center API.
///
/// The client caches the token and asks for a new one before it expires, once for all of its
/// calls. An implementation need not cache, and is called by one task at a time.
///
/// The `Debug` output of a client contains that of its credential, so it must not show a secret.
///
/// ```
/// use std::time::Duration;
/// use partner_center_transfers::{
///     AccessToken, BoxFuture, Credential, CredentialError, TokenRequest,
/// };
///
/// /// Reads a token that another process keeps up to date.
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
    /// If no token can be got; the error says why and, if known, what to do.
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>>;

    /// Checks the settings without any request. Building a client calls it, so that a client that
    /// cannot work is not built. The default accepts all settings.
    ///
    /// # Errors
    ///
    /// If [`access_token`](Self::access_token) cannot succeed with these settings.
    fn check(&self) -> Result<(), CredentialError> {
        Ok(())
    }

    /// How long the next [`access_token`](Self::access_token) may take, its own retries included.
    /// The default of `None` is two minutes. A credential that waits for a user needs longer.
    fn time_limit(&self) -> Option<Duration> {
        None
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

    fn time_limit(&self) -> Option<Duration> {
        (**self).time_limit()
    }
}

/// What a token is requested for. The client makes it, a [`Credential`] reads it.
pub struct TokenRequest<'a> {
    pub(crate) audience: &'a str,
    pub(crate) scope: &'a str,
    pub(crate) login: &'a Connector,
    pub(crate) runtime: &'a dyn Runtime,
}

impl TokenRequest<'_> {
    /// The audience of the token: the `resource` of a request to the v1 token endpoint.
    pub fn audience(&self) -> &str {
        self.audience
    }

    /// The audience followed by `/.default`: the `scope` of a request to the v2 token endpoint.
    pub fn scope(&self) -> &str {
        self.scope
    }

    /// The base URL of the login service of the client's cloud.
    pub fn authority(&self) -> &str {
        self.login.endpoint.base()
    }
}

impl fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("audience", &self.audience)
            .field("scope", &self.scope)
            .field("authority", &self.authority())
            .finish_non_exhaustive()
    }
}
