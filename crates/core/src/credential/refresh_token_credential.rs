//! A user through an app, with a refresh token: Partner Center's secure application model.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::runtime::BoxFuture;
use crate::secret::Secret;

use super::app_registration::{Registration, Version};
use super::redact::redact_text;
use super::token::{AccessToken, TokenRequest};
use super::token_endpoint::exchange;
use super::turn::Turns;
use super::{Credential, CredentialError};

/// Where a refresh token is kept between runs: a key vault, an encrypted file.
///
/// ```
/// use partner_center_core::{BoxFuture, RefreshTokenStore};
///
/// struct Vault;
///
/// impl RefreshTokenStore for Vault {
///     fn store<'a>(
///         &'a self,
///         refresh_token: &'a str,
///     ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
///         Box::pin(async move {
///             // Write it, and return only when it is safe.
///             # let _ = refresh_token;
///             Ok(())
///         })
///     }
/// }
/// ```
pub trait RefreshTokenStore: Send + Sync {
    /// Keeps the refresh token in place of the former one. It is called before the new token, or
    /// the access token that came with it, is used for anything, and whatever else is wrong with
    /// the answer that brought it.
    ///
    /// Callers on several Tokio runtimes may have it called by two at once; the token that is to
    /// stay is then handed over last.
    ///
    /// # Errors
    ///
    /// If the token is not safely kept. The request for an access token then fails, and the next
    /// one calls this again, with the same refresh token, before it does anything else.
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>>;
}

impl<S: RefreshTokenStore + ?Sized> RefreshTokenStore for Arc<S> {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        (**self).store(refresh_token)
    }
}

/// App+User authentication with a refresh token that a person got by signing in with multifactor
/// authentication: the secure application model, which Partner Center demands for most of what
/// changes something.
///
/// A refresh token holds for about 90 days and is renewed by use: without a
/// [`store`](Self::store) the renewed one lives only as long as this value. Clones share it.
///
/// Sources: the "secure application model" and "Partner Center authentication" pages of
/// Microsoft's documentation; the "OAuth 2.0 authorization code flow" page for the v2 endpoint
/// and for `offline_access`, without which v2 renews no refresh token.
///
/// ```
/// use partner_center_core::RefreshTokenCredential;
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
    app: Registration,
    secret: Option<Secret>,
    store: Option<Arc<dyn RefreshTokenStore>>,
    tokens: Arc<Tokens>,
}

struct Tokens {
    newest: Mutex<Newest>,
    /// Taken for a whole exchange: two at once would rotate the token twice.
    turns: Turns,
}

struct Newest {
    token: Secret,
    /// Whether the store has it, or need not. Before that it is not sent.
    stored: bool,
}

impl Tokens {
    fn newest(&self) -> MutexGuard<'_, Newest> {
        // Nothing panics while it is held.
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RefreshTokenCredential {
    /// `tenant` is the partner's own tenant, its GUID or one of its domains; `client_id` is the
    /// app's id; `refresh_token` is what the consent gave, or what the store has kept.
    ///
    /// What is wrong with the first two is said when a client is built with this.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        refresh_token: impl Into<String>,
    ) -> Self {
        Self {
            app: Registration::new(tenant, client_id),
            secret: None,
            store: None,
            tokens: Arc::new(Tokens {
                newest: Mutex::new(Newest {
                    token: Secret::new(refresh_token),
                    stored: true,
                }),
                turns: Turns::default(),
            }),
        }
    }

    /// The value of the app's client secret, which a web app needs.
    pub fn client_secret(mut self, secret: impl Into<String>) -> Self {
        self.secret = Some(Secret::new(secret));
        self
    }

    /// What keeps a renewed refresh token.
    pub fn store(mut self, store: impl RefreshTokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// Asks the v1 token endpoint, with `resource` instead of `scope`, as the pages of Partner
    /// Center show it. The default is v2.
    pub fn v1(mut self) -> Self {
        self.app.version = Version::V1;
        self
    }

    /// The newest token, once the store has it.
    async fn stored(&self) -> Result<Secret, CredentialError> {
        loop {
            let token = {
                let newest = self.tokens.newest();
                if newest.stored {
                    return Ok(newest.token.clone());
                }
                newest.token.clone()
            };
            if let Some(store) = &self.store {
                let kept = store.store(token.expose()).await;
                kept.map_err(|error| store_failed(&*error, &[token.expose()]))?;
            }
            let mut newest = self.tokens.newest();
            // If another runtime has brought a newer one meanwhile, that one is to be stored last.
            newest.stored = newest.token.expose() == token.expose();
        }
    }
}

impl fmt::Debug for RefreshTokenCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the store itself: it is the caller's, and may hold what it has stored.
        f.debug_struct("RefreshTokenCredential")
            .field("app", &self.app)
            .field("secret", &self.secret)
            .field("store", &self.store.is_some())
            .finish_non_exhaustive()
    }
}

/// Only the store's words, as a text of our own: whatever the error holds besides may be the token.
fn store_failed(
    error: &(dyn std::error::Error + Send + Sync + 'static),
    secrets: &[&str],
) -> CredentialError {
    let first: &dyn std::error::Error = error;
    let chain: Vec<String> = std::iter::successors(Some(first), |error| error.source())
        .map(|error| redact_text(&error.to_string(), secrets))
        .collect();
    let cause = chain.join(": ");
    CredentialError::new(format!(
        "the renewed refresh token could not be stored ({cause}), so it was not used; it is kept \
         in memory and stored first at the next call"
    ))
    .with_source(cause)
    .with_hint("mend the store before this process ends")
}

impl Credential for RefreshTokenCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            self.check()?;
            let endpoint = self.app.endpoint(request)?;
            let _turn = self.tokens.turns.wait().await;
            let current = self.stored().await?;
            if current.expose().is_empty() {
                return Err(CredentialError::new("the refresh token is empty"));
            }

            let scope = format!("{} offline_access", request.scope());
            let mut form = self.app.form_for(
                "refresh_token",
                match self.app.version {
                    Version::V1 => ("resource", request.audience()),
                    Version::V2 => ("scope", &scope),
                },
            );
            form = form.secret("refresh_token", current.expose());
            if let Some(secret) = &self.secret {
                form = form.secret("client_secret", secret.expose());
            }
            let granted = exchange(request, &endpoint, form).await?;

            // Before anything that is wrong with the rest of the answer: it may be the only copy.
            if let Some(newer) = granted.refresh_token
                && newer.expose() != current.expose()
            {
                // In memory first: whoever waits for this may give up while the store works.
                *self.tokens.newest() = Newest {
                    token: newer,
                    stored: false,
                };
                self.stored().await?;
            }
            granted.access_token
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.app.check()?;
        if self
            .secret
            .as_ref()
            .is_some_and(|text| text.expose().is_empty())
        {
            return Err(CredentialError::new(
                "the client secret is empty; leave it out if the app has none",
            ));
        }
        if self.tokens.newest().token.expose().is_empty() {
            return Err(CredentialError::new("the refresh token is empty"));
        }
        Ok(())
    }
}
