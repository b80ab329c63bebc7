//! The message, the `Debug` output and the predicates of each kind of error, from calls over real
//! sockets.

use std::fmt::Write as _;
use std::time::Duration;

use partner_center_tests::{
    CORRELATION_ID, CUSTOMER, REQUEST_ID, Reply, ScriptedServer, TOKEN, TRANSFER, WITHDRAWN,
    client, example_text,
};
use partner_center_transfers::{Client, Error, explain};
use tokio::net::TcpListener;

async fn accept(client: &Client) -> Error {
    client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER)
        .request_id(REQUEST_ID)
        .correlation_id(CORRELATION_ID)
        .send()
        .await
        .unwrap_err()
}

async fn withdraw(client: &Client) -> Error {
    client
        .withdraw_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(WITHDRAWN)
        .request_id(REQUEST_ID)
        .correlation_id(CORRELATION_ID)
        .send()
        .await
        .unwrap_err()
}

/// Sends an accept and a withdrawal, whose errors must differ only in the name of the operation.
async fn fail_both(reply: Reply) -> Error {
    let server = ScriptedServer::start([reply.clone(), reply]).await;
    let client = client(server.url());
    let error = accept(&client).await;
    let other = withdraw(&client).await;
    assert_eq!(
        error.to_string(),
        other
            .to_string()
            .replace("withdraw_transfer", "accept_transfer")
    );
    assert_eq!(error.may_have_been_applied(), other.may_have_been_applied());
    assert_eq!(server.requests().len(), 2, "no call is retried");
    error
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table, to be read as one")]
async fn each_kind_of_error_has_a_clear_message() {
    let json = |status: &str, name: &str| Reply::json(status, &example_text(name));
    let html = "Content-Type: text/html\r\n";
    let page = |status: &str, name: &str| Reply::response(status, html, &example_text(name));
    let echo = format!("{{\"code\":1,\"description\":\"bad header: Bearer {TOKEN}\"}}");

    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let unused = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);

    let errors = [
        (
            "invalid argument",
            client(&unused).accept_transfer().send().await.unwrap_err(),
        ),
        (
            "invalid setting",
            Client::builder()
                .endpoint("ftp://x")
                .bearer_token("t")
                .build()
                .unwrap_err(),
        ),
        ("connection refused", accept(&client(&unused)).await),
        (
            "closed before the response",
            fail_both(Reply::BytesThenClose(Vec::new())).await,
        ),
        (
            "closed in the head",
            fail_both(Reply::BytesThenClose(b"HTTP/1.1 20".to_vec())).await,
        ),
        (
            "closed in the body",
            fail_both(Reply::BytesThenClose(half_of("200 OK"))).await,
        ),
        ("timeout", timed_out(Reply::Silence).await),
        (
            "timeout in the body",
            timed_out(Reply::Bytes(half_of("200 OK"))).await,
        ),
        (
            "403, closed in the body",
            fail_both(Reply::BytesThenClose(half_of("403 Forbidden"))).await,
        ),
        (
            "404 with an error body",
            fail_both(json("404 Not Found", "fault-404-transfer-not-found.json")).await,
        ),
        (
            "409 with an error body",
            fail_both(json("409 Conflict", "fault-409-in-progress.json")).await,
        ),
        (
            "400 with a text code",
            fail_both(json("400 Bad Request", "fault-400-text-code.json")).await,
        ),
        (
            "400 with an unknown body",
            fail_both(json("400 Bad Request", "fault-400-other-shape.json")).await,
        ),
        (
            "401 HTML",
            fail_both(page("401 Unauthorized", "page-401.html")).await,
        ),
        (
            "429",
            fail_both(json("429 Too Many Requests", "rate-limit-429.json")).await,
        ),
        (
            "500 with an error body",
            fail_both(json(
                "500 Internal Server Error",
                "fault-500-create-order.json",
            ))
            .await,
        ),
        (
            "502 HTML",
            fail_both(page("502 Bad Gateway", "page-502.html")).await,
        ),
        (
            "503 without a body",
            fail_both(Reply::response("503 Service Unavailable", "", "")).await,
        ),
        (
            "503 with Retry-After",
            fail_both(Reply::response(
                "503 Service Unavailable",
                "Retry-After: 5\r\n",
                "",
            ))
            .await,
        ),
        (
            "undocumented success",
            fail_both(Reply::response("202 Accepted", "", "")).await,
        ),
        (
            "token in the body",
            fail_both(Reply::json("400 Bad Request", &echo)).await,
        ),
        (
            "200 with incomplete JSON",
            accept_once(Reply::json("200 OK", "{\"orders\": [")).await,
        ),
        (
            "200 with HTML",
            accept_once(page("200 OK", "page-502.html")).await,
        ),
        (
            "200 without a body",
            accept_once(Reply::response("200 OK", "", "")).await,
        ),
    ];

    let mut shown = String::new();
    for (name, error) in &errors {
        let applied = error.may_have_been_applied();
        let kinds: Vec<&str> = [
            ("invalid input", error.is_invalid_input()),
            ("configuration", error.is_configuration()),
            ("connect", error.is_connect()),
            ("interrupted", error.is_interrupted()),
            ("timeout", error.is_timeout()),
            ("service", error.is_service()),
            ("decode", error.is_decode()),
        ]
        .into_iter()
        .filter_map(|(kind, holds)| holds.then_some(kind))
        .collect();
        let [kind] = kinds[..] else {
            panic!("{name}: {kinds:?}")
        };
        // For callers that have read the state back.
        let without_advice = format!("{error:#}");
        assert!(
            !without_advice.contains("read the state back"),
            "{without_advice}"
        );
        assert_eq!(without_advice == error.to_string(), !applied, "{error}");
        let transient = if error.is_transient() {
            ", transient"
        } else {
            ""
        };
        writeln!(
            shown,
            "## {name}: {kind}{transient}, may have been applied: {applied}\n{error}\n{error:#?}\n"
        )
        .unwrap();
    }
    assert!(!shown.contains(TOKEN), "{shown}");
    // The error number of "connection refused" depends on the platform.
    let shown = shown
        .replace("os error 111", "os error N")
        .replace("os error 61", "os error N");
    insta::assert_snapshot!(without_ports(&shown));
}

/// The text with `N` for the ports of the test's servers.
fn without_ports(text: &str) -> String {
    let mut parts = text.split("http://127.0.0.1:");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|digit: char| digit.is_ascii_digit());
        write!(shown, "http://127.0.0.1:N{rest}").unwrap();
    }
    shown
}

fn half_of(status: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: 4000\r\n\r\n{{\"orders\":").into_bytes()
}

async fn accept_once(reply: Reply) -> Error {
    let server = ScriptedServer::start([reply]).await;
    accept(&client(server.url())).await
}

/// The first call opens the connection. Then the paused clock jumps to the time limit.
async fn timed_out(reply: Reply) -> Error {
    let body = example_text("accept-transfer-complete.json");
    let server = ScriptedServer::start([Reply::json("200 OK", &body), reply]).await;
    let client = Client::builder()
        .endpoint(server.url())
        .bearer_token(TOKEN)
        .timeout(Duration::from_secs(100))
        .build()
        .unwrap();
    client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER)
        .send()
        .await
        .unwrap();
    tokio::time::pause();
    let error = accept(&client).await;
    tokio::time::resume();
    error
}

#[tokio::test]
async fn an_error_keeps_the_body_and_redacts_the_token() {
    let page = example_text("page-502.html");
    let reply = Reply::response(
        "502 Bad Gateway",
        "Content-Type: text/html\r\nMS-CV: a.1\r\n",
        &page,
    );
    let error = fail_both(reply).await;
    assert_eq!(error.body(), Some(page.as_bytes()));
    assert_eq!(error.headers().unwrap()["ms-cv"], "a.1");
    assert_eq!(error.request_id().unwrap().to_string(), REQUEST_ID);
    assert_eq!(error.correlation_id().unwrap().to_string(), CORRELATION_ID);
    assert_eq!(error.operation_id(), Some("accept_transfer"));

    let echo = format!("<p>{TOKEN}</p><p>{TOKEN}</p>");
    let error = fail_both(Reply::response("401 Unauthorized", "", &echo)).await;
    assert_eq!(
        error.body(),
        Some(&b"<p><redacted></p><p><redacted></p>"[..])
    );
}

#[tokio::test]
async fn a_decode_error_keeps_the_body() {
    let error = accept_once(Reply::json("200 OK", "{\"orders\": [{\"id\": \"1\"")).await;
    assert!(error.is_decode() && error.may_have_been_applied());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.body(), Some(&b"{\"orders\": [{\"id\": \"1\""[..]));
}

#[tokio::test]
async fn a_truncated_body_is_kept_as_far_as_it_was_read() {
    let error = fail_both(Reply::BytesThenClose(half_of("200 OK"))).await;
    assert!(error.is_interrupted() && error.may_have_been_applied());
    assert_eq!(error.status().unwrap().as_u16(), 200);
    assert_eq!(error.body(), Some(&b"{\"orders\":"[..]));
    let error = fail_both(Reply::BytesThenClose(half_of("403 Forbidden"))).await;
    // The status alone says that the call was not applied.
    assert!(error.is_service() && !error.may_have_been_applied());
}

#[tokio::test]
async fn an_error_is_one_pointer_and_is_send_and_sync() {
    fn is_send_and_sync<T: std::error::Error + Send + Sync + 'static>() {}
    is_send_and_sync::<Error>();
    assert_eq!(size_of::<Error>(), size_of::<usize>());
}

#[tokio::test]
async fn a_truncated_body_does_not_end_with_a_part_of_a_token() {
    const LIMIT: usize = 256 * 1024;
    for seen in 1..TOKEN.len() {
        let before = "x".repeat(LIMIT - seen);
        let echo = format!("{before}{TOKEN}{}", "x".repeat(100));
        let reply = Reply::response("400 Bad Request", "", &echo);
        let error = accept_once(reply).await;
        assert_eq!(error.body().unwrap().len(), LIMIT - seen);
        assert!(error.body() == Some(before.as_bytes()), "{seen}");
    }
    let half = &TOKEN[..TOKEN.len() / 2];
    for status in ["403 Forbidden", "200 OK"] {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: 4000\r\n\r\n");
        let broken = format!("{head}<p>{TOKEN}</p>{half}");
        let error = accept_once(Reply::BytesThenClose(broken.into_bytes())).await;
        assert_eq!(error.body(), Some(&b"<p><redacted></p>"[..]), "{status}");
    }
}

/// Each kind of error with a response, from a server that repeats the token everywhere.
#[tokio::test]
async fn no_error_contains_a_token_that_the_server_repeats() {
    let headers = format!(
        "X-Echo: Authorization=Bearer {TOKEN}\r\nMS-RequestId: {TOKEN}\r\nLocation: /?t={}\r\n",
        TOKEN.replace('-', "%2d")
    );
    let fault = format!(
        "{{\"code\":\"{TOKEN}\",\"description\":\"{}\\u0063{}\",\"raw\":\"{TOKEN}\"}}",
        "x".repeat(1_010),
        &TOKEN[1..]
    );
    let wrong = format!("{{\"orders\":\"{TOKEN}\"}}");
    let half = format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: 4000\r\n\r\n{TOKEN}");
    let errors = [
        (
            "400",
            accept_once(Reply::response("400 Bad Request", &headers, &fault)).await,
        ),
        (
            "401",
            accept_once(Reply::response("401 Unauthorized", &headers, &fault)).await,
        ),
        (
            "redirect",
            accept_once(Reply::response("302 Found", &headers, "")).await,
        ),
        (
            "unexpected JSON",
            accept_once(Reply::response("200 OK", &headers, &wrong)).await,
        ),
        (
            "truncated",
            accept_once(Reply::BytesThenClose(half.clone().into_bytes())).await,
        ),
        ("timeout", timed_out(Reply::Bytes(half.into_bytes())).await),
    ];
    let mut shown = String::new();
    for (name, error) in &errors {
        let headers = error.headers().unwrap();
        assert_eq!(headers["x-echo"], "Authorization=Bearer <redacted>");
        assert_eq!(headers["ms-requestid"], "<redacted>");
        assert_eq!(headers["location"], "/?t=<redacted>");
        for text in [format!("{headers:?}"), format!("{:?}", error.description())] {
            assert!(!text.contains("canary"), "{name}: {text}");
        }
        let body = String::from_utf8_lossy(error.body().unwrap());
        assert!(!body.contains("canary"), "{name}: {body}");
        writeln!(shown, "## {name}\n{error}\n{error:?}\n{error:#?}\n").unwrap();
    }
    assert!(!shown.contains("canary"), "{shown}");
    let shown = shown.replace(&"x".repeat(1_010), "<1010 times x>");
    insta::assert_snapshot!(without_ports(&shown));
}

#[tokio::test]
async fn each_documented_error_code_of_transfers_has_a_cause_and_a_remedy() {
    for code in (800_001..=800_005)
        .chain(800_015..=800_016)
        .chain(900_100..=900_104)
        .chain(900_131..=900_139)
        .chain(900_145..=900_148)
        .chain([800_078, 900_400])
    {
        let known = explain(code).unwrap_or_else(|| panic!("{code}"));
        assert!(
            known.to_string().starts_with(&format!("{code} (")),
            "{known}"
        );
    }
    let body = r#"{"code":"900103","description":"d"}"#;
    let server = ScriptedServer::start([Reply::json("500 Internal Server Error", body)]).await;
    let call = client(server.url());
    let call = call
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    let error = call.send().await.unwrap_err();
    assert_eq!(error.code_info(), explain(900_103));
    assert!(error.remedy().unwrap().starts_with("read the transfer"));
    assert_eq!(error.hint(), None);
    assert_eq!(explain(1), None);
}
