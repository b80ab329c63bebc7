//! Authentication of a user on any device with a browser: the device authorization grant.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::runtime::BoxFuture;

use super::access_token::AccessToken;
use super::app_registration::AppRegistration;
use super::device_code_message::DeviceCodeMessage;
use super::device_code_sign_in::DeviceCodeSignIn;
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};
use super::refresh_token::RefreshToken;
use super::refresh_token_credential::{RefreshTokenCredential, RefreshTokenStore};

/// The longest sign-in: a code is valid for 15 minutes, and the last request may take a minute.
const LONGEST_SIGN_IN: Duration = Duration::from_mins(20);

/// App+user authentication by a user who signs in on any device with a browser: the device
/// authorization grant ([RFC 8628], [Microsoft's page]).
///
/// The first token starts a sign-in: the callback gets a [`DeviceCodeMessage`] with a code and an
/// address, and the credential polls the login service until the user has signed in there, has
/// declined or the code has expired. Later tokens come from the refresh token of the sign-in, as
/// with [`RefreshTokenCredential`]. Clones share the sign-in.
///
/// Sign in before the first call with
/// [`ClientBuilder::access_token`](crate::ClientBuilder::access_token): a sign-in takes minutes,
/// and a call that starts one ends with its own time limit. The sign-in then continues in the
/// background, and later calls use its result.
///
/// The app must be registered as a public client, with *Allow public client flows* set to yes.
///
/// [RFC 8628]: https://www.rfc-editor.org/rfc/rfc8628
/// [Microsoft's page]: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
///
/// ```no_run
/// use partner_center_transfers::{Client, DeviceCodeCredential};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let credential = DeviceCodeCredential::new(
///     "contoso.onmicrosoft.com",
///     "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e",
///     |message| eprintln!("{message}"),
/// );
/// let builder = Client::builder().credential(credential.clone());
/// builder.access_token().await?; // shows the message and waits for the user
/// if let Some(token) = credential.refresh_token().await {
///     // Store token.secret() where only this user can read it, for a RefreshTokenCredential.
///     # let _ = token;
/// }
/// let client = builder.build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DeviceCodeCredential {
    app: AppRegistration,
    show: Arc<dyn Fn(&DeviceCodeMessage) + Send + Sync>,
    store: Option<Arc<dyn RefreshTokenStore>>,
    limit: Option<Duration>,
    /// What the sign-in has given.
    signed_in: Arc<Mutex<Option<RefreshTokenCredential>>>,
    /// Locked for a whole sign-in, since two at once would show two codes.
    signing_in: Arc<tokio::sync::Mutex<()>>,
}

impl DeviceCodeCredential {
    /// `tenant` is the partner's own tenant, its GUID or one of its domains; `client_id` is the
    /// app's id; `show` displays where to sign in, and must not block.
    ///
    /// Blanks around the ids and braces around a GUID are removed. Both are checked when a client
    /// is built.
    pub fn new(
        tenant: impl Into<String>,
        client_id: impl Into<String>,
        show: impl Fn(&DeviceCodeMessage) + Send + Sync + 'static,
    ) -> Self {
        Self {
            app: AppRegistration::new(tenant, client_id),
            show: Arc::new(show),
            store: None,
            limit: None,
            signed_in: Arc::default(),
            signing_in: Arc::default(),
        }
    }

    /// Where the refresh token is stored after the sign-in and each time it is renewed.
    pub fn store(mut self, store: impl RefreshTokenStore + 'static) -> Self {
        self.store = Some(Arc::new(store));
        self
    }

    /// The longest wait for the user. By default the sign-in ends when the code expires, which is
    /// 15 minutes at Microsoft's login service.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The current refresh token; `None` before the sign-in, or if the login service sent none.
    pub async fn refresh_token(&self) -> Option<RefreshToken> {
        let signed_in = self.signed_in()?;
        Some(signed_in.refresh_token().await)
    }

    fn signed_in(&self) -> Option<RefreshTokenCredential> {
        let signed_in = self.signed_in.lock();
        // No code panics while it is locked.
        signed_in.unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn sign_in(&self, request: &TokenRequest<'_>) -> Result<AccessToken, CredentialError> {
        let sign_in = DeviceCodeSignIn {
            app: &self.app,
            show: &*self.show,
            limit: self.limit,
        };
        let granted = sign_in.run(request).await?;
        if let Some(token) = granted.refresh_token {
            let store = self.store.clone();
            let signed_in = RefreshTokenCredential::signed_in(self.app.clone(), token, store);
            // In memory first, since this future may be dropped while the store works.
            *self
                .signed_in
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(signed_in.clone());
            signed_in.ensure_token_is_stored().await?;
        }
        granted.access_token
    }
}

impl fmt::Debug for DeviceCodeCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The store is the user's, and its `Debug` may show what it has stored.
        f.debug_struct("DeviceCodeCredential")
            .field("app", &self.app)
            .field("store", &self.store.is_some())
            .field("signed_in", &self.signed_in().is_some())
            .finish_non_exhaustive()
    }
}

impl Credential for DeviceCodeCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            self.check()?;
            let _signing_in = self.signing_in.lock().await;
            match self.signed_in() {
                Some(signed_in) => signed_in.access_token(request).await,
                None => self.sign_in(request).await,
            }
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.app.check()?;
        if self.limit.is_some_and(|limit| limit.is_zero()) {
            return Err(CredentialError::new(
                "the time limit for the sign-in is zero; expected the longest wait for the user",
            ));
        }
        Ok(())
    }

    fn time_limit(&self) -> Option<Duration> {
        self.signed_in().is_none().then_some(LONGEST_SIGN_IN)
    }
}
