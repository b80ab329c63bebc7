//! What a call does when things go wrong, on real sockets: how many requests the server saw, with
//! which ids, which error the caller got, and whether the service may have acted.
//!
//! One table, to be read line by line. Time and chance are injected: no test waits.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use partner_center_tests::{
    ATTEMPT, CALL, CUSTOMER, Numbered, RawServer, Reply, Still, TRANSFER, example_text,
};
use partner_center_transfers::{CallOptions, Client, Error, RetryPolicy};
use tokio::net::TcpListener;

fn client(url: &str, runtime: Arc<Still>, retry: RetryPolicy) -> Client {
    let options = CallOptions::default().timeout(CALL).retry(retry);
    // Where the time for the call is to run out, that for an attempt must not be shorter.
    let attempt = if runtime.runs_out(CALL) {
        CALL * 2
    } else {
        ATTEMPT
    };
    Client::builder()
        .endpoint(url)
        .credential(Numbered::default())
        .runtime(runtime)
        .options(options.attempt_timeout(attempt))
        .build()
        .unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Accept,
    Withdraw,
}

async fn send(client: &Client, operation: Operation) -> Result<u32, Error> {
    match operation {
        Operation::Accept => {
            let call = client
                .accept_transfer()
                .customer_id(CUSTOMER)
                .transfer_id(TRANSFER);
            call.send().await.map(|response| response.attempts())
        }
        Operation::Withdraw => {
            let call = client
                .withdraw_transfer()
                .customer_id(CUSTOMER)
                .transfer_id(TRANSFER);
            call.send().await.map(|response| response.attempts())
        }
    }
}

/// A line of the table.
struct Case {
    name: &'static str,
    /// What the server does with the first, the second and further requests.
    replies: Vec<Reply>,
    /// Limits that run out.
    spent: &'static [Duration],
    /// How many requests the server must have seen.
    requests: usize,
    /// Milliseconds waited before each further attempt.
    waits: &'static [u64],
    /// `ok`, or the kind of the error and its status, if it has one.
    ends: &'static str,
    /// Whether the service may have acted, if it ends in an error.
    maybe_applied: bool,
    /// The tokens that the requests carried.
    tokens: &'static [&'static str],
}

fn case(name: &'static str, replies: Vec<Reply>) -> Case {
    Case {
        name,
        replies,
        spent: &[],
        requests: 1,
        waits: &[],
        ends: "ok",
        maybe_applied: false,
        tokens: &["t1"],
    }
}

fn ok() -> Reply {
    Reply::json("200 OK", &example_text("accept-transfer-complete.json"))
}

fn status(line: &str) -> Reply {
    Reply::answer(line, "", "")
}

fn asks_to_wait(line: &str, time: &str) -> Reply {
    Reply::answer(line, &format!("Retry-After: {time}\r\n"), "")
}

fn half(line: &str) -> Reply {
    Reply::BytesThenClose(
        format!("HTTP/1.1 {line}\r\nContent-Length: 99\r\n\r\n{{\"co").into_bytes(),
    )
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    const T1_TWICE: &[&str] = &["t1", "t1"];
    const T1_THRICE: &[&str] = &["t1", "t1", "t1"];
    const T1_T2: &[&str] = &["t1", "t2"];
    let html = Reply::answer(
        "502 Bad Gateway",
        "Content-Type: text/html\r\n",
        &example_text("page-502.html"),
    );
    let informed = [&b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"[..]];
    let Reply::Bytes(good) = ok() else {
        unreachable!()
    };
    let informed = Reply::Bytes([informed[0], &good].concat());
    vec![
        // Success, and what is none.
        case("answered", vec![ok()]),
        case("informed, then answered", vec![informed]),
        Case {
            ends: "decode 200",
            maybe_applied: true,
            ..case(
                "answered with half a JSON",
                vec![Reply::json("200 OK", "{\"orders\":[")],
            )
        },
        Case {
            ends: "service 202",
            maybe_applied: true,
            ..case("an undocumented success", vec![status("202 Accepted")])
        },
        Case {
            ends: "service 302",
            maybe_applied: true,
            ..case(
                "sent elsewhere",
                vec![Reply::answer(
                    "302 Found",
                    "Location: https://elsewhere.invalid/\r\n",
                    "",
                )],
            )
        },
        // The connection.
        Case {
            ends: "interrupted",
            maybe_applied: true,
            ..case(
                "closed before an answer",
                vec![Reply::BytesThenClose(vec![])],
            )
        },
        Case {
            ends: "interrupted",
            maybe_applied: true,
            ..case("reset before an answer", vec![Reply::Reset])
        },
        Case {
            ends: "interrupted",
            maybe_applied: true,
            ..case(
                "half a head",
                vec![Reply::BytesThenClose(b"HTTP/1.1 200 O".to_vec())],
            )
        },
        Case {
            ends: "interrupted 200",
            maybe_applied: true,
            ..case("half a body of a success", vec![half("200 OK")])
        },
        Case {
            ends: "service 403",
            ..case("half a body of a refusal", vec![half("403 Forbidden")])
        },
        Case {
            ends: "interrupted",
            maybe_applied: true,
            ..case(
                "no HTTP",
                vec![Reply::BytesThenClose(b"SSH-2.0-x\r\n\r\n".to_vec())],
            )
        },
        // Time.
        Case {
            ends: "timeout",
            maybe_applied: true,
            spent: &[ATTEMPT],
            ..case("silence beyond an attempt", vec![Reply::Silence])
        },
        Case {
            ends: "timeout",
            maybe_applied: true,
            spent: &[CALL],
            ..case("silence beyond the call", vec![Reply::Silence])
        },
        Case {
            ends: "timeout 200",
            maybe_applied: true,
            spent: &[ATTEMPT],
            ..case(
                "a body that stalls",
                vec![Reply::Bytes(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec(),
                )],
            )
        },
        Case {
            ends: "timeout 200",
            maybe_applied: true,
            spent: &[CALL],
            ..case(
                "a body that stalls beyond the call",
                vec![Reply::Bytes(
                    b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{".to_vec(),
                )],
            )
        },
        Case {
            ends: "service 403",
            spent: &[CALL],
            ..case(
                "the body of a refusal that stalls beyond the call",
                vec![Reply::Bytes(
                    b"HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\n{".to_vec(),
                )],
            )
        },
        // Tokens.
        Case {
            requests: 2,
            tokens: T1_T2,
            ..case("401, then good", vec![status("401 Unauthorized"), ok()])
        },
        Case {
            requests: 2,
            tokens: T1_T2,
            ends: "service 401",
            ..case(
                "401 twice",
                vec![status("401 Unauthorized"), status("401 Unauthorized")],
            )
        },
        // Refusals: certain, and never sent again.
        Case {
            ends: "service 400",
            ..case("400", vec![status("400 Bad Request")])
        },
        Case {
            ends: "service 403",
            ..case("403", vec![status("403 Forbidden")])
        },
        Case {
            ends: "service 404",
            ..case("404", vec![status("404 Not Found")])
        },
        Case {
            ends: "service 409",
            ..case("409", vec![status("409 Conflict")])
        },
        Case {
            ends: "service 501",
            ..case("501", vec![status("501 Not Implemented")])
        },
        // The service cannot have acted: sent again.
        Case {
            requests: 2,
            tokens: T1_TWICE,
            waits: &[57_400],
            ..case(
                "429 with a time, then good",
                vec![asks_to_wait("429 Too Many Requests", "57"), ok()],
            )
        },
        Case {
            requests: 2,
            tokens: T1_TWICE,
            waits: &[7_400],
            ..case(
                "429 with a date, then good",
                vec![
                    asks_to_wait("429 Too Many Requests", "Thu, 01 Jan 1970 00:00:07 GMT"),
                    ok(),
                ],
            )
        },
        Case {
            requests: 2,
            tokens: T1_TWICE,
            waits: &[400],
            ..case(
                "429 without a time, then good",
                vec![status("429 Too Many Requests"), ok()],
            )
        },
        Case {
            requests: 3,
            tokens: T1_THRICE,
            waits: &[400, 800],
            ends: "service 429",
            ..case("429 without end", vec![status("429 Too Many Requests"); 3])
        },
        Case {
            ends: "service 429",
            ..case(
                "429 with a time beyond the cap",
                vec![asks_to_wait("429 Too Many Requests", "61")],
            )
        },
        Case {
            requests: 2,
            tokens: T1_TWICE,
            waits: &[60_400],
            ends: "service 429",
            ..case(
                "429 with times beyond the deadline",
                vec![asks_to_wait("429 Too Many Requests", "60"); 2],
            )
        },
        Case {
            requests: 2,
            tokens: T1_TWICE,
            waits: &[5_400],
            ..case(
                "503 with a time, then good",
                vec![asks_to_wait("503 Service Unavailable", "5"), ok()],
            )
        },
        // The service may have acted: not sent again.
        Case {
            ends: "service 408",
            maybe_applied: true,
            ..case("408", vec![status("408 Request Timeout")])
        },
        Case {
            ends: "service 500",
            maybe_applied: true,
            ..case("500", vec![status("500 Internal Server Error")])
        },
        Case {
            ends: "service 502",
            maybe_applied: true,
            ..case("502 HTML", vec![html])
        },
        Case {
            ends: "service 503",
            maybe_applied: true,
            ..case(
                "503 without a time",
                vec![status("503 Service Unavailable")],
            )
        },
        Case {
            ends: "service 504",
            maybe_applied: true,
            ..case("504", vec![status("504 Gateway Timeout")])
        },
        // One after the other.
        Case {
            requests: 2,
            tokens: T1_TWICE,
            waits: &[400],
            ends: "service 500",
            maybe_applied: true,
            ..case(
                "429, then 500",
                vec![
                    status("429 Too Many Requests"),
                    status("500 Internal Server Error"),
                ],
            )
        },
        Case {
            requests: 3,
            tokens: &["t1", "t1", "t2"],
            waits: &[400],
            ..case(
                "429, then 401, then good",
                vec![
                    status("429 Too Many Requests"),
                    status("401 Unauthorized"),
                    ok(),
                ],
            )
        },
    ]
}

#[tokio::test]
async fn the_table_holds_for_both_operations() {
    for operation in [Operation::Accept, Operation::Withdraw] {
        for case in cases() {
            check(operation, &case).await;
        }
    }
}

async fn check(operation: Operation, case: &Case) {
    let name = format!("{operation:?}: {}", case.name);
    let server = RawServer::start(case.replies.clone()).await;
    let runtime = Still::new(case.spent);
    let client = client(server.url(), Arc::clone(&runtime), RetryPolicy::default());
    let result = send(&client, operation).await;

    let requests = server.requests();
    assert_eq!(requests.len(), case.requests, "{name}");
    let waits: Vec<Duration> = case
        .waits
        .iter()
        .map(|wait| Duration::from_millis(*wait))
        .collect();
    assert_eq!(runtime.waits(), waits, "{name}");
    let tokens: Vec<_> = requests
        .iter()
        .map(|request| header(request, "authorization"))
        .collect();
    let expected: Vec<_> = case
        .tokens
        .iter()
        .map(|token| Some(format!("Bearer {token}")))
        .collect();
    assert_eq!(tokens, expected, "{name}");
    // The same ids on each attempt.
    for id in ["ms-requestid", "ms-correlationid"] {
        let first = header(&requests[0], id);
        assert!(first.is_some(), "{name}: no {id}");
        assert!(
            requests.iter().all(|request| header(request, id) == first),
            "{name}: {id}"
        );
    }
    match result {
        Ok(attempts) => {
            assert_eq!(case.ends, "ok", "{name}");
            assert_eq!(attempts as usize, case.requests, "{name}");
        }
        Err(error) => {
            assert_eq!(describe(&error), case.ends, "{name}: {error:?}");
            assert_eq!(
                error.may_have_been_applied(),
                case.maybe_applied,
                "{name}: {error}"
            );
            assert_eq!(error.attempts() as usize, case.requests, "{name}");
            let sent = header(&requests[0], "ms-requestid").unwrap();
            assert_eq!(error.request_id().unwrap().to_string(), sent, "{name}");
        }
    }
}

fn header(request: &str, name: &str) -> Option<String> {
    request.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

fn describe(error: &Error) -> String {
    let kind = [
        ("connect", error.is_connect()),
        ("credential", error.is_credential()),
        ("interrupted", error.is_interrupted()),
        ("timeout", error.is_timeout()),
        ("service", error.is_service()),
        ("decode", error.is_decode()),
    ]
    .into_iter()
    .find_map(|(kind, holds)| holds.then_some(kind))
    .unwrap_or("another kind");
    match error.status() {
        Some(status) => format!("{kind} {}", status.as_u16()),
        None => kind.to_owned(),
    }
}

#[tokio::test]
async fn where_nobody_listens_it_is_tried_again_and_nothing_can_have_happened() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let runtime = Still::new(&[]);
    let client = client(&url, Arc::clone(&runtime), RetryPolicy::default());
    for operation in [Operation::Accept, Operation::Withdraw] {
        let error = send(&client, operation).await.unwrap_err();
        assert_eq!(describe(&error), "connect");
        assert_eq!(error.attempts(), 3);
        assert!(!error.may_have_been_applied());
    }
    assert_eq!(runtime.waits().len(), 4);
}

#[tokio::test]
async fn a_server_without_tls_behind_https_gets_no_token() {
    // It hears a TLS hello, and answers in plain HTTP.
    let server = RawServer::start_blind(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let url = server.url().replace("http://", "https://");
    let client = client(&url, Still::new(&[]), RetryPolicy::never());
    let error = send(&client, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "connect");
    assert!(!error.may_have_been_applied());
    assert!(!server.requests().concat().contains("t1"));
}

#[tokio::test]
async fn a_reset_before_anything_was_read_is_in_doubt_all_the_same() {
    // The client's own kernel has taken the request; whether the server saw it, nobody can say.
    let server = RawServer::start_resetting().await;
    let client = client(server.url(), Still::new(&[]), RetryPolicy::default());
    for operation in [Operation::Accept, Operation::Withdraw] {
        let error = send(&client, operation).await.unwrap_err();
        assert_eq!(describe(&error), "interrupted");
        assert_eq!(error.attempts(), 1);
        assert!(error.may_have_been_applied());
    }
}

#[tokio::test]
async fn leaning_on_the_request_id_is_a_choice_and_doubt_stays() {
    let bold = || RetryPolicy::default().retry_ambiguous(true);
    let closed = || Reply::BytesThenClose(vec![]);

    let server = RawServer::start([closed(), status("500 Internal Server Error"), ok()]).await;
    let client_ = client(server.url(), Still::new(&[]), bold());
    assert_eq!(send(&client_, Operation::Accept).await.unwrap(), 3);
    let requests = server.requests();
    assert_eq!(
        header(&requests[0], "ms-requestid"),
        header(&requests[2], "ms-requestid")
    );

    // The last answer is a refusal, but the first attempt may have been what it refuses to repeat.
    let conflict = Reply::json(
        "409 Conflict",
        &example_text("fault-409-another-request.json"),
    );
    let server = RawServer::start([closed(), conflict]).await;
    let client_ = client(server.url(), Still::new(&[]), bold());
    let error = send(&client_, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "service 409");
    assert_eq!(error.code_name(), Some("TransferProcessedByAnotherRequest"));
    assert!(error.may_have_been_applied());
}

#[tokio::test]
async fn the_error_says_how_long_to_wait_beyond_the_cap() {
    let body = example_text("rate-limit-429.json");
    let reply = Reply::answer("429 Too Many Requests", "Retry-After: 3600\r\n", &body);
    let server = RawServer::start([reply]).await;
    let client = client(server.url(), Still::new(&[]), RetryPolicy::default());
    let error = send(&client, Operation::Withdraw).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    assert!(error.to_string().contains("asks to wait 3600s"), "{error}");
}

#[tokio::test]
async fn a_spent_deadline_names_itself() {
    for (limit, said) in [
        (ATTEMPT, "30s for one attempt"),
        (CALL, "100s for the whole call"),
    ] {
        let server = RawServer::start([Reply::Silence]).await;
        let runtime = Still::new(&[limit]);
        let client = client(server.url(), runtime, RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn a_caller_who_drops_the_call_sends_nothing_more() {
    let server = RawServer::start([Reply::Silence, ok()]).await;
    let client = client(server.url(), Still::new(&[]), RetryPolicy::default());
    let mut call = Box::pin(send(&client, Operation::Accept));
    while server.requests().is_empty() {
        let polled = futures_poll(&mut call);
        assert!(polled.is_none());
        tokio::task::yield_now().await;
    }
    drop(call);
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
    assert_eq!(server.requests().len(), 1);
}

/// One poll, without a waker that matters.
fn futures_poll<T: Debug>(future: &mut std::pin::Pin<Box<impl Future<Output = T>>>) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => Some(value),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test]
async fn a_down_service_is_not_stormed() {
    // Each call would make two further attempts; the budget of the client ends that.
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let client = client(&url, Still::new(&[]), RetryPolicy::default());
    let mut attempts = Vec::new();
    for _ in 0..20 {
        attempts.push(
            send(&client, Operation::Withdraw)
                .await
                .unwrap_err()
                .attempts(),
        );
    }
    assert_eq!(attempts[..10], [3; 10]);
    assert_eq!(attempts[10..], [1; 10]);
}

#[tokio::test]
async fn a_body_without_end_is_read_up_to_a_cap() {
    for (status, ends, cap) in [
        ("500 Internal Server Error", "service 500", 256 * 1024),
        ("200 OK", "decode 200", 32 * 1024 * 1024),
    ] {
        let server = RawServer::start([Reply::Endless(
            format!("HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes(),
        )])
        .await;
        let client = client(server.url(), Still::new(&[]), RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert_eq!(describe(&error), ends);
        assert_eq!(error.body().unwrap().len(), cap);
    }
}

#[tokio::test]
async fn a_success_that_was_cut_short_is_not_sent_again_by_any_policy() {
    let server = RawServer::start([half("200 OK"), ok()]).await;
    let bold = RetryPolicy::default().retry_ambiguous(true);
    let client = client(server.url(), Still::new(&[]), bold);
    let error = send(&client, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "interrupted 200");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn limits_that_no_clock_holds_are_no_panic() {
    let endless = || asks_to_wait("429 Too Many Requests", "18446744073709551615");
    let server = RawServer::start([endless(), ok()]).await;
    let bold = RetryPolicy::default().retry_after_cap(Duration::MAX);
    let client = client(server.url(), Still::new(&[]), bold);
    // Longer than the call may take, so it is not waited for.
    let error = send(&client, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "service 429");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(u64::MAX)));

    let patient = CallOptions::default()
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX);
    send(&client.with(patient), Operation::Accept)
        .await
        .unwrap();

    let none = client.with(CallOptions::default().timeout(Duration::ZERO));
    let error = send(&none, Operation::Accept).await.unwrap_err();
    assert!(
        error.is_invalid_input() && !error.may_have_been_applied(),
        "{error}"
    );
}

#[test]
fn a_call_outside_tokio_is_an_error_and_no_panic() {
    let client = client("http://127.0.0.1:1", Still::new(&[]), RetryPolicy::never());
    let mut call = Box::pin(send(&client, Operation::Accept));
    let error = futures_poll(&mut call).unwrap().unwrap_err();
    assert!(error.is_configuration(), "{error:?}");
    assert!(error.to_string().contains("no Tokio runtime"), "{error}");
}

#[tokio::test]
async fn known_causes_come_with_what_to_do() {
    for (status, code, said) in [
        ("401 Unauthorized", 900_421, "multifactor authentication"),
        ("401 Unauthorized", 900_420, "another audience"),
        ("403 Forbidden", 900_138, "global cloud only"),
    ] {
        let body = format!("{{\"code\":{code},\"description\":\"two\\nlines\"}}");
        let server =
            RawServer::start([Reply::json(status, &body), Reply::json(status, &body)]).await;
        let client = client(server.url(), Still::new(&[]), RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.hint().unwrap().contains(said));
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}
