//! The app itself, with a client secret.

use crate::runtime::BoxFuture;
use crate::secret::Secret;

use super::app_registration::{Registration, Version};
use super::token::{AccessToken, TokenRequest};
use super::token_endpoint::exchange;
use super::{Credential, CredentialError};

/// App-only authentication with a client secret: the client credentials grant.
///
/// Microsoft prefers certificates to secrets. App-only access is not affected by the demand for
/// multifactor authentication, but some operations refuse it.
///
/// Sources: the "Partner Center authentication" page of Microsoft's documentation; the "OAuth 2.0
/// client credentials flow" page for the v2 endpoint.
///
/// ```
/// use partner_center_core::ClientSecretCredential;
///
/// let credential = ClientSecretCredential::new(
///     "contoso.onmicrosoft.com",
///     "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e",
///     "the-secret",
/// );
/// assert!(!format!("{credential:?}").contains("the-secret"));
/// ```
#[derive(Clone, Debug)]
pub struct ClientSecretCredential {
    app: Registration,
    secret: Secret,
}

impl ClientSecretCredential {
    /// `tenant` is the partner's own tenant, its GUID or one of its domains; `client_id` is the
    /// app's id; `secret` is the value of one of its client secrets, not that secret's id.
    ///
    /// What is wrong with them is said when a client is built with this.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            app: Registration::new(tenant, client_id),
            secret: Secret::new(secret),
        }
    }

    /// Asks the v1 token endpoint, with `resource` instead of `scope`, as the pages of Partner
    /// Center show it. The default is v2.
    pub fn v1(mut self) -> Self {
        self.app.version = Version::V1;
        self
    }
}

impl Credential for ClientSecretCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            self.check()?;
            let endpoint = self.app.endpoint(request)?;
            let form = self
                .app
                .form(request, "client_credentials")
                .secret("client_secret", self.secret.expose());
            exchange(request, &endpoint, form).await?.access_token
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.app.check()?;
        if self.secret.expose().is_empty() {
            return Err(CredentialError::new("the client secret is empty"));
        }
        Ok(())
    }
}
