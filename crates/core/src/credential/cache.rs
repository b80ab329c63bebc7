//! One token for many callers: asked for once however many wait, renewed before it expires, and
//! given up when the service refuses it.
//!
//! What is guaranteed:
//!
//! - On one Tokio runtime there is one request at a time, and all callers who need its token wait
//!   for that one.
//! - It runs in a task of its own, so a caller who gives up neither stops it for the others nor
//!   loses a refresh token that the answer brings. If it panics, or its runtime ends, one of those
//!   who wait starts another at once.
//! - A connection lives only while the runtime that opened it is driven, and nobody can tell a
//!   runtime that is slow from one that nobody drives. So a caller on another runtime waits for the
//!   request for [`NEIGHBOUR_PATIENCE`] from its start, and then makes one of its own. The token
//!   that was asked for last is kept for all.
//! - A 401 gives the token up, so that the call is tried once more with a new one. If that one is
//!   refused too before it was ever taken, new tokens are not what is missing: for
//!   [`REPLACEMENT_PAUSE`] it stays, and its callers get the 401.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Handle, Id};
use tokio::sync::watch;
use tracing::Instrument as _;

use crate::cloud::Cloud;
use crate::runtime::{Runtime, within};

use super::Credential;
use super::bearer::Bearer;
use super::error::CredentialError;
use super::token::TokenRequest;

/// How long before its end a token is renewed; half of its time if that is less.
const EARLY: Duration = Duration::from_mins(5);

/// How long a credential may take, with all that it does by itself.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// How long an early renewal that failed is not tried again while the old token holds.
const EARLY_PAUSE: Duration = Duration::from_secs(30);

/// How long a caller with a token that still holds waits for a newer one.
const EARLY_PATIENCE: Duration = Duration::from_secs(5);

/// How long a caller waits for a request on another Tokio runtime, counted from its start.
const NEIGHBOUR_PATIENCE: Duration = Duration::from_secs(2);

/// How long a token that replaced a refused one is not itself replaced, if it was never taken.
const REPLACEMENT_PAUSE: Duration = Duration::from_mins(1);

/// Keeps the token of a client. Clones share it.
#[derive(Clone)]
pub(crate) struct TokenCache(Arc<Shared>);

struct Shared {
    credential: Arc<dyn Credential>,
    cloud: Cloud,
    scope: String,
    http: reqwest::Client,
    runtime: Arc<dyn Runtime>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    cached: Option<Cached>,
    /// The requests that are on their way, at most one for each Tokio runtime.
    flights: Vec<Flight>,
    /// No early renewal before this.
    early_after: Option<Instant>,
    /// When a token was given up the last time.
    gave_up: Option<Instant>,
}

#[derive(Clone)]
struct Cached {
    bearer: Bearer,
    /// When it was asked for.
    asked: Instant,
    /// Without these it holds until it is refused.
    times: Option<Times>,
}

#[derive(Clone, Copy)]
struct Times {
    renew: Instant,
    end: Instant,
}

type Outcome = Result<Bearer, CredentialError>;

/// What came of a request, once it has. The sender is gone without it if the credential panicked
/// or its runtime ended.
type Landing = watch::Receiver<Option<Outcome>>;

/// A request that is on its way.
struct Flight {
    /// The Tokio runtime that drives it.
    runtime: Id,
    start: Instant,
    landing: Landing,
}

/// What a caller does next.
enum Step {
    Take(Bearer),
    /// Wait for a request that another caller has started; on another runtime no longer than this.
    Join(Landing, Option<Duration>),
    /// Wait for a request of one's own; beside it, a token that still holds.
    Own(Landing, Option<Bearer>),
}

impl TokenCache {
    /// `http` must not follow redirects: what it sends is secret.
    pub(crate) fn new(
        credential: Arc<dyn Credential>,
        cloud: Cloud,
        http: reqwest::Client,
        runtime: Arc<dyn Runtime>,
    ) -> Self {
        Self(Arc::new(Shared {
            credential,
            scope: format!("{}/.default", cloud.audience()),
            cloud,
            http,
            runtime,
            state: Mutex::default(),
        }))
    }

    /// A token that holds.
    ///
    /// # Errors
    ///
    /// If there is none and none can be had. The next call tries anew.
    pub(crate) async fn get(&self) -> Result<Bearer, CredentialError> {
        let mut patient = true;
        loop {
            match self.step(patient)? {
                Step::Take(bearer) => return Ok(bearer),
                Step::Join(mut flight, None) => {
                    if let Some(outcome) = landed(&mut flight).await {
                        return outcome;
                    }
                    // It came to nothing, and whoever started it is told. Now it is our turn.
                }
                Step::Join(mut flight, Some(patience)) => {
                    let landing = landed(&mut flight);
                    match within(&*self.0.runtime, patience, landing).await {
                        Some(Some(outcome)) => return outcome,
                        Some(None) => {}
                        None => patient = false,
                    }
                }
                Step::Own(mut flight, None) => {
                    return landed(&mut flight).await.unwrap_or_else(|| {
                        Err(CredentialError::new(
                            "the credential panicked, or the Tokio runtime that it ran in ended",
                        ))
                    });
                }
                Step::Own(mut flight, Some(old)) => {
                    let landing = landed(&mut flight);
                    let came = within(&*self.0.runtime, EARLY_PATIENCE, landing).await;
                    if let Some(Some(Ok(newer))) = came {
                        return Ok(newer);
                    }
                    if self.0.holds(&old) {
                        return Ok(old);
                    }
                    if let Some(Some(Err(error))) = came {
                        return Err(error);
                    }
                    // The old one ended meanwhile, and the request is still on its way.
                }
            }
        }
    }

    /// Hears that the service has refused a token, and says whether to try with another: it is
    /// given up, or was already.
    pub(crate) fn reject(&self, bearer: &Bearer) -> bool {
        let now = self.0.runtime.now();
        let mut state = self.0.state();
        if !state.has(bearer) {
            return true;
        }
        let just_replaced = state
            .gave_up
            .is_some_and(|then| now.saturating_duration_since(then) < REPLACEMENT_PAUSE);
        if just_replaced && !bearer.is_taken() {
            return false;
        }
        state.cached = None;
        state.gave_up = Some(now);
        true
    }

    fn step(&self, patient: bool) -> Result<Step, CredentialError> {
        let now = self.0.runtime.now();
        let tokio = Handle::try_current().ok();
        let here = tokio.as_ref().map(Handle::id);
        let mut state = self.0.state();
        state.flights.retain(Flight::is_in_the_air);
        let joined = state.flight_to_join(here, patient.then_some(now));
        let held = state.cached.as_ref().filter(|cached| cached.holds(now));
        if let Some(cached) = held {
            let is_fresh = cached.times.is_none_or(|times| now < times.renew);
            let is_pause = state.early_after.is_some_and(|after| now < after);
            if is_fresh || is_pause || joined.is_some() {
                return Ok(Step::Take(cached.bearer.clone()));
            }
        }
        let old = held.map(|cached| cached.bearer.clone());
        let Some(tokio) = tokio else {
            return old.map(Step::Take).ok_or_else(|| {
                CredentialError::new("no Tokio runtime is there to ask for a token in")
            });
        };
        if let Some(join) = joined {
            return Ok(join);
        }
        let (sender, landing) = watch::channel(None);
        let runtime = tokio.id();
        state.flights.push(Flight {
            runtime,
            start: now,
            landing: landing.clone(),
        });
        let shared = Arc::clone(&self.0);
        let request = async move {
            let outcome = shared.fetch(runtime).await;
            sender.send_replace(Some(outcome));
        };
        // What it logs belongs to the call that started it.
        tokio.spawn(request.in_current_span());
        Ok(Step::Own(landing, old))
    }
}

impl State {
    fn has(&self, bearer: &Bearer) -> bool {
        self.cached
            .as_ref()
            .is_some_and(|cached| cached.bearer.is(bearer))
    }

    /// The request of this runtime, or the latest of another one that is not too old by `now`;
    /// without that none of another one.
    fn flight_to_join(&self, here: Option<Id>, now: Option<Instant>) -> Option<Step> {
        if let Some(own) = self
            .flights
            .iter()
            .find(|flight| Some(flight.runtime) == here)
        {
            return Some(Step::Join(own.landing.clone(), None));
        }
        let neighbour = self.flights.last()?;
        let age = now?.saturating_duration_since(neighbour.start);
        let patience = NEIGHBOUR_PATIENCE.checked_sub(age)?;
        Some(Step::Join(neighbour.landing.clone(), Some(patience)))
    }
}

impl Flight {
    fn is_in_the_air(&self) -> bool {
        self.landing.has_changed().is_ok() && self.landing.borrow().is_none()
    }
}

impl Shared {
    /// Asks the credential, and notes what came of it before anyone is told. `runtime` is the one
    /// that drives this.
    async fn fetch(&self, runtime: Id) -> Outcome {
        // Before the request, since the lifetime may be counted from anywhere within it.
        let start = self.runtime.now();
        let request = TokenRequest::new(
            self.cloud.audience(),
            &self.scope,
            self.cloud.authority(),
            &self.http,
            &*self.runtime,
        );
        // One that never ends would hold up every caller from then on.
        let token = within(
            &*self.runtime,
            FETCH_LIMIT,
            self.credential.access_token(&request),
        );
        let token = token.await.unwrap_or_else(|| {
            let message = format!("the credential gave no token within {FETCH_LIMIT:?}");
            Err(CredentialError::new(message).with_transient(true))
        });
        let token = token.and_then(|token| Ok((Bearer::new(&token)?, token.lifetime())));
        let mut state = self.state();
        state.flights.retain(|flight| flight.runtime != runtime);
        match token {
            Ok((bearer, lifetime)) => {
                let times = lifetime.and_then(|lifetime| {
                    // A time that no clock can hold is no end.
                    let end = start.checked_add(lifetime)?;
                    let renew = start + lifetime.saturating_sub(EARLY.min(lifetime / 2));
                    Some(Times { renew, end })
                });
                state.early_after = None;
                // A request that its runtime left lying may end after one that began later.
                if state
                    .cached
                    .as_ref()
                    .is_none_or(|cached| cached.asked <= start)
                {
                    state.cached = Some(Cached {
                        bearer: bearer.clone(),
                        asked: start,
                        times,
                    });
                }
                Ok(bearer)
            }
            Err(error) => {
                state.early_after = self.runtime.now().checked_add(EARLY_PAUSE);
                Err(error)
            }
        }
    }

    /// Whether this is the cached token, and has not ended.
    fn holds(&self, bearer: &Bearer) -> bool {
        let now = self.runtime.now();
        let state = self.state();
        state.has(bearer)
            && state
                .cached
                .as_ref()
                .is_some_and(|cached| cached.holds(now))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it is held, and a state that was left would be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Cached {
    fn holds(&self, now: Instant) -> bool {
        self.times.is_none_or(|times| now < times.end)
    }
}

async fn landed(flight: &mut Landing) -> Option<Outcome> {
    let outcome = flight.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
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
