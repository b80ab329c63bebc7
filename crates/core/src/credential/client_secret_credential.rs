//! App-only authentication with a client secret.

use crate::runtime::BoxFuture;
use crate::secret::Secret;

use super::access_token::AccessToken;
use super::app_registration::{AppRegistration, EndpointVersion};
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};

/// App-only authentication with a client secret: the [client credentials grant][flow].
///
/// Microsoft recommends certificates instead of secrets. App-only access needs no multifactor
/// authentication, but [some operations][authentication] do not accept it.
///
/// [flow]: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
/// [authentication]: https://learn.microsoft.com/partner-center/developer/partner-center-authentication
///
/// ```
/// use partner_center_transfers::ClientSecretCredential;
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
    app: AppRegistration,
    secret: Secret,
}

impl ClientSecretCredential {
    /// `tenant` is the partner's own tenant, its GUID or one of its domains; `client_id` is the
    /// app's id; `secret` is the value of a client secret, not the id of the secret.
    ///
    /// Line ends around the secret, blanks around the ids and braces around a GUID are removed. All
    /// three are checked when a client is built: quotes around the secret, and control characters
    /// and invisible characters in it, are errors.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        secret: impl Into<String>,
    ) -> Self {
        Self {
            app: AppRegistration::new(tenant, client_id),
            secret: Secret::trimmed(secret),
        }
    }

    /// Uses the v1 token endpoint, with `resource` instead of `scope`, as Partner Center's pages
    /// show it. The default is v2.
    pub fn v1(mut self) -> Self {
        self.app.version = EndpointVersion::V1;
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
            let endpoint = self.app.token_endpoint(request.authority())?;
            let form = self
                .app
                .form("client_credentials", request.audience(), request.scope())
                .secret("client_secret", self.secret.expose());
            endpoint.request_token(request, form).await?.access_token
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.app.check()?;
        self.secret
            .check("the client secret")
            .map_err(CredentialError::new)
    }
}
