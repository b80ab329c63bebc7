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
    state: Mutex<State>,
    /// Limits that end at once, by their length.
    spent: Vec<Duration>,
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
            state: Mutex::default(),
            spent: spent.to_vec(),
        })
    }

    /// How long was waited, in order, between attempts.
    pub fn waits(&self) -> Vec<Duration> {
        self.state().waits.clone()
    }
}

impl Still {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        if duration == CALL || duration == ATTEMPT {
            if self.spent.contains(&duration) {
                // Long enough for the server to have read the request: it says nothing then.
                return Box::pin(async {
                    for _ in 0..1_000 {
                        tokio::task::yield_now().await;
                    }
                });
            }
            return Box::pin(std::future::pending());
        }
        let mut state = self.state();
        state.passed += duration;
        state.waits.push(duration);
        Box::pin(std::future::ready(()))
    }

    fn random(&self) -> f64 {
        0.5
    }
}

/// Tokens `t1`, `t2` and so on, each from a fetch of its own.
#[derive(Debug, Default)]
pub struct Numbered(Mutex<u32>);

impl Credential for Numbered {
    fn access_token<'a>(
        &'a self,
        _: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        let mut number = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *number += 1;
        let token = AccessToken::new(format!("t{number}"), Duration::from_secs(3_600));
        Box::pin(std::future::ready(Ok(token)))
    }
}
