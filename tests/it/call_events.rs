//! The events that `ClientBuilder::on_event` reports, without tokens and secrets.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use partner_center_tests::{
    CUSTOMER, FakeRuntime, REQUEST_ID, Reply, ScriptedServer, TOKEN, TRANSFER,
};
use partner_center_transfers::{CallEvent, CallOptions, Client, RetryPolicy};

/// A client that writes its events to the text, one per line.
fn client(url: &str, attempts: u32) -> (Client, Arc<Mutex<String>>) {
    let text = Arc::<Mutex<String>>::default();
    let events = Arc::clone(&text);
    let client = Client::builder()
        .endpoint(url)
        .bearer_token(TOKEN)
        .runtime(FakeRuntime::new())
        .options(CallOptions::default().retry(RetryPolicy::default().max_attempts(attempts)))
        .on_event(move |event| {
            let mut text = events.lock().unwrap();
            let line = match event {
                CallEvent::Sending {
                    method,
                    url,
                    headers,
                    ..
                } => {
                    let header = |name| headers.iter().find(|(found, _)| *found == name);
                    assert_eq!(header("authorization"), None);
                    let id = header("ms-requestid").unwrap().1;
                    format!("{method} {url} {id}")
                }
                CallEvent::Received {
                    status, headers, ..
                } => format!("{status} {headers:?}"),
                CallEvent::Failed { cause, .. } => cause.to_string(),
                CallEvent::Retrying { cause, delay, .. } => format!("{delay:?}: {cause}"),
                other => format!("{other:?}"),
            };
            writeln!(text, "{line}").unwrap();
        })
        .build()
        .unwrap();
    (client, text)
}

async fn get(client: &Client) {
    let call = client.get_transfer().customer_id(CUSTOMER);
    let call = call.transfer_id(TRANSFER).request_id(REQUEST_ID);
    let _ = call.send().await;
}

#[tokio::test]
async fn each_request_response_and_retry_is_an_event() {
    let echo = format!("Retry-After: 3\r\nX-Echo: {TOKEN}\r\nSet-Cookie: canary\r\n");
    let server = ScriptedServer::start([
        Reply::response("429 Too Many Requests", &echo, ""),
        Reply::BytesThenClose(Vec::new()),
        Reply::response("404 Not Found", "", ""),
    ])
    .await;
    let (client, text) = client(server.url(), 3);
    get(&client).await;
    let text = text.lock().unwrap();
    let sent = format!(
        "GET {}/v1/customers/{CUSTOMER}/transfers/{TRANSFER} {REQUEST_ID}",
        server.url()
    );
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 8, "{text}");
    assert_eq!([lines[0], lines[3], lines[6]], [&sent[..]; 3]);
    assert!(lines[1].starts_with("429 Too Many Requests {"), "{text}");
    assert!(
        lines[1].contains("\"set-cookie\": \"<redacted>\""),
        "{text}"
    );
    assert_eq!(lines[2], "3.4s: 429 Too Many Requests");
    let closed = "connection closed before the response was complete";
    assert_eq!(lines[4], closed);
    assert_eq!(lines[5], format!("800ms: {closed}"));
    assert!(lines[7].starts_with("404 Not Found"), "{text}");
    for secret in [TOKEN, "Bearer", "canary"] {
        assert!(!text.contains(secret), "{secret} is in:\n{text}");
    }
}

#[tokio::test]
async fn a_retry_that_is_not_made_says_why() {
    let busy = Reply::response("429 Too Many Requests", "Retry-After: 59\r\n", "");
    let server = ScriptedServer::start([busy.clone(), busy]).await;
    let (client, text) = client(server.url(), 9);
    get(&client).await;
    let text = text.lock().unwrap();
    assert!(
        text.contains("NotRetrying { reason: \"the time limit of the call comes first\" }"),
        "{text}"
    );
}
