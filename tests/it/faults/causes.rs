//! What a failed call says of its cause, and of what to do.

use std::time::Duration;

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CALL_TIMEOUT, FakeRuntime, Reply, ScriptedServer, example_text,
};
use partner_center_transfers::RetryPolicy;

use super::{Operation, client, send};

#[tokio::test]
async fn known_causes_come_with_what_to_do() {
    for (status, code, said) in [
        ("401 Unauthorized", 900_421, "multifactor authentication"),
        ("401 Unauthorized", 900_420, "another audience"),
        ("403 Forbidden", 900_138, "global cloud only"),
    ] {
        let body = format!("{{\"code\":{code},\"description\":\"two\\nlines\"}}");
        let server =
            ScriptedServer::start([Reply::json(status, &body), Reply::json(status, &body)]).await;
        let client = client(server.url(), FakeRuntime::new(), RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
        assert!(error.hint().unwrap().contains(said));
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn the_error_says_how_long_to_wait_beyond_the_cap() {
    let body = example_text("rate-limit-429.json");
    let reply = Reply::response("429 Too Many Requests", "Retry-After: 3600\r\n", &body);
    let server = ScriptedServer::start([reply]).await;
    let client = client(server.url(), FakeRuntime::new(), RetryPolicy::default());
    let error = send(&client, Operation::Withdraw).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    assert!(error.to_string().contains("asks to wait 3600 s"), "{error}");
}

#[tokio::test]
async fn a_spent_deadline_names_itself() {
    for (limit, said) in [
        (ATTEMPT_TIMEOUT, "within 30 s (limit for one attempt)"),
        (CALL_TIMEOUT, "within 100 s (limit for the whole call)"),
    ] {
        let server = ScriptedServer::start([Reply::Silence]).await;
        let runtime = FakeRuntime::expiring(&[limit]);
        let client = client(server.url(), runtime, RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_named() {
    let server = ScriptedServer::start_untrusted_tls().await;
    let client = client(
        &server.https_url(),
        FakeRuntime::new(),
        RetryPolicy::never(),
    );
    let error = send(&client, Operation::Withdraw).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}
