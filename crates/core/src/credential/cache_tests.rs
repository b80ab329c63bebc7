//! The cache with a credential that answers when it is told to: who asks, how often, and who waits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::cache::TokenCache;
use super::testing::FakeRuntime;
use super::{AccessToken, Credential, CredentialError, TokenRequest};
use crate::cloud::Cloud;
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

#[tokio::test]
async fn a_token_that_replaced_a_refused_one_is_not_replaced_again_and_again() {
    let setup = Setup::new(Some(HOUR));
    let first = setup.cache.get().await.unwrap();
    assert!(setup.cache.reject(&first));
    let second = setup.cache.get().await.unwrap();
    for _ in 0..50 {
        assert!(!setup.cache.reject(&second));
        assert_eq!(setup.text().await, "token-2");
    }
    setup.runtime.advance(Duration::from_secs(59));
    assert!(!setup.cache.reject(&second));
    setup.runtime.advance(Duration::from_secs(1));
    assert!(setup.cache.reject(&second));
    let third = setup.cache.get().await.unwrap();
    assert!(!setup.cache.reject(&third));
    // One that was taken and is refused now was revoked: that is a first refusal again.
    third.was_taken();
    assert!(setup.cache.reject(&third));
    assert_eq!(setup.text().await, "token-4");
    assert_eq!(setup.credential.asked(), 4);
}

fn another_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
}

#[test]
fn a_request_that_nobody_drives_any_more_holds_nobody_up() {
    // Short waits are over at once.
    let setup = Setup::with(Some(HOUR), 0, FakeRuntime::new());
    let (first, second) = (another_runtime(), another_runtime());
    let cache = setup.cache.clone();
    let started = first.spawn(async move { cache.get().await });
    first.block_on(setup.until_asked(1));
    setup.runtime.advance(Duration::from_secs(1));
    // One for each: the first request stands first in the queue, and nobody drives it.
    setup.credential.gate.add_permits(2);
    let waiting = setup.cache.clone();
    second.block_on(async {
        // All of them wait for one.
        let (a, b) = tokio::join!(waiting.get(), waiting.get());
        let texts = [a, b].map(|bearer| bearer.unwrap().text().expose().to_owned());
        assert_eq!(texts, ["token-2", "token-2"]);
    });
    // What was left of two seconds; the second caller found a request of its own runtime.
    assert_eq!(setup.runtime.waits(), [Duration::from_secs(1)]);

    // Driven on, the first one has its own token; the newer one stays for all.
    let bearer = first.block_on(started).unwrap().unwrap();
    assert_eq!(bearer.text().expose(), "token-1");
    assert_eq!(second.block_on(setup.text()), "token-2");
    assert_eq!(setup.credential.asked(), 2);
}

#[test]
fn callers_on_another_runtime_wait_for_a_request_that_is_driven() {
    // No wait is ever over.
    let setup = Setup::with(Some(HOUR), 0, FakeRuntime::without_end());
    std::thread::scope(|threads| {
        let callers = [0, 1].map(|_| threads.spawn(|| another_runtime().block_on(setup.text())));
        while setup.credential.asked() == 0 {
            std::thread::yield_now();
        }
        setup.credential.gate.add_permits(1);
        for caller in callers {
            assert_eq!(caller.join().unwrap(), "token-1");
        }
    });
    assert_eq!(setup.credential.asked(), 1);
}
