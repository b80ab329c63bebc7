//! Limits of retries, of time and of body sizes.

use std::sync::Arc;
use std::time::Duration;

use partner_center_tests::{CALL_TIMEOUT, FakeRuntime, Reply, ScriptedServer};
use partner_center_transfers::{CallOptions, RetryPolicy};

use super::{Operation, client, describe, ok, poll_once, retry_after, send, unused_port};

#[tokio::test]
async fn the_retry_budget_limits_retries_to_a_service_that_is_down() {
    // The client's retry budget lasts for ten calls with two retries each.
    let client = client(
        &unused_port().await,
        FakeRuntime::new(),
        RetryPolicy::default(),
    );
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
async fn the_delays_between_attempts_are_those_of_the_policy() {
    let runtime = FakeRuntime::new();
    let policy = RetryPolicy::default()
        .max_attempts(5)
        .base_delay(Duration::from_secs(5))
        .max_delay(Duration::from_secs(50));
    let one = client(&unused_port().await, Arc::clone(&runtime), policy);
    let error = send(&one, Operation::Withdraw).await.unwrap_err();
    assert_eq!(error.attempts(), 5);
    // The random number of this runtime is a half.
    let expected = [2_500, 5_000, 10_000, 20_000].map(Duration::from_millis);
    assert_eq!(runtime.sleeps(), expected);

    let runtime = FakeRuntime::new();
    let policy = RetryPolicy::default()
        .max_attempts(4)
        .max_delay(Duration::from_secs(1));
    let other = client(&unused_port().await, Arc::clone(&runtime), policy);
    send(&other, Operation::Withdraw).await.unwrap_err();
    let expected = [400, 500, 500].map(Duration::from_millis);
    assert_eq!(runtime.sleeps(), expected);
}

#[tokio::test]
async fn an_endless_body_is_read_up_to_the_size_limit() {
    for (status, ends, cap) in [
        ("500 Internal Server Error", "service 500", 256 * 1024),
        ("200 OK", "decode 200", 32 * 1024 * 1024),
    ] {
        let server = ScriptedServer::start([Reply::Endless(
            format!("HTTP/1.1 {status}\r\nTransfer-Encoding: chunked\r\n\r\n").into_bytes(),
        )])
        .await;
        let client = client(server.url(), FakeRuntime::new(), RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert_eq!(describe(&error), ends);
        assert_eq!(error.body().unwrap().len(), cap);
    }
}

#[tokio::test]
async fn extreme_time_limits_do_not_panic() {
    let too_long = || retry_after("429 Too Many Requests", "18446744073709551615");
    let server = ScriptedServer::start([too_long(), ok()]).await;
    let policy = RetryPolicy::default().retry_after_cap(Duration::MAX);
    let client = client(server.url(), FakeRuntime::new(), policy);
    // Longer than the time limit of the call, so the call is not retried.
    let error = send(&client, Operation::Accept).await.unwrap_err();
    assert_eq!(describe(&error), "service 429");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(u64::MAX)));

    let patient = CallOptions::default()
        .timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX);
    send(&client.with_options(patient), Operation::Accept)
        .await
        .unwrap();

    let none = client.with_options(CallOptions::default().timeout(Duration::ZERO));
    let error = send(&none, Operation::Accept).await.unwrap_err();
    assert!(
        error.is_invalid_input() && !error.may_have_been_applied(),
        "{error}"
    );
}

#[test]
fn a_call_outside_a_tokio_runtime_returns_an_error() {
    let client = client(
        "http://127.0.0.1:1",
        FakeRuntime::new(),
        RetryPolicy::never(),
    );
    let mut call = Box::pin(send(&client, Operation::Accept));
    let error = poll_once(&mut call).unwrap().unwrap_err();
    assert!(error.is_configuration(), "{error:?}");
    assert!(error.to_string().contains("no Tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_slow_body_is_read_until_the_time_limit_of_the_call() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = ScriptedServer::start([Reply::Drip(head, "1\r\nz\r\n")]).await;
    let client = client(
        server.url(),
        FakeRuntime::expiring(&[CALL_TIMEOUT]),
        RetryPolicy::default(),
    );
    let error = send(&client, Operation::Accept).await.unwrap_err();
    // A limit that restarts with each byte would never expire.
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.body().unwrap().len() > 2, "{error:?}");
}
