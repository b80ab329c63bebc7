//! App+user authentication with a refresh token: Partner Center's secure application model.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::redact::redact_text;
use crate::runtime::BoxFuture;
use crate::secret::Secret;

use super::access_token::AccessToken;
use super::app_registration::{AppRegistration, EndpointVersion};
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};
use super::refresh_token::RefreshToken;

/// Keeps a refresh token between runs, for example in a key vault or an encrypted file.
///
/// ```
/// use partner_center_transfers::{BoxFuture, RefreshTokenStore};
///
/// struct Vault;
///
/// impl RefreshTokenStore for Vault {
///     fn store<'a>(
///         &'a self,
///         refresh_token: &'a str,
///     ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
///         Box::pin(async move {
///             // Write it, and return once it is safe.
///             # let _ = refresh_token;
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait RefreshTokenStore: Send + Sync {
    /// Stores the refresh token in place of the previous one. It is called before the new refresh
    /// token, or the access token that came with it, is used, even if the rest of the response
    /// is invalid.
    ///
    /// # Errors
    ///
    /// If the token is not stored. The request for an access token then fails, and the next one
    /// calls this again with the same refresh token before it sends anything.
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn Error + Send + Sync>>>;
}

impl<S: RefreshTokenStore + ?Sized> RefreshTokenStore for Arc<S> {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn Error + Send + Sync>>> {
        (**self).store(refresh_token)
    }
}

/// App+user authentication with a refresh token from a sign-in with multifactor authentication:
/// the [secure application model][model], which Partner Center requires for most changes.
///
/// A refresh token is valid for about 90 days, and each use renews it. Without a
/// [`store`](Self::store) the renewed token is lost with this value. Clones share it.
///
/// [model]: https://learn.microsoft.com/partner-center/developer/enable-secure-app-model
///
/// ```
/// use partner_center_transfers::RefreshTokenCredential;
///
/// let credential = RefreshTokenCredential::new(
///     "contoso.onmicrosoft.com",
///     "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e",
///     "0.AXoA-refresh",
/// )
/// .client_secret("the-secret");
/// assert!(!format!("{credential:?}").contains("the-secret"));
/// ```
#[derive(Clone)]
pub struct RefreshTokenCredential {
    app: AppRegistration,
    secret: Option<Secret>,
    store: Option<Arc<dyn RefreshTokenStore>>,
    /// Locked for a whole token request, since two at once would renew the token twice.
    current: Arc<Mutex<CurrentToken>>,
}

struct CurrentToken {
    text: Secret,
    /// Whether the store has it or need not. Until then it is not sent.
    stored: bool,
}

impl RefreshTokenCredential {
    /// `tenant` is the partner's own tenant, its GUID or one of its domains; `client_id` is the
    /// app's id; `refresh_token` is the one from the consent, or the last one that was stored.
    ///
    /// Line ends around the token, blanks around the ids and braces around a GUID are removed. All
    /// three are checked when a client is built.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        refresh_token: impl Into<String>,
    ) -> Self {
        Self {
            app: AppRegistration::new(tenant, client_id),
            secret: None,
            store: None,
            current: Arc::new(Mutex::new(CurrentToken {
                text: Secret::trimmed(refresh_token),
                stored: true,
            })),
        }
    }

    /// After a sign-in of a public client, with a token that is not stored yet.
    pub(super) fn signed_in(
        app: AppRegistration,
        refresh_token: Secret,
        store: Option<Arc<dyn RefreshTokenStore>>,
    ) -> Self {
        Self {
            app,
            secret: None,
            store,
            current: Arc::new(Mutex::new(CurrentToken {
                text: refresh_token,
                stored: false,
            })),
        }
    }

    /// The value of the app's client secret, which a web app needs.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(Secret::trimmed(secret));
        self
    }

    /// Where renewed refresh tokens are stored.
    pub fn store(mut self, store: impl RefreshTokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Uses the v1 token endpoint, with `resource` instead of `scope`, as Partner Center's pages
    /// show it. The default is v2.
    pub fn v1(mut self) -> Self {
        self.app.version = EndpointVersion::V1;
        self
    }

    /// The current refresh token: the one from the start, or the last one that renewed it. Waits
    /// for a token request that is running.
    pub async fn refresh_token(&self) -> RefreshToken {
        RefreshToken::new(self.current.lock().await.text.clone())
    }

    /// Stores the current token if that has not been done yet.
    pub(super) async fn ensure_token_is_stored(&self) -> Result<(), CredentialError> {
        self.ensure_stored(&mut *self.current.lock().await).await
    }

    /// Stores the token if that has not been done yet.
    async fn ensure_stored(&self, token: &mut CurrentToken) -> Result<(), CredentialError> {
        if let Some(store) = self.store.as_ref().filter(|_| !token.stored) {
            let text = token.text.expose();
            let stored = store.store(text).await;
            stored.map_err(|error| store_failed(&*error, text))?;
        }
        token.stored = true;
        Ok(())
    }
}

impl fmt::Debug for RefreshTokenCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The store is the user's, and its `Debug` may show what it has stored.
        f.debug_struct("RefreshTokenCredential")
            .field("app", &self.app)
            .field("secret", &self.secret)
            .field("store", &self.store.is_some())
            .finish_non_exhaustive()
    }
}

/// What becomes of a renewed token that could not be stored. The command replaces this text, since
/// its process ends.
const NOT_STORED: &str = "it is kept in memory, and stored before the next request for a token; fix \
                          the token store before this process ends, or the token is lost";

/// Keeps the messages of the store's error only, since the error itself may hold the token.
fn store_failed(error: &(dyn Error + Send + Sync + 'static), token: &str) -> CredentialError {
    let first: &dyn Error = error;
    let chain: Vec<String> = std::iter::successors(Some(first), |error| (**error).source())
        .map(|error| redact_text(&error.to_string(), &[token]))
        .collect();
    let cause = chain.join(": ");
    CredentialError::new(format!(
        "the renewed refresh token could not be stored ({cause}) and was not used"
    ))
    .with_source(cause)
    .with_hint(NOT_STORED)
}

impl Credential for RefreshTokenCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            self.check()?;
            let endpoint = self.app.token_endpoint(&request.login.endpoint)?;
            let mut current = self.current.lock().await;
            self.ensure_stored(&mut current).await?;

            // Without `offline_access`, v2 returns no new refresh token.
            let scope = format!("{} offline_access", request.scope());
            let mut form = self
                .app
                .form("refresh_token", request.audience(), &scope)
                .secret("refresh_token", current.text.expose());
            if let Some(secret) = &self.secret {
                form = form.secret("client_secret", secret.expose());
            }
            let granted = endpoint.request_token(request, form).await?;

            // Before the rest of the response is checked: this may be the only copy.
            let new = granted.refresh_token;
            if let Some(new) = new.filter(|new| new.expose() != current.text.expose()) {
                // In memory first, since this future may be dropped while the store works.
                *current = CurrentToken {
                    text: new,
                    stored: false,
                };
                self.ensure_stored(&mut current).await?;
            }
            granted.access_token
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.app.check()?;
        if let Some(secret) = &self.secret {
            if secret.expose().is_empty() {
                return Err(CredentialError::new(
                    "the client secret is empty; omit it if the app has none",
                ));
            }
            secret
                .check("the client secret")
                .map_err(CredentialError::new)?;
        }
        // A token that is locked is in use, so it has been checked.
        match self.current.try_lock() {
            Ok(current) => current
                .text
                .check("the refresh token")
                .map_err(CredentialError::new),
            Err(_) => Ok(()),
        }
    }
}
