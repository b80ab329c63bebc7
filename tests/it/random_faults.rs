//! A thousand calls through a server that fails at random, from a seeded generator. The server has
//! no memory of request ids: each request that it does not turn away, it carries out. The laws:
//!
//! - no call is carried out twice;
//! - a call that succeeds was carried out once;
//! - a call whose error says that the service cannot have acted was not carried out.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use partner_center_tests::{CUSTOMER, Numbered, RawServer, Reply, Still, WITHDRAWN};
use partner_center_transfers::{Client, RetryPolicy};

/// How often each call was carried out, by its `MS-RequestId`.
type Ledger = Arc<Mutex<BTreeMap<String, u32>>>;

fn request_id(request: &str) -> String {
    let line = request
        .lines()
        .find(|line| line.to_lowercase().starts_with("ms-requestid: "));
    line.unwrap().split_once(": ").unwrap().1.to_owned()
}

/// Fails in one of many ways, before or after the effect, or not at all.
fn fail_at_random(random: &mut fastrand::Rng, ledger: &Ledger, request: &str) -> Reply {
    let carry_out = || {
        *ledger
            .lock()
            .unwrap()
            .entry(request_id(request))
            .or_default() += 1;
    };
    let status = |line: &str| Reply::answer(line, "", "");
    match random.u8(..14) {
        // Turned away.
        0 => status("429 Too Many Requests"),
        1 => Reply::answer("429 Too Many Requests", "Retry-After: 3\r\n", ""),
        2 => Reply::answer("503 Service Unavailable", "Retry-After: 3\r\n", ""),
        3 => status("401 Unauthorized"),
        4 => status("409 Conflict"),
        // Broken before the effect, which the client cannot know.
        5 => status("500 Internal Server Error"),
        6 => Reply::BytesThenClose(Vec::new()),
        7 => Reply::Reset,
        // Broken after it.
        8 => {
            carry_out();
            status("502 Bad Gateway")
        }
        9 => {
            carry_out();
            Reply::BytesThenClose(Vec::new())
        }
        10 => {
            carry_out();
            Reply::BytesThenClose(b"HTTP/1.1 204 No".to_vec())
        }
        11 => {
            carry_out();
            status("503 Service Unavailable")
        }
        _ => {
            carry_out();
            status("204 No Content")
        }
    }
}

#[tokio::test]
async fn no_call_is_carried_out_twice() {
    let ledger = Ledger::default();
    let server = {
        let ledger = Arc::clone(&ledger);
        let mut random = fastrand::Rng::with_seed(20_261_121);
        RawServer::answering(move |request| Some(fail_at_random(&mut random, &ledger, request)))
            .await
    };
    let client = || {
        Client::builder()
            .endpoint(server.url())
            .credential(Numbered::default())
            .runtime(Still::new(&[]))
            .retry(RetryPolicy::default().max_attempts(4))
            .build()
            .unwrap()
    };

    let (mut succeeded, mut certain, mut doubtful) = (0, 0, 0);
    let mut client_now = client();
    for number in 0..1_000 {
        // A new client now and then, so that its budget for retries is not spent for good.
        if number % 10 == 0 {
            client_now = client();
        }
        let call = client_now
            .withdraw_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(WITHDRAWN);
        let result = call.send().await;
        let id = match &result {
            Ok(response) => response.request_id(),
            Err(error) => error.request_id().unwrap(),
        };
        let times = ledger
            .lock()
            .unwrap()
            .get(&id.to_string())
            .copied()
            .unwrap_or_default();
        assert!(
            times <= 1,
            "call {number} was carried out {times} times: {result:?}"
        );
        match result {
            Ok(_) => {
                assert_eq!(times, 1, "call {number}");
                succeeded += 1;
            }
            Err(error) if error.may_have_been_applied() => doubtful += 1,
            Err(error) => {
                assert_eq!(times, 0, "call {number}: {error}");
                certain += 1;
            }
        }
    }
    // The seed is fixed: each way was taken often.
    assert!(
        succeeded > 100 && certain > 50 && doubtful > 100,
        "{succeeded} {certain} {doubtful}"
    );
    assert!(
        server.requests().len() > 1_200,
        "{}",
        server.requests().len()
    );
}
