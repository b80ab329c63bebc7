//! A credential that looks into the cache before it logs in.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use partner_center_transfers::{AccessToken, BoxFuture, Credential, CredentialError, TokenRequest};

use super::cached_token::{CachedToken, TokenId, is_due, seconds_since_1970};
use crate::files::private_file;

/// By how many seconds the client may find earlier that a token is about to expire.
const CLOCK_SLACK: u64 = 2;

/// Uses the token of an earlier command, and keeps its own tokens for later ones.
#[derive(Debug)]
pub(super) struct CachedCredential {
    inner: Arc<dyn Credential>,
    cache: CachedToken,
    last: Mutex<Option<IssuedToken>>,
}

/// The token that the client got last.
#[derive(Debug)]
struct IssuedToken {
    id: TokenId,
    issued_at: u64,
    expires_at: u64,
}

impl CachedCredential {
    pub(super) fn new(inner: Arc<dyn Credential>, cache: CachedToken) -> Self {
        Self {
            inner,
            cache,
            last: Mutex::default(),
        }
    }

    /// Remembers the token that the client gets. `issued_at` is the time before the request, from
    /// which the client counts the lifetime too.
    fn remember(&self, token: AccessToken, issued_at: u64) -> AccessToken {
        let lifetime = token.lifetime().map_or(u64::MAX, |it| it.as_secs());
        *self.last() = Some(IssuedToken {
            id: TokenId::of(&token),
            issued_at,
            expires_at: issued_at.saturating_add(lifetime),
        });
        token
    }

    fn last(&self) -> std::sync::MutexGuard<'_, Option<IssuedToken>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last token if the service refused it: the client asks for another one before the last one
    /// is about to expire only after a 401.
    fn refused(&self) -> Option<TokenId> {
        // The client's clock is more exact.
        let now = seconds_since_1970() + CLOCK_SLACK;
        let last = self.last();
        let refused = last
            .as_ref()
            .filter(|token| !is_due(token.issued_at, token.expires_at, now));
        refused.map(|token| token.id.clone())
    }
}

impl Credential for CachedCredential {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            let start = seconds_since_1970();
            if let Some(refused) = self.refused() {
                self.cache.lock_and_remove_if(&refused).await;
                // Not kept for later commands, because it may be refused too.
                let token = self.inner.access_token(request).await?;
                return Ok(self.remember(token, start));
            }
            if let Some(token) = self.cache.read() {
                return Ok(self.remember(token, start));
            }
            // Of several commands that start at once, one logs in.
            let lock = private_file::lock(&self.cache.path).await;
            if lock.is_some()
                && let Some(token) = self.cache.read()
            {
                return Ok(self.remember(token, start));
            }
            let token = self.inner.access_token(request).await?;
            self.cache.write(&token);
            Ok(self.remember(token, start))
        })
    }

    fn check(&self) -> Result<(), CredentialError> {
        self.inner.check()
    }

    fn time_limit(&self) -> Option<Duration> {
        self.inner.time_limit()
    }
}
