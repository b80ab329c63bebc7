//! Limits: of attempts, of time, of what is read.

use std::time::Duration;

use partner_center_tests::{CALL_TIMEOUT, FakeRuntime, Reply, ScriptedServer};
use partner_center_transfers::{CallOptions, RetryPolicy};

use super::{Operation, asks_to_wait, client, describe, deserted, ok, polled, send};

#[tokio::test]
async fn a_down_service_is_not_stormed() {
    // Each call would make two further attempts; the budget of the client ends that.
    let client = client(
        &deserted().await,
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
async fn a_body_without_end_is_read_up_to_a_cap() {
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
async fn limits_that_no_clock_holds_are_no_panic() {
    let endless = || asks_to_wait("429 Too Many Requests", "18446744073709551615");
    let server = ScriptedServer::start([endless(), ok()]).await;
    let bold = RetryPolicy::default().retry_after_cap(Duration::MAX);
    let client = client(server.url(), FakeRuntime::new(), bold);
    // Longer than the call may take, so it is not waited for.
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
fn a_call_outside_tokio_is_an_error_and_no_panic() {
    let client = client(
        "http://127.0.0.1:1",
        FakeRuntime::new(),
        RetryPolicy::never(),
    );
    let mut call = Box::pin(send(&client, Operation::Accept));
    let error = polled(&mut call).unwrap().unwrap_err();
    assert!(error.is_configuration(), "{error:?}");
    assert!(error.to_string().contains("no Tokio runtime"), "{error}");
}

#[tokio::test]
async fn a_body_that_drips_is_read_while_it_comes_and_ends_with_the_call() {
    let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    let server = ScriptedServer::start([Reply::Drip(head, "1\r\nz\r\n")]).await;
    let client = client(
        server.url(),
        FakeRuntime::expiring(&[CALL_TIMEOUT]),
        RetryPolicy::default(),
    );
    let error = send(&client, Operation::Accept).await.unwrap_err();
    // A limit that starts anew with each byte would never have run out.
    assert!(error.is_timeout(), "{error:?}");
    assert!(error.body().unwrap().len() > 2, "{error:?}");
}
