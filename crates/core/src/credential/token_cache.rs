//! Caches the access token of a client.
//!
//! - A token is refreshed 5 minutes before it expires. If that fails, the old one serves until it
//!   expires, and the next refresh is tried after [`REFRESH_PAUSE`].
//! - One request for a token runs at a time, and the callers that need its token wait for it. It
//!   runs in a task of its own, so a caller that is cancelled neither stops it for the others nor
//!   loses a refresh token that the response contains.
//! - A token that the service rejected (401) is dropped, once: if its replacement is rejected too,
//!   new tokens do not help, and for [`REPLACEMENT_PAUSE`] it is kept.
//!
//! As with reqwest's connection pool, one client must not be used from several Tokio runtimes: a
//! task makes no progress while the runtime that it belongs to does not run.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::Instrument as _;

use crate::cloud::Cloud;
use crate::network::Connector;
use crate::runtime::{Runtime, within};

use super::access_token::Bearer;
use super::error::CredentialError;
use super::provider::{Credential, TokenRequest};

/// How long before its expiry a token is refreshed; at most half of its lifetime.
const REFRESH_MARGIN: Duration = Duration::from_secs(5 * 60);

/// How long after a failed refresh the next one is tried, while the old token is valid.
const REFRESH_PAUSE: Duration = Duration::from_secs(30);

/// How long a caller with a valid token waits for a refresh.
const REFRESH_PATIENCE: Duration = Duration::from_secs(5);

/// How long a credential may take that does not say so, its own retries included.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// How long a token that replaced a rejected one is kept if it was never accepted.
const REPLACEMENT_PAUSE: Duration = Duration::from_secs(60);

/// The token of a client.
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    credential: Arc<dyn Credential>,
    cloud: Cloud,
    scope: String,
    login: Connector,
    runtime: Arc<dyn Runtime>,
    state: Mutex<State>,
    /// Locked while a token is fetched.
    fetching: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Default)]
struct State {
    current: Option<Current>,
    /// How many fetches have ended, and the result of the last one.
    fetches: u64,
    last: Option<Result<Bearer, CredentialError>>,
    refresh_paused_until: Option<Instant>,
    last_rejection: Option<Instant>,
}

struct Current {
    bearer: Bearer,
    /// When to refresh it and when it expires, if that is known.
    times: Option<(Instant, Instant)>,
}

impl TokenCache {
    pub(crate) fn new(
        credential: Arc<dyn Credential>,
        cloud: Cloud,
        login: Connector,
        runtime: Arc<dyn Runtime>,
    ) -> Self {
        Self(Arc::new(Shared {
            credential,
            scope: cloud.scope(),
            cloud,
            login,
            runtime,
            state: Mutex::default(),
            fetching: Arc::default(),
        }))
    }

    /// A valid token that is not due for a refresh, or whose refresh is running.
    pub(crate) fn cached(&self, now: Instant) -> Option<Bearer> {
        match self.0.valid(now).0 {
            Some((bearer, due)) if self.0.serves(due) => Some(bearer),
            _ => None,
        }
    }

    /// A valid token.
    ///
    /// # Errors
    ///
    /// If no valid token is cached and the credential fails. The next call tries again.
    pub(crate) async fn get(&self) -> Result<Bearer, CredentialError> {
        loop {
            let (valid, fetches) = self.0.valid(self.0.runtime.now());
            let result = match valid {
                Some((bearer, due)) if self.0.serves(due) => return Ok(bearer),
                Some(_) => within(&*self.0.runtime, REFRESH_PATIENCE, self.fetch(fetches)).await,
                None => Some(self.fetch(fetches).await),
            };
            match (result, self.0.valid(self.0.runtime.now()).0) {
                (Some(Ok(bearer)), _) | (_, Some((bearer, _))) => return Ok(bearer),
                (Some(Err(error)), None) => return Err(error),
                // The old token expired while the refresh is still running: wait for that.
                (None, None) => {}
            }
        }
    }

    /// Drops a token that the service rejected. Returns whether to try another one.
    pub(crate) fn reject(&self, bearer: &Bearer) -> bool {
        let now = self.0.runtime.now();
        let mut state = self.0.state();
        let current = state.current.as_ref();
        if !current.is_some_and(|current| current.bearer.is(bearer)) {
            return true;
        }
        let just_replaced = state
            .last_rejection
            .is_some_and(|then| now.saturating_duration_since(then) < REPLACEMENT_PAUSE);
        if just_replaced && !bearer.is_accepted() {
            return false;
        }
        state.current = None;
        state.last = None;
        state.last_rejection = Some(now);
        true
    }

    /// Fetches a token, unless a fetch has ended since there were `fetches_before`; then returns
    /// its result.
    async fn fetch(&self, fetches_before: u64) -> Result<Bearer, CredentialError> {
        let guard = Arc::clone(&self.0.fetching).lock_owned().await;
        {
            let state = self.0.state();
            match &state.last {
                Some(result) if state.fetches != fetches_before => return result.clone(),
                _ => {}
            }
        }
        let shared = Arc::clone(&self.0);
        let fetch = async move {
            let _guard = guard;
            shared.fetch().await
        };
        // In the span of the call that started it.
        let fetch = tokio::spawn(fetch.in_current_span());
        fetch
            .await
            .unwrap_or_else(|_| Err(CredentialError::new("the credential panicked")))
    }
}

impl Shared {
    /// Requests a token from the credential, and records the result.
    async fn fetch(&self) -> Result<Bearer, CredentialError> {
        // Before the request, since the lifetime may count from anywhere within it.
        let start = self.runtime.now();
        let request = TokenRequest {
            audience: self.cloud.audience(),
            scope: &self.scope,
            login: &self.login,
            runtime: &*self.runtime,
        };
        let limit = self.credential.time_limit().unwrap_or(FETCH_LIMIT);
        let token = self.credential.access_token(&request);
        let token = within(&*self.runtime, limit, token).await;
        let token = token.unwrap_or_else(|| {
            let limit = limit.as_secs();
            let message = format!("timed out: the credential returned no token within {limit} s");
            Err(CredentialError::new(message).with_transient(true))
        });
        let token = token.and_then(|token| Ok((Bearer::new(&token)?, token.lifetime())));
        let mut state = self.state();
        state.refresh_paused_until = match &token {
            Ok(_) => None,
            Err(_) => self.runtime.now().checked_add(REFRESH_PAUSE),
        };
        let result = token.map(|(bearer, lifetime)| {
            let times = lifetime.and_then(|lifetime| {
                // A lifetime beyond what the clock can hold is endless.
                let expires = start.checked_add(lifetime)?;
                let refresh = start + lifetime.saturating_sub(REFRESH_MARGIN.min(lifetime / 2));
                Some((refresh, expires))
            });
            state.current = Some(Current {
                bearer: bearer.clone(),
                times,
            });
            bearer
        });
        state.fetches += 1;
        state.last = Some(result.clone());
        result
    }

    /// The current token if it has not expired, whether it is due for a refresh, and how many
    /// fetches have ended.
    fn valid(&self, now: Instant) -> (Option<(Bearer, bool)>, u64) {
        let state = self.state();
        let paused = state.refresh_paused_until.is_some_and(|until| now < until);
        let valid = state.current.as_ref().and_then(|current| {
            let due = match current.times {
                Some((_, expires)) if now >= expires => return None,
                Some((refresh, _)) => now >= refresh && !paused,
                None => false,
            };
            Some((current.bearer.clone(), due))
        });
        (valid, state.fetches)
    }

    /// Whether a valid token serves a call at once, though it may be due for a refresh.
    fn serves(&self, due: bool) -> bool {
        !due || self.fetching.try_lock().is_err()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No code panics while it is locked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("credential", &self.0.credential)
            .field("authority", &self.0.cloud.authority())
            .field("scope", &self.0.scope)
            .finish_non_exhaustive()
    }
}
