//! A thousand accepts and withdrawals against a server that fails at random, with a fixed seed. The
//! clock is fake, so timeouts take no time. Checked are:
//!
//! - no call is applied twice;
//! - a call that succeeds is applied once;
//! - a call with an error that says "not applied" is not applied.
//!
//! This holds with the default policy, and with `retry_ambiguous` if the server recognizes request
//! ids. With `retry_ambiguous` and a server that forgets ids, calls are applied twice: so the test
//! can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CALL_TIMEOUT, CUSTOMER, FakeRuntime, NumberedTokens, Reply, Request,
    ScriptedServer, WITHDRAWN, example_text,
};
use partner_center_transfers::{CallOptions, Client, Error, RequestId, RetryPolicy};

const CALLS: u32 = 1_000;

/// How one request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Failure {
    /// A response that says that the call was not applied.
    Rejected(&'static str),
    /// A response to a call that was applied or not.
    Ambiguous(&'static str),
    /// The connection ends after these bytes.
    Closed(&'static str),
    Reset,
    Silent,
}

const FAILURES: [Failure; 20] = [
    Failure::Rejected("429 Too Many Requests\r\n"),
    Failure::Rejected("429 Too Many Requests\r\nRetry-After: 3\r\n"),
    Failure::Rejected("503 Service Unavailable\r\nRetry-After: 3\r\n"),
    Failure::Rejected("401 Unauthorized\r\n"),
    Failure::Rejected("403 Forbidden\r\n"),
    Failure::Rejected("404 Not Found\r\n"),
    Failure::Rejected("409 Conflict\r\n"),
    Failure::Rejected("501 Not Implemented\r\n"),
    Failure::Ambiguous("302 Found\r\nLocation: /elsewhere\r\n"),
    Failure::Ambiguous("408 Request Timeout\r\n"),
    Failure::Ambiguous("500 Internal Server Error\r\n"),
    Failure::Ambiguous("500 Internal Server Error\r\nRetry-After: 3\r\n"),
    Failure::Ambiguous("502 Bad Gateway\r\n"),
    Failure::Ambiguous("503 Service Unavailable\r\n"),
    Failure::Ambiguous("504 Gateway Timeout\r\n"),
    Failure::Closed(""),
    Failure::Closed("HTTP/1.1 200 O"),
    Failure::Closed("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"orders\""),
    Failure::Reset,
    Failure::Silent,
];

impl Failure {
    fn reply(self) -> Reply {
        match self {
            Self::Rejected(head) | Self::Ambiguous(head) => {
                Reply::Bytes(format!("HTTP/1.1 {head}Content-Length: 0\r\n\r\n").into_bytes())
            }
            Self::Closed(bytes) => Reply::BytesThenClose(bytes.into()),
            Self::Reset => Reply::Reset,
            Self::Silent => Reply::Silence,
        }
    }

    /// A truncated success was applied.
    fn is_success(self) -> bool {
        matches!(self, Self::Closed(bytes) if bytes.starts_with("HTTP/1.1 200 OK"))
    }
}

/// Whether the server recognizes a repeated request id. The service does for an unknown time.
#[derive(Clone, Copy, PartialEq)]
enum Memory {
    Forgets,
    Remembers,
}

/// What the server did.
#[derive(Default)]
struct Ledger {
    /// How many times each call was applied, by its `MS-RequestId`.
    effects: BTreeMap<String, u32>,
    /// How many requests were recognized as repeated, and not applied again.
    recognized: u32,
    /// The failures by method, and whether the call was applied.
    failures: BTreeSet<(String, Failure, bool)>,
}

impl Ledger {
    fn apply(&mut self, request: &Request, memory: Memory) {
        let effects = self
            .effects
            .entry(request.header("ms-requestid").unwrap().to_owned())
            .or_default();
        if *effects > 0 && memory == Memory::Remembers {
            self.recognized += 1;
        } else {
            *effects += 1;
        }
    }

    /// Succeeds, or fails before or after the call was applied.
    fn reply(&mut self, random: &mut fastrand::Rng, memory: Memory, request: &Request) -> Reply {
        let method = request.method();
        if random.u8(..3) == 0 {
            self.apply(request, memory);
            return match method {
                "POST" => Reply::json("200 OK", &example_text("accept-transfer-complete.json")),
                _ => Reply::response("204 No Content", "", ""),
            };
        }
        let failure = FAILURES[random.usize(..FAILURES.len())];
        let applied = match failure {
            Failure::Rejected(_) => false,
            _ => failure.is_success() || random.bool(),
        };
        if applied {
            self.apply(request, memory);
        }
        self.failures.insert((method.to_owned(), failure, applied));
        failure.reply()
    }
}

async fn send(client: &Client, accept: bool) -> Result<RequestId, Error> {
    if accept {
        let call = client
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(WITHDRAWN);
        call.send().await.map(|response| response.request_id())
    } else {
        let call = client
            .withdraw_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(WITHDRAWN);
        call.send().await.map(|response| response.request_id())
    }
}

/// The results of the calls.
#[derive(Debug, Default)]
struct Tally {
    succeeded: u32,
    /// Failed and not applied.
    not_applied: u32,
    /// Failed and possibly applied.
    ambiguous: u32,
    /// Applied more than once.
    doubled: u32,
    recognized: u32,
    requests: usize,
}

/// Makes the calls, and checks what holds for every policy and server.
async fn run(seed: u64, policy: RetryPolicy, memory: Memory) -> Tally {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let server = {
        let ledger = Arc::clone(&ledger);
        let mut random = fastrand::Rng::with_seed(seed);
        ScriptedServer::with_handler(move |request| {
            Some(ledger.lock().unwrap().reply(&mut random, memory, request))
        })
        .await
    };
    let options = CallOptions::default()
        .timeout(CALL_TIMEOUT)
        .attempt_timeout(ATTEMPT_TIMEOUT)
        .retry(policy);
    let client = || {
        Client::builder()
            .endpoint(server.url())
            .credential(NumberedTokens::default())
            // A silent server makes the attempt time out at once.
            .runtime(FakeRuntime::expiring(&[ATTEMPT_TIMEOUT]))
            .options(options.clone())
            .build()
            .unwrap()
    };

    let mut tally = Tally::default();
    let mut client_now = client();
    for number in 0..CALLS {
        // A new client has a full retry budget.
        if number % 25 == 0 {
            client_now = client();
        }
        let result = send(&client_now, number % 2 == 0).await;
        let id = match &result {
            Ok(id) => *id,
            Err(error) => error.request_id().unwrap(),
        };
        let effects = &ledger.lock().unwrap().effects;
        let times = effects.get(&id.to_string()).copied().unwrap_or_default();
        tally.doubled += u32::from(times > 1);
        match result {
            Ok(_) => {
                assert!(times >= 1, "call {number} succeeded and was not applied");
                tally.succeeded += 1;
            }
            Err(error) if error.may_have_been_applied() => tally.ambiguous += 1,
            Err(error) => {
                assert_eq!(times, 0, "call {number}: {error}");
                tally.not_applied += 1;
            }
        }
    }
    tally.requests = server.requests().len();
    let ledger = ledger.lock().unwrap();
    tally.recognized = ledger.recognized;
    // The fixed seed covers each failure in each way for both operations.
    for failure in FAILURES {
        let ways: &[bool] = match failure {
            Failure::Rejected(_) => &[false],
            _ if failure.is_success() => &[true],
            _ => &[false, true],
        };
        for method in ["POST", "DELETE"] {
            for applied in ways {
                let way = (method.to_owned(), failure, *applied);
                assert!(ledger.failures.contains(&way), "not covered: {way:?}");
            }
        }
    }
    tally
}

fn default_policy() -> RetryPolicy {
    RetryPolicy::default().max_attempts(4)
}

fn ambiguous_policy() -> RetryPolicy {
    default_policy().retry_ambiguous(true)
}

#[tokio::test]
async fn the_default_policy_applies_no_call_twice() {
    let tally = run(20_261_121, default_policy(), Memory::Forgets).await;
    assert_eq!(tally.doubled, 0, "{tally:?}");
    // The run has many results of each kind, and many retries.
    assert!(tally.succeeded > 100 && tally.not_applied > 50, "{tally:?}");
    assert!(tally.ambiguous > 100 && tally.requests > 1_100, "{tally:?}");
}

#[tokio::test]
async fn retry_ambiguous_applies_no_call_twice_if_the_server_recognizes_request_ids() {
    let tally = run(20_261_122, ambiguous_policy(), Memory::Remembers).await;
    assert_eq!(tally.doubled, 0, "{tally:?}");
    assert!(tally.recognized > 100, "{tally:?}");
}

#[tokio::test]
async fn retry_ambiguous_applies_calls_twice_if_the_server_forgets_request_ids() {
    let tally = run(20_261_122, ambiguous_policy(), Memory::Forgets).await;
    assert!(tally.doubled > 0, "{tally:?}");
}
