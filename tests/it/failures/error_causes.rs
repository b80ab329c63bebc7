//! The cause and the remedy in the messages of failed calls.

use std::time::Duration;

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CALL_TIMEOUT, FakeRuntime, Reply, ScriptedServer, example_text,
};
use partner_center_transfers::RetryPolicy;

use super::{Operation, client, send};

#[tokio::test]
async fn errors_with_a_known_cause_name_the_remedy() {
    for (status, code, expected) in [
        ("401 Unauthorized", 900_421, "multifactor authentication"),
        ("401 Unauthorized", 900_420, "another audience"),
        ("403 Forbidden", 900_138, "global cloud only"),
    ] {
        let body = format!("{{\"code\":{code},\"description\":\"two\\nlines\"}}");
        let server =
            ScriptedServer::start([Reply::json(status, &body), Reply::json(status, &body)]).await;
        let client = client(server.url(), FakeRuntime::new(), RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.hint().unwrap().contains(expected));
        assert!(!error.to_string().contains('\n'), "{error}");
    }
}

#[tokio::test]
async fn the_error_has_a_retry_after_that_exceeds_the_cap() {
    let body = example_text("rate-limit-429.json");
    let reply = Reply::response("429 Too Many Requests", "Retry-After: 3600\r\n", &body);
    let server = ScriptedServer::start([reply]).await;
    let client = client(server.url(), FakeRuntime::new(), RetryPolicy::default());
    let error = send(&client, Operation::Withdraw).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3_600)));
    assert!(error.to_string().contains("asks to wait 3600 s"), "{error}");
}

#[tokio::test]
async fn a_timeout_names_the_limit_that_expired() {
    for (limit, expected) in [
        (ATTEMPT_TIMEOUT, "within 30 s (limit for one attempt)"),
        (CALL_TIMEOUT, "within 100 s (limit for the whole call)"),
    ] {
        let server = ScriptedServer::start([Reply::Silence]).await;
        let runtime = FakeRuntime::expiring(&[limit]);
        let client = client(server.url(), runtime, RetryPolicy::default());
        let error = send(&client, Operation::Accept).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn an_untrusted_certificate_is_named_as_the_cause() {
    let server = ScriptedServer::start_untrusted_tls().await;
    let client = client(
        &server.https_url(),
        FakeRuntime::new(),
        RetryPolicy::never(),
    );
    let error = send(&client, Operation::Withdraw).await.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}
