//! A thousand calls, accepts and withdrawals, through a server that fails at random, from a seeded
//! generator. Time is injected: a server that says nothing is waited for in no time. The laws:
//!
//! - no call is carried out twice;
//! - a call that succeeds was carried out once;
//! - a call whose error says that the service cannot have acted was not carried out.
//!
//! They hold with the default policy whatever the server remembers, and for callers who lean on the
//! request id if the server keeps its promise about it. That the first breaks where it does not is
//! the proof that this test can fail.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CALL_TIMEOUT, CUSTOMER, FakeRuntime, NumberedTokens, Reply, Request,
    ScriptedServer, WITHDRAWN, example_text,
};
use partner_center_transfers::{CallOptions, Client, Error, RequestId, RetryPolicy};

const CALLS: u32 = 1_000;

/// What becomes of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The service says so, and has done nothing.
    TurnedAway(&'static str),
    /// The service answers with this status, having acted or not.
    Answered(&'static str),
    /// The connection ends after these bytes.
    Closed(&'static str),
    Reset,
    Silent,
}

const FAULTS: [Fault; 20] = [
    Fault::TurnedAway("429 Too Many Requests\r\n"),
    Fault::TurnedAway("429 Too Many Requests\r\nRetry-After: 3\r\n"),
    Fault::TurnedAway("503 Service Unavailable\r\nRetry-After: 3\r\n"),
    Fault::TurnedAway("401 Unauthorized\r\n"),
    Fault::TurnedAway("403 Forbidden\r\n"),
    Fault::TurnedAway("404 Not Found\r\n"),
    Fault::TurnedAway("409 Conflict\r\n"),
    Fault::TurnedAway("501 Not Implemented\r\n"),
    Fault::Answered("302 Found\r\nLocation: /elsewhere\r\n"),
    Fault::Answered("408 Request Timeout\r\n"),
    Fault::Answered("500 Internal Server Error\r\n"),
    Fault::Answered("500 Internal Server Error\r\nRetry-After: 3\r\n"),
    Fault::Answered("502 Bad Gateway\r\n"),
    Fault::Answered("503 Service Unavailable\r\n"),
    Fault::Answered("504 Gateway Timeout\r\n"),
    Fault::Closed(""),
    Fault::Closed("HTTP/1.1 200 O"),
    Fault::Closed("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"orders\""),
    Fault::Reset,
    Fault::Silent,
];

impl Fault {
    fn reply(self) -> Reply {
        match self {
            Self::TurnedAway(head) | Self::Answered(head) => {
                Reply::Bytes(format!("HTTP/1.1 {head}Content-Length: 0\r\n\r\n").into_bytes())
            }
            Self::Closed(bytes) => Reply::BytesThenClose(bytes.into()),
            Self::Reset => Reply::Reset,
            Self::Silent => Reply::Silence,
        }
    }

    /// A success that breaks off is one that has taken effect.
    fn says_done(self) -> bool {
        matches!(self, Self::Closed(bytes) if bytes.starts_with("HTTP/1.1 200 OK"))
    }
}

/// Whether the server knows a request id again, as the service promises for a time that nobody
/// knows.
#[derive(Clone, Copy, PartialEq)]
enum Memory {
    Forgets,
    Remembers,
}

/// What the server has done.
#[derive(Default)]
struct Ledger {
    /// How often each call was carried out, by its `MS-RequestId`.
    effects: BTreeMap<String, u32>,
    /// How often a request was known again, and not carried out once more.
    known_again: u32,
    /// Which faults there were, for which method, before (`false`) or after the effect.
    faults: BTreeSet<(String, Fault, bool)>,
}

impl Ledger {
    fn carry_out(&mut self, request: &Request, memory: Memory) {
        let effects = self
            .effects
            .entry(request.header("ms-requestid").unwrap().to_owned())
            .or_default();
        if *effects > 0 && memory == Memory::Remembers {
            self.known_again += 1;
        } else {
            *effects += 1;
        }
    }

    /// Fails in one of many ways, before or after the effect, or not at all.
    fn answer(&mut self, random: &mut fastrand::Rng, memory: Memory, request: &Request) -> Reply {
        let method = request.method();
        if random.u8(..3) == 0 {
            self.carry_out(request, memory);
            return match method {
                "POST" => Reply::json("200 OK", &example_text("accept-transfer-complete.json")),
                _ => Reply::response("204 No Content", "", ""),
            };
        }
        let fault = FAULTS[random.usize(..FAULTS.len())];
        let acts = match fault {
            Fault::TurnedAway(_) => false,
            _ => fault.says_done() || random.bool(),
        };
        if acts {
            self.carry_out(request, memory);
        }
        self.faults.insert((method.to_owned(), fault, acts));
        fault.reply()
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

/// How the calls ended.
#[derive(Debug, Default)]
struct Tally {
    succeeded: u32,
    /// Failed, and the service has not acted.
    certain: u32,
    /// Failed, and the service may have acted.
    doubtful: u32,
    /// Calls that were carried out more than once.
    doubled: u32,
    known_again: u32,
    requests: usize,
}

/// Makes the calls, and checks what holds for any policy and any server.
async fn play(seed: u64, policy: RetryPolicy, memory: Memory) -> Tally {
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let server = {
        let ledger = Arc::clone(&ledger);
        let mut random = fastrand::Rng::with_seed(seed);
        ScriptedServer::with_handler(move |request| {
            Some(ledger.lock().unwrap().answer(&mut random, memory, request))
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
            // Where the server says nothing, the time for the attempt runs out.
            .runtime(FakeRuntime::expiring(&[ATTEMPT_TIMEOUT]))
            .options(options.clone())
            .build()
            .unwrap()
    };

    let mut tally = Tally::default();
    let mut client_now = client();
    for number in 0..CALLS {
        // A new client now and then, so that its budget for retries is not spent for good.
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
                assert!(times >= 1, "call {number} succeeded, and nothing was done");
                tally.succeeded += 1;
            }
            Err(error) if error.may_have_been_applied() => tally.doubtful += 1,
            Err(error) => {
                assert_eq!(times, 0, "call {number}: {error}");
                tally.certain += 1;
            }
        }
    }
    tally.requests = server.requests().len();
    let ledger = ledger.lock().unwrap();
    tally.known_again = ledger.known_again;
    // The seed is fixed, and it takes every way there is, for both operations.
    for fault in FAULTS {
        let ways: &[bool] = match fault {
            Fault::TurnedAway(_) => &[false],
            _ if fault.says_done() => &[true],
            _ => &[false, true],
        };
        for method in ["POST", "DELETE"] {
            for acts in ways {
                let way = (method.to_owned(), fault, *acts);
                assert!(ledger.faults.contains(&way), "never came: {way:?}");
            }
        }
    }
    tally
}

fn cautious() -> RetryPolicy {
    RetryPolicy::default().max_attempts(4)
}

fn leaning() -> RetryPolicy {
    cautious().retry_ambiguous(true)
}

#[tokio::test]
async fn no_call_is_carried_out_twice() {
    let tally = play(20_261_121, cautious(), Memory::Forgets).await;
    assert_eq!(tally.doubled, 0, "{tally:?}");
    // There were many of each end, and many calls that were sent again.
    assert!(tally.succeeded > 100 && tally.certain > 50, "{tally:?}");
    assert!(tally.doubtful > 100 && tally.requests > 1_100, "{tally:?}");
}

#[tokio::test]
async fn leaning_on_the_request_id_doubles_nothing_if_the_service_keeps_its_promise() {
    let tally = play(20_261_122, leaning(), Memory::Remembers).await;
    assert_eq!(tally.doubled, 0, "{tally:?}");
    // It was leaned on.
    assert!(tally.known_again > 100, "{tally:?}");
}

#[tokio::test]
async fn leaning_on_the_request_id_of_a_service_that_forgets_carries_calls_out_twice() {
    let tally = play(20_261_122, leaning(), Memory::Forgets).await;
    assert!(tally.doubled > 0, "{tally:?}");
}
