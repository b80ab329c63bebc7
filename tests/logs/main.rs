//! The logs of the whole process, HTTP library included, contain no secret at any level.
//!
//! This is a binary of its own because its subscriber is the one of the process.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;
use std::sync::{Arc, LazyLock, Mutex};

use partner_center_tests::{
    CORRELATION_ID, CUSTOMER, FakeRuntime, REQUEST_ID, Reply, ScriptedServer, TOKEN, TRANSFER,
    example_text, workspace,
};
use partner_center_transfers::{
    BoxFuture, Client, ClientCertificateCredential, ClientSecretCredential, Cloud, Credential,
    RefreshTokenCredential, RefreshTokenStore,
};
use serde_json::{Value, json};
use tracing_subscriber::fmt::format::FmtSpan;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// A client secret, which may appear only in the form of a token request.
const SECRET: &str = "canary-client-secret-canary";

/// A log in memory.
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

impl Log {
    /// The log of the process at every level, shared by the tests of this binary.
    fn of_process() -> &'static Self {
        static LOG: LazyLock<Log> = LazyLock::new(|| {
            let log = Log::default();
            let writer = log.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
                .with_span_events(FmtSpan::FULL)
                .with_ansi(false)
                .without_time()
                .with_writer(move || writer.clone())
                .init();
            log
        });
        &LOG
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

/// The first refresh token, and its replacement.
const REFRESH: &str = "canary-refresh-old-canary";
const ROTATED: &str = "canary-refresh-rotated-canary";

/// How the login service responds.
#[derive(Clone, Copy, Debug)]
enum Login {
    Success,
    /// An error that repeats the request.
    Rejection,
    /// A gateway's page that repeats the request, with a status that is retried.
    Page,
    /// A truncated success with tokens.
    Unreadable,
}

/// A login service of this kind.
async fn login(kind: Login) -> MockServer {
    let server = MockServer::start().await;
    let answer = move |request: &Request| {
        let echo = String::from_utf8_lossy(&request.body).into_owned();
        let json = |status, body: &Value| ResponseTemplate::new(status).set_body_json(body);
        match kind {
            Login::Success => json(
                200,
                &json!({
                    "token_type": "Bearer", "expires_in": 3599, "access_token": TOKEN,
                    "refresh_token": ROTATED,
                }),
            ),
            Login::Rejection => json(
                400,
                &json!({
                    "error": "invalid_client", "error_description": format!("sent: {echo}"),
                    "correlation_id": echo,
                }),
            )
            .insert_header("x-ms-request-id", echo.as_str()),
            Login::Page => {
                ResponseTemplate::new(500).set_body_raw(format!("<html>{echo}</html>"), "text/html")
            }
            Login::Unreadable => ResponseTemplate::new(200).set_body_string(format!(
                r#"{{"refresh_token":"{ROTATED}","access_token":"{TOKEN}","token_type":"#
            )),
        }
    };
    Mock::given(method("POST"))
        .respond_with(answer)
        .mount(&server)
        .await;
    server
}

struct Store;

impl RefreshTokenStore for Store {
    fn store<'a>(
        &'a self,
        _: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Tries each credential with each kind of login service, and an API that rejects the token and
/// repeats it in a traced header.
#[tokio::test]
async fn no_secret_is_logged_even_if_servers_repeat_it() {
    let log = Log::of_process();
    let testdata = workspace().join("crates/core/src/credential/testdata");
    let pem = |name: &str| std::fs::read_to_string(testdata.join(name)).unwrap();
    let key = pem("test-only-key-pkcs8.pem");
    let certificate = pem("test-only-certificate.pem");
    let (tenant, app) = ("contoso.example", "an-app");
    let certified =
        ClientCertificateCredential::new(tenant, app, format!("{certificate}{key}")).unwrap();
    let echo = format!("MS-RequestId: {TOKEN}\r\nX-Echo: Bearer {TOKEN}\r\n");
    let mut asked = 0;
    let mut assertions = Vec::new();
    for kind in [
        Login::Success,
        Login::Rejection,
        Login::Page,
        Login::Unreadable,
    ] {
        let refreshed = RefreshTokenCredential::new(tenant, app, REFRESH);
        let credentials: [Arc<dyn Credential>; 3] = [
            Arc::new(ClientSecretCredential::new(tenant, app, SECRET)),
            Arc::new(refreshed.client_secret(SECRET).store(Store)),
            Arc::new(certified.clone()),
        ];
        for credential in credentials {
            let login = login(kind).await;
            let api = ScriptedServer::with_handler({
                let echo = echo.clone();
                move |_| Some(Reply::response("401 Unauthorized", &echo, TOKEN))
            })
            .await;
            let client = Client::builder()
                .cloud(Cloud::Custom {
                    endpoint: api.url().to_owned(),
                    authority: login.uri(),
                    audience: "https://api.example".to_owned(),
                })
                .credential(credential)
                .runtime(FakeRuntime::new())
                .build()
                .unwrap();
            for _ in 0..2 {
                let call = client.accept_transfer().customer_id(CUSTOMER);
                let error = call.transfer_id(TRANSFER).send().await.unwrap_err();
                tracing::error!(%error, ?error, "as a caller would log it");
            }
            for request in login.received_requests().await.unwrap() {
                asked += 1;
                let body = String::from_utf8(request.body).unwrap();
                let assertion = body.split("client_assertion=").nth(1);
                assertions.extend(assertion.map(str::to_owned));
            }
        }
    }
    // A TLS handshake with a server without TLS.
    let server = ScriptedServer::start_raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let client = Client::builder()
        .endpoint(server.url().replace("http:", "https:"))
        .bearer_token(TOKEN)
        .runtime(FakeRuntime::new())
        .build()
        .unwrap();
    let call = client.accept_transfer().customer_id(CUSTOMER);
    let error = call.transfer_id(TRANSFER).send().await.unwrap_err();
    assert!(error.is_connect(), "{error}");

    assert!(asked > 3 * (1 + 2 + 6 + 2), "{asked}");
    assert!(assertions.len() > 8, "{}", assertions.len());
    let log = log.text();
    for source in [
        "partner_center",
        "hyper",
        "reqwest",
        "as a caller would log it",
    ] {
        assert!(log.contains(source), "{source} logs nothing");
    }
    let lines = key.lines().filter(|line| !line.starts_with('-'));
    let assertions = assertions.iter().flat_map(|assertion| {
        // The signature alone is secret too.
        [assertion.as_str(), assertion.rsplit('.').next().unwrap()]
    });
    for secret in [
        SECRET, TOKEN, REFRESH, ROTATED, "canary", CUSTOMER, TRANSFER,
    ]
    .into_iter()
    .chain(lines)
    .chain(assertions)
    {
        let at = log.lines().find(|line| line.contains(secret));
        assert!(at.is_none(), "{secret:?} is in: {at:?}");
    }
}

#[tokio::test]
async fn a_call_and_its_attempts_are_spans_without_secrets() {
    let log = Log::of_process();
    let secret_body = "{\"orders\":[{\"id\":\"body-canary\"}]}";
    let echo = "Content-Type: application/json\r\nMS-RequestId: from-the-service\r\n";
    let server = ScriptedServer::start([
        Reply::response(
            "429 Too Many Requests",
            echo,
            &format!("{{\"message\":\"{TOKEN}\"}}"),
        ),
        Reply::response("200 OK", echo, secret_body),
        Reply::response(
            "500 Internal Server Error",
            echo,
            &example_text("fault-500-create-order.json"),
        ),
    ])
    .await;

    let token = format!(
        "{{\"token_type\":\"Bearer\",\"expires_in\":\"3599\",\"access_token\":\"{TOKEN}\"}}"
    );
    let login = ScriptedServer::start([Reply::json("200 OK", &token)]).await;
    let client = Client::builder()
        .cloud(Cloud::Custom {
            endpoint: server.url().to_owned(),
            authority: login.url().to_owned(),
            audience: "https://api.example".to_owned(),
        })
        .credential(ClientSecretCredential::new(
            "contoso.example",
            "an-app",
            SECRET,
        ))
        .runtime(FakeRuntime::new())
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

    let log = log.text();
    for text in [
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
        "retrying the call",
    ] {
        assert!(log.contains(text), "{text:?} is not in:\n{log}");
    }
    for secret in [TOKEN, SECRET, "Bearer", "body-canary", CUSTOMER, TRANSFER] {
        assert!(!log.contains(secret), "{secret:?} is in:\n{log}");
    }
    assert_eq!(error.request_id().unwrap().to_string(), REQUEST_ID);
}
