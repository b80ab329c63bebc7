//! The spans and events of calls and attempts, with OpenTelemetry's names and without secrets.

use std::collections::BTreeSet;

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CALL_TIMEOUT, CORRELATION_ID, CUSTOMER, FakeRuntime, Log, REQUEST_ID, Reply,
    ScriptedServer, TOKEN, TRANSFER, workspace,
};
use partner_center_transfers::types::TransferSubmitResult;
use partner_center_transfers::{CallOptions, Client, Error, Response, RetryPolicy};
use tracing_subscriber::filter::LevelFilter;

fn client(url: &str, retry: RetryPolicy) -> Client {
    let options = CallOptions::default().timeout(CALL_TIMEOUT).retry(retry);
    Client::builder()
        .endpoint(url)
        .bearer_token(TOKEN)
        .runtime(FakeRuntime::new())
        .options(options.attempt_timeout(ATTEMPT_TIMEOUT))
        .build()
        .unwrap()
}

async fn accept(client: &Client) -> Result<Response<TransferSubmitResult>, Error> {
    client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER)
        .request_id(REQUEST_ID)
        .correlation_id(CORRELATION_ID)
        .send()
        .await
}

const TOO_MANY: &str = "429 Too Many Requests";

/// The library's log: one line for each event and each ended span.
fn logged(log: &Log, server: &ScriptedServer) -> String {
    let port = server.url().rsplit(':').next().unwrap();
    let text = log.text();
    let lines = text
        .lines()
        .filter(|line| line.contains("partner_center_core::"))
        .map(|line| {
            let (level, line) = line.trim().split_once(' ').unwrap();
            // Of the nested spans only the innermost, since each has its own line.
            let at = line.rfind("partner_center.").unwrap();
            format!("{level} {}", &line[at..])
        });
    let lines: Vec<String> = lines.collect();
    lines
        .join("\n")
        .replace(&format!("server.port={port}"), "server.port=[port]")
}

#[tokio::test]
async fn a_retried_call_with_an_unreadable_response() {
    let log = Log::capture(LevelFilter::INFO);
    let busy = Reply::response(TOO_MANY, "Retry-After: 3\r\nMS-RequestId: theirs\r\n", "");
    let unreadable = Reply::json("200 OK", "{\"orders\":[");
    let server = ScriptedServer::start([busy, unreadable]).await;
    let error = accept(&client(server.url(), RetryPolicy::default())).await;
    assert!(error.unwrap_err().is_decode());
    // The call failed, and its second attempt succeeded.
    insta::assert_snapshot!(logged(&log, &server), @r#"
    INFO partner_center.attempt{otel.kind="client" otel.name="POST /v1/customers/{customer-id}/transfers/{transfer-id}/accept" http.request.method="POST" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" server.address="127.0.0.1" server.port=[port] http.response.status_code=429 azure.service.request.id="theirs" error.type="429" otel.status_code="ERROR"}: partner_center_core::trace: close
    INFO partner_center.call{otel.name="accept_transfer" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" ms.request_id=8389053b-731c-4261-9899-1583d7859153 ms.correlation_id=4827b753-8541-428b-8c90-059b6b4851bd}: partner_center_core::trace: retrying the call http.request.resend_count=1 delay_ms=3400
    INFO partner_center.attempt{otel.kind="client" otel.name="POST /v1/customers/{customer-id}/transfers/{transfer-id}/accept" http.request.method="POST" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" server.address="127.0.0.1" server.port=[port] http.request.resend_count=1 http.response.status_code=200}: partner_center_core::trace: close
    INFO partner_center.call{otel.name="accept_transfer" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" ms.request_id=8389053b-731c-4261-9899-1583d7859153 ms.correlation_id=4827b753-8541-428b-8c90-059b6b4851bd http.response.status_code=200 error.type="decode" otel.status_code="ERROR" attempts=2 may_have_been_applied=true}: partner_center_core::trace: close
    "#);
}

#[tokio::test]
async fn a_success_sets_no_status_code() {
    let log = Log::capture(LevelFilter::INFO);
    let server = ScriptedServer::start([Reply::json("200 OK", "{}")]).await;
    accept(&client(server.url(), RetryPolicy::default()))
        .await
        .unwrap();
    let lines = logged(&log, &server);
    assert!(lines.contains("http.response.status_code=200"), "{lines}");
    for unwanted in ["otel.status_code", "error.type", "resend_count", "applied"] {
        assert!(!lines.contains(unwanted), "{unwanted} is in:\n{lines}");
    }
}

#[tokio::test]
async fn a_rejected_call_has_the_status_as_error_type() {
    let log = Log::capture(LevelFilter::INFO);
    let server = ScriptedServer::start([Reply::response("409 Conflict", "", "")]).await;
    accept(&client(server.url(), RetryPolicy::default()))
        .await
        .unwrap_err();
    insta::assert_snapshot!(logged(&log, &server), @r#"
    INFO partner_center.attempt{otel.kind="client" otel.name="POST /v1/customers/{customer-id}/transfers/{transfer-id}/accept" http.request.method="POST" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" server.address="127.0.0.1" server.port=[port] http.response.status_code=409 error.type="409" otel.status_code="ERROR"}: partner_center_core::trace: close
    INFO partner_center.call{otel.name="accept_transfer" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" ms.request_id=8389053b-731c-4261-9899-1583d7859153 ms.correlation_id=4827b753-8541-428b-8c90-059b6b4851bd http.response.status_code=409 error.type="409" otel.status_code="ERROR" attempts=1 may_have_been_applied=false}: partner_center_core::trace: close
    "#);
}

#[tokio::test]
async fn a_dropped_call() {
    let log = Log::capture(LevelFilter::INFO);
    let server = ScriptedServer::start([Reply::Silence]).await;
    let client = client(server.url(), RetryPolicy::default());
    let until_seen = async {
        while server.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = accept(&client) => unreachable!("the server says nothing"),
        () = until_seen => {}
    }
    insta::assert_snapshot!(logged(&log, &server), @r#"
    INFO partner_center.attempt{otel.kind="client" otel.name="POST /v1/customers/{customer-id}/transfers/{transfer-id}/accept" http.request.method="POST" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" server.address="127.0.0.1" server.port=[port] error.type="cancelled" otel.status_code="ERROR"}: partner_center_core::trace: close
    WARN partner_center.call{otel.name="accept_transfer" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" ms.request_id=8389053b-731c-4261-9899-1583d7859153 ms.correlation_id=4827b753-8541-428b-8c90-059b6b4851bd error.type="cancelled" otel.status_code="ERROR" attempts=1 may_have_been_applied=true}: partner_center_core::trace: the call was cancelled before its response ms.request_id=8389053b-731c-4261-9899-1583d7859153 ms.correlation_id=4827b753-8541-428b-8c90-059b6b4851bd attempts=1 may_have_been_applied=true
    INFO partner_center.call{otel.name="accept_transfer" url.template="/v1/customers/{customer-id}/transfers/{transfer-id}/accept" ms.request_id=8389053b-731c-4261-9899-1583d7859153 ms.correlation_id=4827b753-8541-428b-8c90-059b6b4851bd error.type="cancelled" otel.status_code="ERROR" attempts=1 may_have_been_applied=true}: partner_center_core::trace: close
    "#);
}

#[tokio::test]
async fn a_retry_that_would_exceed_the_time_limit() {
    let log = Log::capture(LevelFilter::INFO);
    let busy = || Reply::response(TOO_MANY, "Retry-After: 60\r\n", "");
    let server = ScriptedServer::start([busy(), busy()]).await;
    accept(&client(server.url(), RetryPolicy::default()))
        .await
        .unwrap_err();
    let lines = logged(&log, &server);
    let kept: Vec<&str> = lines
        .lines()
        .filter(|line| line.contains("retrying the call"))
        .map(|line| line.rsplit("}: ").next().unwrap())
        .collect();
    insta::assert_snapshot!(kept.join("\n"), @r#"
    partner_center_core::trace: retrying the call http.request.resend_count=1 delay_ms=60400
    partner_center_core::trace: not retrying the call: its deadline comes first attempts=2 delay_ms=60800 remaining_ms=39600
    "#);
}

#[tokio::test]
async fn a_spent_retry_budget() {
    let log = Log::capture(LevelFilter::INFO);
    let server = ScriptedServer::start(vec![Reply::response(TOO_MANY, "", ""); 99]).await;
    let client = client(server.url(), RetryPolicy::default());
    let stopped = || {
        log.text()
            .matches("the client's retry budget is spent")
            .count()
    };
    // The budget is 20 retries; each call has up to three attempts.
    for _ in 0..10 {
        accept(&client).await.unwrap_err();
    }
    assert_eq!((server.requests().len(), stopped()), (30, 0));
    accept(&client).await.unwrap_err();
    assert_eq!((server.requests().len(), stopped()), (31, 1));
}

#[tokio::test]
async fn a_spent_retry_budget_prevents_the_renewal_of_a_rejected_token() {
    let log = Log::capture(LevelFilter::INFO);
    let mut replies = vec![Reply::response(TOO_MANY, "", ""); 30];
    replies.push(Reply::response("401 Unauthorized", "", ""));
    let server = ScriptedServer::start(replies).await;
    let client = client(server.url(), RetryPolicy::default());
    for _ in 0..11 {
        accept(&client).await.unwrap_err();
    }
    assert_eq!(server.requests().len(), 31);
    let text = log.text();
    assert!(
        text.contains("the client's retry budget is spent"),
        "{text}"
    );
}

#[tokio::test]
async fn each_field_is_documented_and_none_is_secret() {
    let log = Log::capture(LevelFilter::TRACE);
    let echo = format!("{{\"code\":1,\"description\":\"{TOKEN} body-canary\"}}");
    let server = ScriptedServer::start([
        Reply::response(TOO_MANY, "MS-RequestId: theirs\r\n", &echo),
        Reply::json("200 OK", &echo.replace("code\":1", "orders\":7")),
        Reply::json("400 Bad Request", &echo),
        Reply::BytesThenClose(Vec::new()),
        Reply::Silence,
    ])
    .await;
    let client = client(server.url(), RetryPolicy::default());
    for _ in 0..3 {
        accept(&client).await.unwrap_err();
    }
    let until_seen = async {
        while server.requests().len() < 5 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        _ = accept(&client) => unreachable!("the server says nothing"),
        () = until_seen => {}
    }

    let text = log.text();
    for secret in [TOKEN, "Bearer", "body-canary", CUSTOMER, TRANSFER] {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
    let lines = logged(&log, &server);
    let names: BTreeSet<&str> = lines
        .split([' ', '{'])
        .filter_map(|word| word.split_once('='))
        .map(|(name, _)| name)
        .collect();
    let types = ["decode", "interrupted", "cancelled", "400", "429"];
    for error_type in types {
        let field = format!("error.type=\"{error_type}\"");
        assert!(lines.contains(&field), "{field} is not in:\n{lines}");
    }
    let docs = std::fs::read_to_string(workspace().join("crates/transfers/src/lib.rs")).unwrap();
    for name in names.iter().chain(&types[..3]) {
        let documented = format!("`{name}`");
        assert!(docs.contains(&documented), "{documented} is not documented");
    }
    assert!(names.len() > 15, "{names:?}");
}
