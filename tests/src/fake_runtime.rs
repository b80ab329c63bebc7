//! A clock under the test's control, and a credential that counts its tokens.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use partner_center_transfers::{
    AccessToken, BoxFuture, Credential, CredentialError, Runtime, TokenRequest,
};
use tokio::sync::oneshot;

/// The time limit of a whole call in tests. [`FakeRuntime`] recognizes limits by their length.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(100);
/// The time limit of one attempt in tests, and the library's limit of one token request.
pub const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest sleep that is not a time limit.
const LONGEST_WAIT: Duration = Duration::from_secs(70);

/// A [`Runtime`] whose clock moves only by [`advance`](Self::advance) and by sleeps.
///
/// A sleep ends at once, moves the clock and is recorded when it is first polled. A sleep of
/// [`ATTEMPT_TIMEOUT`] or of more than 70 seconds is a time limit: it ends by [`expire`](Self::expire)
/// only, and is not recorded. The wall clock starts 1,700,000,000 seconds after the Unix epoch.
#[derive(Debug)]
pub struct FakeRuntime {
    start: Instant,
    state: Arc<Mutex<State>>,
    expiring: Vec<Duration>,
    in_real_time: bool,
    stuck: bool,
}

#[derive(Debug, Default)]
struct State {
    elapsed: Duration,
    sleeps: Vec<Duration>,
    /// The last time limit. Sending lets it expire.
    limit: Option<oneshot::Sender<()>>,
}

impl FakeRuntime {
    /// A clock on which no time limit expires.
    pub fn new() -> Arc<Self> {
        Self::expiring(&[])
    }

    /// A clock on which these time limits expire as soon as the server has read what was sent.
    pub fn expiring(limits: &[Duration]) -> Arc<Self> {
        Arc::new(Self::with(limits))
    }

    /// A clock on which these time limits expire after their time, for a server in another process.
    pub fn expiring_in_real_time(limits: &[Duration]) -> Arc<Self> {
        Arc::new(Self {
            in_real_time: true,
            ..Self::with(limits)
        })
    }

    /// A clock on which no sleep ever ends.
    pub fn stuck() -> Arc<Self> {
        Arc::new(Self {
            stuck: true,
            ..Self::with(&[])
        })
    }

    fn with(expiring: &[Duration]) -> Self {
        Self {
            start: Instant::now(),
            state: Arc::default(),
            expiring: expiring.to_vec(),
            in_real_time: false,
            stuck: false,
        }
    }

    /// Whether this time limit expires.
    pub fn expires(&self, limit: Duration) -> bool {
        self.expiring.contains(&limit)
    }

    /// Moves the clock forward.
    pub fn advance(&self, time: Duration) {
        lock(&self.state).elapsed += time;
    }

    /// Lets the latest time limit expire; `false` if nothing waits for it (yet, or any more).
    pub fn expire(&self) -> bool {
        let limit = lock(&self.state).limit.take();
        limit.is_some_and(|limit| limit.send(()).is_ok())
    }

    /// The lengths of the sleeps so far, in order, without time limits.
    pub fn sleeps(&self) -> Vec<Duration> {
        lock(&self.state).sleeps.clone()
    }
}

impl FakeRuntime {
    /// A time limit that ends by [`expire`](Self::expire) only.
    fn limit(&self, duration: Duration) -> impl Future<Output = ()> + use<> {
        let (expire, expired) = oneshot::channel();
        lock(&self.state).limit = Some(expire);
        let state = Arc::clone(&self.state);
        async move {
            if expired.await.is_err() {
                // There is a later limit.
                std::future::pending::<()>().await;
            }
            lock(&state).elapsed += duration;
        }
    }
}

impl Runtime for FakeRuntime {
    fn now(&self) -> Instant {
        self.start + lock(&self.state).elapsed
    }

    fn wall_clock(&self) -> SystemTime {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        start + lock(&self.state).elapsed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if self.expires(duration) {
            return if self.in_real_time {
                Box::pin(tokio::time::sleep(duration))
            } else {
                Box::pin(settle())
            };
        }
        if duration == ATTEMPT_TIMEOUT || duration > LONGEST_WAIT {
            return Box::pin(self.limit(duration));
        }
        let stuck = self.stuck;
        let state = Arc::clone(&self.state);
        Box::pin(async move {
            {
                let mut state = lock(&state);
                state.sleeps.push(duration);
                if !stuck {
                    state.elapsed += duration;
                }
            }
            if stuck {
                std::future::pending::<()>().await;
            }
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}

/// Yields until a server in the same Tokio runtime has read everything that was sent to it.
pub async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}

fn lock<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A credential that gives the tokens `t1`, `t2` and so on, or a list of texts.
#[derive(Clone, Debug, Default)]
pub struct NumberedTokens {
    fetches: Arc<Mutex<u32>>,
    limit: Option<u32>,
    texts: Vec<String>,
}

impl NumberedTokens {
    /// Gives this many tokens; later fetches never complete.
    pub fn up_to(limit: u32) -> Self {
        Self {
            limit: Some(limit),
            ..Self::default()
        }
    }

    /// Gives these texts, and then the last one again and again.
    pub fn from_texts(texts: [&str; 2]) -> Self {
        Self {
            texts: texts.map(str::to_owned).into(),
            ..Self::default()
        }
    }

    /// How many fetches were started.
    pub fn fetches(&self) -> u32 {
        *lock(&self.fetches)
    }
}

impl Credential for NumberedTokens {
    fn access_token<'a>(
        &'a self,
        _: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        let mut number = lock(&self.fetches);
        *number += 1;
        if self.limit.is_some_and(|limit| *number > limit) {
            return Box::pin(std::future::pending());
        }
        let given = self.texts.get(*number as usize - 1).or(self.texts.last());
        let text = given.map_or_else(|| format!("t{number}"), Clone::clone);
        let token = AccessToken::new(text, Duration::from_secs(3_600));
        Box::pin(std::future::ready(Ok(token)))
    }
}
