//! One token for many callers: asked for once however many wait, renewed before it expires, and
//! given up when the service refuses it.
//!
//! The request runs in a task of its own, so a caller who gives up neither stops it for the others
//! nor loses a refresh token that the answer brings.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::HeaderValue;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::Instrument as _;
use zeroize::Zeroizing;

use crate::cloud::Cloud;
use crate::runtime::{Runtime, within};
use crate::secret::Secret;

use super::Credential;
use super::error::CredentialError;
use super::token::{AccessToken, TokenRequest};

/// How long before its end a token is renewed; half of its time if that is less.
const EARLY: Duration = Duration::from_mins(5);

/// How long a credential may take, with all that it does by itself.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// How long an early renewal that failed is not tried again while the old token holds.
const EARLY_PAUSE: Duration = Duration::from_secs(30);

/// How long a caller with a token that still holds waits for a newer one.
const EARLY_PATIENCE: Duration = Duration::from_secs(5);

/// A token as calls carry it.
#[derive(Clone, Debug)]
pub(crate) struct Bearer(Arc<Worded>);

#[derive(Debug)]
struct Worded {
    text: Secret,
    header: HeaderValue,
}

impl Bearer {
    fn new(token: &AccessToken) -> Result<Self, CredentialError> {
        token.check()?;
        let text = token.text();
        let word = b"Bearer ";
        let mut line = Zeroizing::new(Vec::with_capacity(word.len() + text.expose().len()));
        line.extend_from_slice(word);
        line.extend_from_slice(text.expose().as_bytes());
        // Made once: its copies share the bytes, which wipe themselves after the last of them.
        let header = HeaderValue::from_maybe_shared(Bytes::from_owner(line));
        let mut header = header
            .map_err(|_| CredentialError::new("the bearer token cannot stand in a header"))?;
        header.set_sensitive(true);
        Ok(Self(Arc::new(Worded {
            text: text.clone(),
            header,
        })))
    }

    /// The token alone.
    pub(crate) fn text(&self) -> &Secret {
        &self.0.text
    }

    /// The value of `Authorization`.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }
}

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
    /// The request that is on its way.
    flight: Option<Flight>,
    /// No early renewal before this.
    early_after: Option<Instant>,
}

#[derive(Clone)]
struct Cached {
    bearer: Bearer,
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
type Flight = watch::Receiver<Option<Outcome>>;

/// What a caller does next.
enum Step {
    Take(Bearer),
    /// Wait for a request that another caller has started.
    Join(Flight),
    /// Wait for a request of one's own; beside it, a token that still holds.
    Own(Flight, Option<Bearer>),
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
        loop {
            match self.step()? {
                Step::Take(bearer) => return Ok(bearer),
                Step::Join(mut flight) => {
                    if let Some(outcome) = landed(&mut flight).await {
                        return outcome;
                    }
                    // It came to nothing, and whoever started it is told. Now it is our turn.
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

    /// Gives a token up after the service has refused it, unless a newer one is there already.
    pub(crate) fn reject(&self, bearer: &Bearer) {
        let mut state = self.0.state();
        state
            .cached
            .take_if(|cached| Arc::ptr_eq(&cached.bearer.0, &bearer.0));
    }

    fn step(&self) -> Result<Step, CredentialError> {
        let now = self.0.runtime.now();
        let mut state = self.0.state();
        let held = state.cached.as_ref().filter(|cached| cached.holds(now));
        let held = held.cloned();
        if let Some(cached) = &held {
            let is_fresh = cached.times.is_none_or(|times| now < times.renew);
            let is_pause = state.early_after.is_some_and(|after| now < after);
            if is_fresh || is_pause || state.flight.as_ref().is_some_and(is_in_the_air) {
                return Ok(Step::Take(cached.bearer.clone()));
            }
        }
        if let Some(flight) = state.flight.as_ref().filter(|flight| is_in_the_air(flight)) {
            return Ok(Step::Join(flight.clone()));
        }
        let old = held.map(|cached| cached.bearer);
        let Ok(tokio) = Handle::try_current() else {
            return old.map(Step::Take).ok_or_else(|| {
                CredentialError::new("no Tokio runtime is there to ask for a token in")
            });
        };
        let (sender, flight) = watch::channel(None);
        state.flight = Some(flight.clone());
        let shared = Arc::clone(&self.0);
        let request = async move {
            let outcome = shared.fetch().await;
            sender.send_replace(Some(outcome));
        };
        // What it logs belongs to the call that started it.
        tokio.spawn(request.in_current_span());
        Ok(Step::Own(flight, old))
    }
}

impl Shared {
    /// Asks the credential, and notes what came of it before anyone is told.
    async fn fetch(&self) -> Outcome {
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
        state.flight = None;
        match token {
            Ok((bearer, lifetime)) => {
                let times = lifetime.and_then(|lifetime| {
                    // A time that no clock can hold is no end.
                    let end = start.checked_add(lifetime)?;
                    let renew = start + lifetime.saturating_sub(EARLY.min(lifetime / 2));
                    Some(Times { renew, end })
                });
                state.early_after = None;
                state.cached = Some(Cached {
                    bearer: bearer.clone(),
                    times,
                });
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
        state
            .cached
            .as_ref()
            .is_some_and(|cached| Arc::ptr_eq(&cached.bearer.0, &bearer.0) && cached.holds(now))
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

async fn landed(flight: &mut Flight) -> Option<Outcome> {
    let outcome = flight.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}

fn is_in_the_air(flight: &Flight) -> bool {
    flight.has_changed().is_ok() && flight.borrow().is_none()
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

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use tokio::sync::Semaphore;

    use super::TokenCache;
    use crate::cloud::Cloud;
    use crate::credential::testing::FakeRuntime;
    use crate::credential::{AccessToken, Credential, CredentialError, TokenRequest};
    use crate::runtime::BoxFuture;

    const HOUR: Duration = Duration::from_hours(1);

    /// Gives `token-1`, `token-2` and so on; each waits for the gate first.
    #[derive(Debug)]
    struct Numbered {
        lifetime: Option<Duration>,
        asked: AtomicUsize,
        gate: Semaphore,
        /// What the next requests come to, instead of a token.
        troubles: Mutex<VecDeque<Trouble>>,
    }

    #[derive(Debug)]
    enum Trouble {
        Fail,
        Panic,
        Unfit,
    }

    impl Numbered {
        fn asked(&self) -> usize {
            self.asked.load(Ordering::SeqCst)
        }

        fn trouble(&self, trouble: Trouble) {
            self.troubles.lock().unwrap().push_back(trouble);
        }
    }

    impl Credential for Numbered {
        fn access_token<'a>(
            &'a self,
            request: &'a TokenRequest<'a>,
        ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
            Box::pin(async move {
                assert_eq!(request.scope(), format!("{}/.default", request.audience()));
                let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
                self.gate.acquire().await.unwrap().forget();
                let trouble = self.troubles.lock().unwrap().pop_front();
                let text = match trouble {
                    None => format!("token-{number}"),
                    Some(Trouble::Unfit) => "canary canary".to_owned(),
                    Some(Trouble::Fail) => return Err(CredentialError::new("the vault is sealed")),
                    Some(Trouble::Panic) => panic!("a bug in a user's credential"),
                };
                Ok(match self.lifetime {
                    Some(lifetime) => AccessToken::new(text, lifetime),
                    None => AccessToken::without_expiry(text),
                })
            })
        }
    }

    struct Setup {
        cache: TokenCache,
        credential: Arc<Numbered>,
        runtime: Arc<FakeRuntime>,
    }

    impl Setup {
        /// All gates open, and no wait is ever over.
        fn new(lifetime: Option<Duration>) -> Self {
            Self::with(lifetime, 1_000, FakeRuntime::without_end())
        }

        fn with(lifetime: Option<Duration>, permits: usize, runtime: FakeRuntime) -> Self {
            let credential = Arc::new(Numbered {
                lifetime,
                asked: AtomicUsize::new(0),
                gate: Semaphore::new(permits),
                troubles: Mutex::default(),
            });
            let runtime = Arc::new(runtime);
            let cache = TokenCache::new(
                Arc::clone(&credential) as Arc<dyn Credential>,
                Cloud::Global,
                reqwest::Client::new(),
                Arc::clone(&runtime) as Arc<dyn crate::runtime::Runtime>,
            );
            Self {
                cache,
                credential,
                runtime,
            }
        }

        async fn text(&self) -> String {
            self.cache.get().await.unwrap().text().expose().to_owned()
        }

        async fn until_asked(&self, times: usize) {
            while self.credential.asked() < times {
                tokio::task::yield_now().await;
            }
        }
    }

    #[tokio::test]
    async fn a_token_is_renewed_five_minutes_before_its_end() {
        let setup = Setup::new(Some(HOUR));
        assert_eq!(setup.text().await, "token-1");
        setup.runtime.advance(Duration::from_secs(3_600 - 301));
        assert_eq!(setup.text().await, "token-1");
        assert_eq!(setup.credential.asked(), 1);
        setup.runtime.advance(Duration::from_secs(1));
        assert_eq!(setup.text().await, "token-2");
        assert_eq!(setup.text().await, "token-2");
        assert_eq!(setup.credential.asked(), 2);
    }

    #[tokio::test]
    async fn a_bearer_is_shown_by_neither_of_its_forms() {
        let setup = Setup::new(None);
        let bearer = setup.cache.get().await.unwrap();
        assert_eq!(bearer.header(), "Bearer token-1");
        assert!(bearer.header().is_sensitive());
        assert!(!format!("{bearer:?} {:?}", bearer.header()).contains("token-1"));
    }

    #[tokio::test]
    async fn a_short_token_is_used_for_half_of_its_time() {
        let setup = Setup::new(Some(Duration::from_mins(1)));
        assert_eq!(setup.text().await, "token-1");
        setup.runtime.advance(Duration::from_secs(29));
        assert_eq!(setup.text().await, "token-1");
        setup.runtime.advance(Duration::from_secs(1));
        assert_eq!(setup.text().await, "token-2");
    }

    #[tokio::test]
    async fn a_token_of_no_time_is_used_once_and_one_of_all_time_for_ever() {
        let setup = Setup::new(Some(Duration::ZERO));
        assert_eq!(setup.text().await, "token-1");
        assert_eq!(setup.text().await, "token-2");
        for lifetime in [None, Some(Duration::MAX)] {
            let setup = Setup::new(lifetime);
            assert_eq!(setup.text().await, "token-1");
            setup.runtime.advance(1_000 * HOUR);
            assert_eq!(setup.text().await, "token-1");
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn sixty_four_callers_make_one_request() {
        let setup = Setup::with(Some(HOUR), 0, FakeRuntime::without_end());
        let callers: Vec<_> = (0..64)
            .map(|_| {
                let cache = setup.cache.clone();
                tokio::spawn(async move { cache.get().await.unwrap().text().expose().to_owned() })
            })
            .collect();
        setup.until_asked(1).await;
        setup.credential.gate.add_permits(64);
        for caller in callers {
            assert_eq!(caller.await.unwrap(), "token-1");
        }
        assert_eq!(setup.credential.asked(), 1);
    }

    #[tokio::test]
    async fn callers_who_wait_for_a_request_that_fails_share_its_error() {
        let setup = Setup::with(Some(HOUR), 0, FakeRuntime::without_end());
        setup.credential.trouble(Trouble::Fail);
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let cache = setup.cache.clone();
                tokio::spawn(async move { cache.get().await.unwrap_err().to_string() })
            })
            .collect();
        setup.until_asked(1).await;
        setup.credential.gate.add_permits(64);
        for caller in callers {
            assert_eq!(caller.await.unwrap(), "the vault is sealed");
        }
        assert_eq!(setup.credential.asked(), 1);
        // And the next one is none the worse for it.
        assert_eq!(setup.text().await, "token-2");
    }

    #[tokio::test]
    async fn a_caller_who_gives_up_does_not_stop_the_request() {
        let setup = Setup::with(Some(HOUR), 0, FakeRuntime::without_end());
        let first = tokio::spawn({
            let cache = setup.cache.clone();
            async move { cache.get().await }
        });
        setup.until_asked(1).await;
        first.abort();
        assert!(first.await.unwrap_err().is_cancelled());
        setup.credential.gate.add_permits(1);
        assert_eq!(setup.text().await, "token-1");
        assert_eq!(setup.credential.asked(), 1);
    }

    #[tokio::test]
    async fn an_old_token_serves_while_it_holds_if_an_early_renewal_fails() {
        let setup = Setup::new(Some(HOUR));
        assert_eq!(setup.text().await, "token-1");
        setup.runtime.advance(Duration::from_secs(3_600 - 200));
        setup.credential.trouble(Trouble::Fail);
        for _ in 0..10 {
            assert_eq!(setup.text().await, "token-1");
        }
        assert_eq!(setup.credential.asked(), 2, "not at each call");
        setup.runtime.advance(Duration::from_secs(29));
        assert_eq!(setup.text().await, "token-1");
        assert_eq!(setup.credential.asked(), 2);
        setup.runtime.advance(Duration::from_secs(1));
        assert_eq!(setup.text().await, "token-3");

        setup.credential.trouble(Trouble::Fail);
        setup.runtime.advance(HOUR);
        let error = setup.cache.get().await.unwrap_err();
        assert_eq!(error.to_string(), "the vault is sealed");
        // The pause is for early renewals only.
        assert_eq!(setup.text().await, "token-5");
    }

    #[tokio::test]
    async fn an_early_renewal_holds_up_neither_the_others_nor_its_caller_for_long() {
        let setup = Setup::with(Some(HOUR), 1, FakeRuntime::new());
        assert_eq!(setup.text().await, "token-1");
        setup.runtime.advance(Duration::from_secs(3_600 - 200));
        // Its wait of five seconds is over at once.
        assert_eq!(setup.text().await, "token-1");
        setup.until_asked(2).await;
        assert_eq!(setup.text().await, "token-1");
        assert_eq!(setup.credential.asked(), 2);
        // Once the old one has ended, there is nothing but to wait.
        setup.runtime.advance(Duration::from_secs(200));
        setup.credential.gate.add_permits(1);
        assert_eq!(setup.text().await, "token-2");
        assert_eq!(setup.credential.asked(), 2);
    }

    #[tokio::test]
    async fn a_refused_token_is_given_up_once() {
        let setup = Setup::new(Some(HOUR));
        let first = setup.cache.get().await.unwrap();
        setup.cache.reject(&first);
        assert_eq!(setup.text().await, "token-2");
        // Another call learns only now that the first one was refused.
        setup.cache.reject(&first);
        assert_eq!(setup.text().await, "token-2");
        assert_eq!(setup.credential.asked(), 2);
    }

    #[tokio::test]
    async fn a_credential_that_panics_does_not_poison_the_next_call() {
        let setup = Setup::new(Some(HOUR));
        setup.credential.trouble(Trouble::Panic);
        let error = setup.cache.get().await.unwrap_err();
        assert!(error.to_string().contains("panicked"), "{error}");
        assert_eq!(setup.text().await, "token-2");
    }

    #[tokio::test]
    async fn a_token_that_cannot_stand_in_a_header_is_refused() {
        let setup = Setup::new(Some(HOUR));
        setup.credential.trouble(Trouble::Unfit);
        let error = setup.cache.get().await.unwrap_err();
        assert!(error.to_string().contains("cannot stand in a header"));
        assert!(!format!("{error}{error:?}").contains("canary"));
    }

    #[test]
    fn a_request_whose_runtime_ended_does_not_stop_a_later_one() {
        let setup = Setup::with(Some(HOUR), 0, FakeRuntime::without_end());
        let runtime = || {
            tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap()
        };
        let first = runtime();
        first.block_on(async {
            let cache = setup.cache.clone();
            tokio::spawn(async move { cache.get().await });
            setup.until_asked(1).await;
        });
        drop(first);
        setup.credential.gate.add_permits(1);
        assert_eq!(runtime().block_on(setup.text()), "token-2");
    }

    #[test]
    fn a_call_without_tokio_is_an_error_and_no_panic() {
        let setup = Setup::new(Some(HOUR));
        let mut call = std::pin::pin!(setup.cache.get());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else {
            panic!("it has nothing to wait for")
        };
        assert!(error.to_string().contains("no Tokio runtime"), "{error}");
    }
}
