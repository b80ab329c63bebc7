//! Time that takes none: a client whose waits, limits and tokens are all in the test's hand.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use partner_center_transfers::{
    AccessToken, BoxFuture, Credential, CredentialError, Runtime, TokenRequest,
};

/// A clock that stands still but for sleeps, which take no time and are noted. A sleep that a
/// time limit would need never ends, unless the test says that time runs out.
#[derive(Debug)]
pub struct Still {
    start: Instant,
    state: Arc<Mutex<State>>,
    /// Limits that end at once, by their length.
    spent: Vec<Duration>,
    /// Waits between attempts never end.
    stuck: bool,
}

#[derive(Debug, Default)]
struct State {
    passed: Duration,
    waits: Vec<Duration>,
}

/// The limit of a whole call, by which [`Still`] knows it.
pub const CALL: Duration = Duration::from_secs(100);
/// The limit of one attempt.
pub const ATTEMPT: Duration = Duration::from_secs(30);

impl Still {
    /// A clock on which these limits, of [`CALL`] and [`ATTEMPT`], run out at once.
    pub fn new(spent: &[Duration]) -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            state: Arc::default(),
            spent: spent.to_vec(),
            stuck: false,
        })
    }

    /// A clock on which nothing that is waited for ever comes.
    pub fn stuck() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            state: Arc::default(),
            spent: Vec::new(),
            stuck: true,
        })
    }

    /// Whether this limit runs out.
    pub fn runs_out(&self, limit: Duration) -> bool {
        self.spent.contains(&limit)
    }

    /// How long was waited, in order, between attempts.
    pub fn waits(&self) -> Vec<Duration> {
        self.state().waits.clone()
    }
}

impl Still {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Runtime for Still {
    fn now(&self) -> Instant {
        self.start + self.state().passed
    }

    fn wall_clock(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        // A limit is longer than any wait here, but for that of an attempt.
        let is_limit = duration == ATTEMPT || duration > Duration::from_secs(70);
        let runs_out = self.spent.contains(&duration);
        let stuck = self.stuck;
        let state = Arc::clone(&self.state);
        Box::pin(async move {
            if runs_out {
                // Long enough for the server to have read the request: it says nothing then.
                for _ in 0..1_000 {
                    tokio::task::yield_now().await;
                }
            } else if is_limit {
                std::future::pending::<()>().await;
            } else {
                // Noted when it is waited for, and not when it is only made.
                {
                    let mut state = lock(&state);
                    state.passed += duration;
                    state.waits.push(duration);
                }
                if stuck {
                    std::future::pending::<()>().await;
                }
            }
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}

fn lock<T>(state: &Mutex<T>) -> MutexGuard<'_, T> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tokens `t1`, `t2` and so on, each from a fetch of its own.
#[derive(Clone, Debug, Default)]
pub struct Numbered {
    fetches: Arc<Mutex<u32>>,
    /// How many there are, if they ever end; a fetch beyond them never does.
    most: Option<u32>,
}

impl Numbered {
    /// So many tokens, and then a login service that never answers.
    pub fn up_to(most: u32) -> Self {
        Self {
            most: Some(most),
            ..Self::default()
        }
    }

    /// How many fetches there were.
    pub fn fetches(&self) -> u32 {
        *lock(&self.fetches)
    }
}

impl Credential for Numbered {
    fn access_token<'a>(
        &'a self,
        _: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        let mut number = lock(&self.fetches);
        *number += 1;
        if self.most.is_some_and(|most| *number > most) {
            return Box::pin(std::future::pending());
        }
        let token = AccessToken::new(format!("t{number}"), Duration::from_secs(3_600));
        Box::pin(std::future::ready(Ok(token)))
    }
}
