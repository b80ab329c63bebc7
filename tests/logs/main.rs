//! What a call leaves in the logs: a span with its ids, a child for each attempt, and nothing
//! secret at any level.
//!
//! A binary of its own, since it takes the logs of the whole process, those of the HTTP library
//! among them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::Write;
use std::sync::{Arc, Mutex};

use partner_center_tests::{
    CORRELATION_ID, CUSTOMER, REQUEST_ID, RawServer, Reply, Still, TOKEN, TRANSFER, example_text,
};
use partner_center_transfers::{AppCredential, Client, Cloud};
use tracing_subscriber::fmt::format::FmtSpan;

/// A client secret that must be seen in one form and nowhere else.
const SECRET: &str = "canary-client-secret-canary";

/// Keeps what is written.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_call_and_its_attempts_are_spans_without_secrets() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .without_time()
        .with_writer(move || writer.clone())
        .init();
    let secret_body = "{\"orders\":[{\"id\":\"body-canary\"}]}";
    let echo = "Content-Type: application/json\r\nMS-RequestId: from-the-service\r\n";
    let server = RawServer::start([
        Reply::answer(
            "429 Too Many Requests",
            echo,
            &format!("{{\"message\":\"{TOKEN}\"}}"),
        ),
        Reply::answer("200 OK", echo, secret_body),
        Reply::answer(
            "500 Internal Server Error",
            echo,
            &example_text("fault-500-create-order.json"),
        ),
    ])
    .await;

    // The login service is asked for the token, with a secret that must not be seen either.
    let token = format!(
        "{{\"token_type\":\"Bearer\",\"expires_in\":\"3599\",\"access_token\":\"{TOKEN}\"}}"
    );
    let login = RawServer::start([Reply::json("200 OK", &token)]).await;
    let client = Client::builder()
        .cloud(Cloud::Custom {
            endpoint: server.url().to_owned(),
            authority: login.url().to_owned(),
            audience: "https://api.example".to_owned(),
        })
        .credential(AppCredential::new("contoso.example", "an-app", SECRET))
        .runtime(Still::new(&[]))
        .build()
        .unwrap();
    let call = || {
        client
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(TRANSFER)
            .request_id(REQUEST_ID)
            .correlation_id(CORRELATION_ID)
            .send()
    };
    call().await.unwrap();
    let error = call().await.unwrap_err();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for said in [
        "partner_center.call{otel.name=\"accept_transfer\"",
        "url.template=\"/v1/customers/{customer-id}/transfers/{transfer-id}/accept\"",
        REQUEST_ID,
        CORRELATION_ID,
        "partner_center.attempt{otel.kind=\"client\" otel.name=\"POST /v1/customers/{customer-id}/",
        "http.request.method=\"POST\"",
        "server.address=\"127.0.0.1\"",
        "http.request.resend_count=1",
        "http.response.status_code=429",
        "http.response.status_code=200",
        "http.response.status_code=500",
        "azure.service.request.id=\"from-the-service\"",
        "error.type=\"500\"",
        "sending the call again",
    ] {
        assert!(log.contains(said), "{said:?} is not in:\n{log}");
    }
    for secret in [TOKEN, SECRET, "Bearer", "body-canary", CUSTOMER, TRANSFER] {
        assert!(!log.contains(secret), "{secret:?} is in:\n{log}");
    }
    // And the error has the same ids as the span.
    assert_eq!(error.request_id().unwrap().to_string(), REQUEST_ID);
}
