//! One token for all calls of a client: who requests it, how often, and who waits.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_center_tests::{FakeRuntime, Reply, ScriptedServer, accept, example_text};
use partner_center_transfers::{
    AccessToken, BoxFuture, Client, Credential, CredentialError, Error, RetryPolicy, TokenRequest,
};
use tokio::sync::Semaphore;

const HOUR: Duration = Duration::from_hours(1);

/// Returns `token-1`, `token-2` and so on, each after a permit of the gate.
#[derive(Debug)]
struct Gated {
    lifetime: Option<Duration>,
    asked: AtomicUsize,
    gate: Semaphore,
    /// The results of the next requests, instead of a token.
    failures: Mutex<VecDeque<Failure>>,
}

#[derive(Debug)]
enum Failure {
    Error,
    Panic,
    InvalidHeader,
}

impl Credential for Gated {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            assert_eq!(request.scope(), format!("{}/.default", request.audience()));
            let number = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
            self.gate.acquire().await.unwrap().forget();
            let failure = self.failures.lock().unwrap().pop_front();
            let text = match failure {
                None => format!("token-{number}"),
                Some(Failure::InvalidHeader) => "canary canary".to_owned(),
                Some(Failure::Error) => return Err(CredentialError::new("the vault is sealed")),
                Some(Failure::Panic) => panic!("a bug in a custom credential"),
            };
            Ok(match self.lifetime {
                Some(lifetime) => AccessToken::new(text, lifetime),
                None => AccessToken::without_expiry(text),
            })
        })
    }
}

/// A client, its credential, and an API that rejects some tokens.
struct Setup {
    client: Client,
    credential: Arc<Gated>,
    runtime: Arc<FakeRuntime>,
    api: ScriptedServer,
}

/// The number of permits that never keeps a request waiting.
const OPEN: usize = 1_000;

impl Setup {
    /// The credential answers at once, no sleep ends, and the API accepts all tokens.
    async fn new(lifetime: Option<Duration>) -> Self {
        Self::with(lifetime, OPEN, FakeRuntime::stuck(), |_| false).await
    }

    async fn with(
        lifetime: Option<Duration>,
        permits: usize,
        runtime: Arc<FakeRuntime>,
        rejects: impl Fn(&str) -> bool + Send + 'static,
    ) -> Self {
        let body = example_text("accept-transfer-complete.json");
        let api = ScriptedServer::with_handler(move |request| {
            Some(if rejects(bearer(request.header("authorization"))) {
                Reply::json("401 Unauthorized", "{}")
            } else {
                Reply::json("200 OK", &body)
            })
        })
        .await;
        let credential = Arc::new(Gated {
            lifetime,
            asked: AtomicUsize::new(0),
            gate: Semaphore::new(permits),
            failures: Mutex::default(),
        });
        let client = Client::builder()
            .endpoint(api.url())
            .credential(Arc::clone(&credential))
            .runtime(Arc::clone(&runtime) as _)
            .retry(RetryPolicy::never())
            .build()
            .unwrap();
        Self {
            client,
            credential,
            runtime,
            api,
        }
    }

    /// Makes a call that must succeed, and returns its token.
    async fn token(&self) -> String {
        accept(&self.client).await.unwrap();
        self.tokens().pop().unwrap()
    }

    /// Starts a call in a task of its own.
    fn start(&self) -> tokio::task::JoinHandle<Result<(), Error>> {
        let client = self.client.clone();
        tokio::spawn(async move { accept(&client).await })
    }

    /// The tokens that the API has received.
    fn tokens(&self) -> Vec<String> {
        let requests = self.api.requests();
        requests
            .iter()
            .map(|request| bearer(request.header("authorization")).to_owned())
            .collect()
    }

    fn asked(&self) -> usize {
        self.credential.asked.load(Ordering::SeqCst)
    }

    async fn until_asked(&self, times: usize) {
        while self.asked() < times {
            tokio::task::yield_now().await;
        }
    }

    fn fail(&self, failure: Failure) {
        self.credential.failures.lock().unwrap().push_back(failure);
    }
}

fn bearer(header: Option<&str>) -> &str {
    header.unwrap().strip_prefix("Bearer ").unwrap()
}

#[tokio::test]
async fn a_token_is_refreshed_five_minutes_before_it_expires() {
    let setup = Setup::new(Some(HOUR)).await;
    assert_eq!(setup.token().await, "token-1");
    setup.runtime.advance(Duration::from_secs(3_600 - 301));
    assert_eq!(setup.token().await, "token-1");
    assert_eq!(setup.asked(), 1);
    setup.runtime.advance(Duration::from_secs(1));
    assert_eq!(setup.token().await, "token-2");
    assert_eq!(setup.token().await, "token-2");
    assert_eq!(setup.asked(), 2);
}

#[tokio::test]
async fn a_short_lived_token_is_used_for_half_of_its_lifetime() {
    let setup = Setup::new(Some(Duration::from_mins(1))).await;
    assert_eq!(setup.token().await, "token-1");
    setup.runtime.advance(Duration::from_secs(29));
    assert_eq!(setup.token().await, "token-1");
    setup.runtime.advance(Duration::from_secs(1));
    assert_eq!(setup.token().await, "token-2");
}

#[tokio::test]
async fn a_token_without_lifetime_is_used_once_and_one_without_expiry_always() {
    let setup = Setup::new(Some(Duration::ZERO)).await;
    assert_eq!(setup.token().await, "token-1");
    assert_eq!(setup.token().await, "token-2");
    for lifetime in [None, Some(Duration::MAX)] {
        let setup = Setup::new(lifetime).await;
        assert_eq!(setup.token().await, "token-1");
        setup.runtime.advance(1_000 * HOUR);
        assert_eq!(setup.token().await, "token-1");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_callers_make_one_request() {
    let setup = Setup::with(Some(HOUR), 0, FakeRuntime::stuck(), |_| false).await;
    let callers: Vec<_> = (0..64).map(|_| setup.start()).collect();
    setup.until_asked(1).await;
    setup.credential.gate.add_permits(64);
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(setup.asked(), 1);
    assert_eq!(setup.tokens(), ["token-1"; 64]);
}

#[tokio::test]
async fn callers_that_wait_for_a_failing_request_share_its_error() {
    let setup = Setup::with(Some(HOUR), 0, FakeRuntime::stuck(), |_| false).await;
    setup.fail(Failure::Error);
    let callers: Vec<_> = (0..8).map(|_| setup.start()).collect();
    setup.until_asked(1).await;
    setup.credential.gate.add_permits(64);
    for caller in callers {
        let error = caller.await.unwrap().unwrap_err();
        assert!(error.is_credential(), "{error}");
        assert!(error.to_string().contains("the vault is sealed"), "{error}");
    }
    assert_eq!(setup.asked(), 1);
    // The next call tries again.
    assert_eq!(setup.token().await, "token-2");
}

#[tokio::test]
async fn a_cancelled_caller_does_not_stop_the_request() {
    let setup = Setup::with(Some(HOUR), 0, FakeRuntime::stuck(), |_| false).await;
    let first = setup.start();
    setup.until_asked(1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    setup.credential.gate.add_permits(1);
    assert_eq!(setup.token().await, "token-1");
    assert_eq!(setup.asked(), 1);
}

#[tokio::test]
async fn the_old_token_serves_until_it_expires_if_the_refresh_fails() {
    let setup = Setup::new(Some(HOUR)).await;
    assert_eq!(setup.token().await, "token-1");
    setup.runtime.advance(Duration::from_secs(3_600 - 200));
    setup.fail(Failure::Error);
    for _ in 0..10 {
        assert_eq!(setup.token().await, "token-1");
    }
    assert_eq!(setup.asked(), 2, "not at each call");
    setup.runtime.advance(Duration::from_secs(29));
    assert_eq!(setup.token().await, "token-1");
    assert_eq!(setup.asked(), 2);
    setup.runtime.advance(Duration::from_secs(1));
    assert_eq!(setup.token().await, "token-3");

    setup.fail(Failure::Error);
    setup.runtime.advance(HOUR);
    let error = accept(&setup.client).await.unwrap_err();
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
    // The pause applies to early refreshes only.
    assert_eq!(setup.token().await, "token-5");
}

#[tokio::test]
async fn a_slow_refresh_delays_calls_by_a_few_seconds_at_most() {
    let setup = Setup::with(Some(HOUR), 1, FakeRuntime::new(), |_| false).await;
    assert_eq!(setup.token().await, "token-1");
    setup.runtime.advance(Duration::from_secs(3_600 - 200));
    // The wait of five seconds ends at once.
    assert_eq!(setup.token().await, "token-1");
    setup.until_asked(2).await;
    assert_eq!(setup.token().await, "token-1");
    assert_eq!(setup.asked(), 2);
    assert_eq!(setup.runtime.sleeps(), [Duration::from_secs(5)]);
    // Once the old token has expired, calls wait for the refresh.
    setup.runtime.advance(Duration::from_secs(200));
    setup.credential.gate.add_permits(1);
    assert_eq!(setup.token().await, "token-2");
    assert_eq!(setup.asked(), 2);
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once_for_all_calls() {
    let rejects = |token: &str| token == "token-1";
    let setup = Setup::with(Some(HOUR), OPEN, FakeRuntime::stuck(), rejects).await;
    let (one, other) = tokio::join!(setup.start(), setup.start());
    one.unwrap().unwrap();
    other.unwrap().unwrap();
    assert_eq!(setup.token().await, "token-2");
    assert_eq!(setup.asked(), 2);
    assert_eq!(
        setup.tokens(),
        ["token-1", "token-1", "token-2", "token-2", "token-2"]
    );
}

#[tokio::test]
async fn a_rejected_replacement_is_kept_for_a_minute() {
    let setup = Setup::with(Some(HOUR), OPEN, FakeRuntime::stuck(), |_| true).await;
    let call = || async {
        let error = accept(&setup.client).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 401);
        setup.asked()
    };
    for _ in 0..10 {
        assert_eq!(call().await, 2);
    }
    setup.runtime.advance(Duration::from_secs(59));
    assert_eq!(call().await, 2);
    setup.runtime.advance(Duration::from_secs(1));
    for _ in 0..10 {
        assert_eq!(call().await, 3);
    }
}

#[tokio::test]
async fn a_credential_that_panics_fails_one_call_only() {
    let setup = Setup::new(Some(HOUR)).await;
    setup.fail(Failure::Panic);
    let error = accept(&setup.client).await.unwrap_err();
    assert!(error.to_string().contains("panicked"), "{error}");
    assert_eq!(setup.token().await, "token-2");
}

#[tokio::test]
async fn a_token_that_is_not_a_valid_header_value_is_not_sent() {
    let setup = Setup::new(Some(HOUR)).await;
    setup.fail(Failure::InvalidHeader);
    let error = accept(&setup.client).await.unwrap_err();
    assert!(error.to_string().contains("not a valid header value"));
    assert!(!format!("{error}{error:?}").contains("canary"));
    assert!(setup.tokens().is_empty());
}
