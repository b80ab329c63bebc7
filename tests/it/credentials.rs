//! Credentials: the requests to the login service and to the API, and the errors without a token.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_center_tests::{CUSTOMER, FakeRuntime, TRANSFER, accept, example_text, workspace};
use partner_center_transfers::{
    BoxFuture, CallOptions, Client, ClientCertificateCredential, ClientSecretCredential, Cloud,
    Credential, CredentialError, Error, RefreshTokenCredential, RefreshTokenStore, Runtime,
    StaticToken,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const TENANT: &str = "contoso.onmicrosoft.com";
const CLIENT_ID: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
const SECRET: &str = "canary-s3cr3t~&+/-canary";
const REFRESH_TOKEN: &str = "canary-0.AXoA-refresh-canary";

/// An API and a login service.
struct Setup {
    api: MockServer,
    login: MockServer,
    clock: Arc<FakeRuntime>,
}

impl Setup {
    /// The login service gives `token-1`, `token-2` and so on, each valid for one hour. The API
    /// accepts every token.
    async fn new() -> Self {
        let setup = Self::silent().await;
        let given = Mutex::new(0);
        setup
            .login(move |_: &Request| {
                let mut given = given.lock().unwrap();
                *given += 1;
                token(json!({"access_token": format!("token-{given}")}))
            })
            .await;
        let done = ResponseTemplate::new(200).set_body_raw(
            example_text("accept-transfer-complete.json"),
            "application/json",
        );
        Mock::given(method("POST"))
            .respond_with(done)
            .mount(&setup.api)
            .await;
        setup
    }

    async fn silent() -> Self {
        Self {
            api: MockServer::start().await,
            login: MockServer::start().await,
            clock: FakeRuntime::new(),
        }
    }

    async fn login(&self, respond: impl wiremock::Respond + 'static) {
        Mock::given(method("POST"))
            .respond_with(respond)
            .mount(&self.login)
            .await;
    }

    fn client(&self, credential: impl Credential + 'static) -> Client {
        self.client_of(&self.login.uri(), credential)
    }

    fn client_of(&self, authority: &str, credential: impl Credential + 'static) -> Client {
        Client::builder()
            .cloud(Cloud::Custom {
                endpoint: self.api.uri(),
                authority: authority.to_owned(),
                audience: "https://api.example".to_owned(),
            })
            .credential(credential)
            .runtime(Arc::clone(&self.clock) as Arc<dyn Runtime>)
            .build()
            .unwrap()
    }

    async fn token_requests(&self) -> Vec<Request> {
        self.login.received_requests().await.unwrap()
    }

    /// The tokens that the API received, in order.
    async fn bearers(&self) -> Vec<String> {
        let requests = self.api.received_requests().await.unwrap();
        let bearer = |request: &Request| {
            let value = request.headers["authorization"].to_str().unwrap();
            value.strip_prefix("Bearer ").unwrap().to_owned()
        };
        requests.iter().map(bearer).collect()
    }
}

/// A token response with these properties added or replaced.
fn token(members: Value) -> ResponseTemplate {
    let mut body = json!({"token_type": "Bearer", "expires_in": 3600, "access_token": "token"});
    let Value::Object(members) = members else {
        panic!("an object")
    };
    for (name, value) in members {
        body[name] = value;
    }
    ResponseTemplate::new(200).set_body_json(body)
}

fn app() -> ClientSecretCredential {
    ClientSecretCredential::new(TENANT, CLIENT_ID, SECRET)
}

/// The error of the credential.
fn cause(error: &Error) -> &CredentialError {
    let source = std::error::Error::source(error).unwrap();
    source.downcast_ref().unwrap()
}

#[tokio::test]
async fn a_static_token_makes_no_token_request() {
    let setup = Setup::new().await;
    let client = setup.client(StaticToken::new("given"));
    accept(&client).await.unwrap();
    accept(&client).await.unwrap();
    assert_eq!(setup.bearers().await, ["given", "given"]);
    assert!(setup.token_requests().await.is_empty());
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_before_it_expires() {
    // The early renewal must not time out.
    let setup = Setup {
        clock: FakeRuntime::stuck(),
        ..Setup::new().await
    };
    let client = setup.client(app());
    accept(&client).await.unwrap();
    setup.clock.advance(Duration::from_secs(3_299));
    accept(&client.clone()).await.unwrap();
    setup.clock.advance(Duration::from_secs(1));
    accept(&client).await.unwrap();
    assert_eq!(setup.bearers().await, ["token-1", "token-1", "token-2"]);
    assert_eq!(setup.token_requests().await.len(), 2);
}

#[tokio::test]
async fn concurrent_callers_with_an_expired_token_make_one_token_request() {
    let setup = Setup::new().await;
    let client = setup.client(app());
    accept(&client).await.unwrap();
    setup.clock.advance(Duration::from_secs(3_600));
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { accept(&client).await })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
    assert_eq!(setup.token_requests().await.len(), 2);
    let bearers = setup.bearers().await;
    assert_eq!(
        bearers.iter().filter(|token| *token == "token-2").count(),
        64
    );
}

/// A login service that holds its responses back.
struct HeldLogin {
    url: String,
    asked: Arc<Semaphore>,
    release: Arc<Semaphore>,
    task: JoinHandle<()>,
}

impl HeldLogin {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (asked, release) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let (seen, gate) = (Arc::clone(&asked), Arc::clone(&release));
        let task = tokio::spawn(async move {
            for number in 1.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let (seen, gate) = (Arc::clone(&seen), Arc::clone(&gate));
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    // Reads up to the last field of the form.
                    while !request.ends_with(b"&scope=") {
                        let Ok(byte) = stream.read_u8().await else {
                            return;
                        };
                        request.push(byte);
                    }
                    seen.add_permits(1);
                    gate.acquire().await.unwrap().forget();
                    let body = json!({
                        "token_type": "Bearer",
                        "expires_in": 3600,
                        "access_token": format!("token-{number}"),
                        "refresh_token": format!("refresh-{number}"),
                    })
                    .to_string();
                    let length = body.len();
                    let answer =
                        format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}");
                    // The client may be gone.
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        Self {
            url,
            asked,
            release,
            task,
        }
    }

    /// Waits for the next request.
    async fn is_asked(&self) {
        self.asked.acquire().await.unwrap().forget();
    }

    fn answer(&self, times: usize) {
        self.release.add_permits(times);
    }
}

impl Drop for HeldLogin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

#[tokio::test]
async fn a_dropped_caller_does_not_stop_the_token_request_of_others() {
    let setup = Setup::new().await;
    let login = HeldLogin::start().await;
    let client = setup.client_of(&login.url, app());
    let first = tokio::spawn({
        let client = client.clone();
        async move { accept(&client).await }
    });
    login.is_asked().await;
    let second = tokio::spawn({
        let client = client.clone();
        async move { accept(&client).await }
    });
    tokio::task::yield_now().await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    login.answer(1);
    second.await.unwrap().unwrap();
    accept(&client).await.unwrap();
    assert_eq!(setup.bearers().await, ["token-1", "token-1"]);
    assert_eq!(login.asked.available_permits(), 0, "asked once");
}

#[tokio::test]
async fn a_valid_token_is_used_while_the_login_service_fails() {
    let setup = Setup::new().await;
    let client = setup.client(app());
    accept(&client).await.unwrap();
    setup.login.reset().await;
    setup.login(ResponseTemplate::new(400)).await;
    setup.clock.advance(Duration::from_secs(3_400));
    for _ in 0..5 {
        accept(&client).await.unwrap();
    }
    assert_eq!(setup.token_requests().await.len(), 1, "not at each call");
    setup.clock.advance(Duration::from_secs(200));
    let error = accept(&client).await.unwrap_err();
    assert!(error.is_credential(), "{error:?}");
    setup.login.reset().await;
    setup.login(token(json!({"access_token": "newer"}))).await;
    accept(&client).await.unwrap();
    assert_eq!(setup.bearers().await.last().unwrap(), "newer");
}

#[tokio::test]
async fn without_a_token_nothing_is_sent_and_the_cause_is_complete() {
    let body = json!({
        "error": "invalid_grant",
        "error_description": format!(
            "AADSTS65001: The user or administrator has not consented. Sent: {SECRET} Trace ID: t \
             Correlation ID: c"
        ),
        "error_codes": [65001],
        "suberror": "consent_required",
        "trace_id": "t",
        "correlation_id": "c",
    });
    let setup = Setup::silent().await;
    setup
        .login(ResponseTemplate::new(400).set_body_json(&body))
        .await;
    let error = accept(&setup.client(app())).await.unwrap_err();
    assert!(error.is_credential() && !error.may_have_been_applied());
    assert!(setup.api.received_requests().await.unwrap().is_empty());
    assert_eq!(setup.token_requests().await.len(), 1);

    let cause = cause(&error);
    assert_eq!(cause.status().unwrap().as_u16(), 400);
    assert_eq!(cause.error(), Some("invalid_grant"));
    assert_eq!(cause.suberror(), Some("consent_required"));
    assert_eq!(cause.error_codes(), [65_001]);
    assert_eq!(cause.trace_id(), Some("t"));
    assert_eq!(cause.correlation_id(), Some("c"));
    assert!(cause.hint().unwrap().starts_with("consent is missing"));
    assert!(error.to_string().contains("consent is missing"), "{error}");
    assert!(String::from_utf8_lossy(cause.body().unwrap()).contains("<redacted>"));
    let shown = format!("{error}{error:#?}{cause}{cause:#?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!String::from_utf8_lossy(cause.body().unwrap()).contains("canary"));
}

#[tokio::test]
async fn a_login_response_that_is_html_or_a_redirect_is_an_error() {
    let page = ResponseTemplate::new(403).set_body_string("<html>Blocked by policy</html>");
    let elsewhere = MockServer::start().await;
    let redirect = ResponseTemplate::new(307).insert_header("location", elsewhere.uri());
    for (answer, expected) in [
        (page, "the response is not JSON"),
        (redirect, "not followed"),
    ] {
        let setup = Setup::silent().await;
        setup.login(answer).await;
        let error = accept(&setup.client(app())).await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(elsewhere.received_requests().await.unwrap().is_empty());
}

/// Records the refresh tokens, each with the number of token requests so far.
struct Vault {
    login: Arc<Mutex<u32>>,
    stored: Mutex<Vec<(String, u32)>>,
    failures: Mutex<u32>,
}

impl RefreshTokenStore for Vault {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(async move {
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(format!("disk full while writing {refresh_token}").into());
            }
            let entry = (refresh_token.to_owned(), *self.login.lock().unwrap());
            self.stored.lock().unwrap().push(entry);
            Ok(())
        })
    }
}

#[tokio::test]
async fn a_new_refresh_token_is_stored_before_its_access_token_is_used() {
    let setup = Setup::new().await;
    setup.login.reset().await;
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    setup
        .login(move |_: &Request| {
            let mut count = count.lock().unwrap();
            *count += 1;
            token(json!({
                "access_token": format!("token-{count}"),
                "refresh_token": format!("canary-newer-{count}"),
            }))
        })
        .await;
    let vault = Arc::new(Vault {
        login: asked,
        stored: Mutex::default(),
        failures: Mutex::new(1),
    });
    let credential = RefreshTokenCredential::new(TENANT, CLIENT_ID, REFRESH_TOKEN);
    let client = setup.client(credential.store(Arc::clone(&vault)));

    // The store fails, so neither the new refresh token nor its access token is used.
    let error = accept(&client).await.unwrap_err();
    assert!(error.to_string().contains("could not be stored"), "{error}");
    assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
    assert!(setup.bearers().await.is_empty());

    accept(&client).await.unwrap();
    setup.clock.advance(Duration::from_secs(3_600));
    accept(&client).await.unwrap();
    let newer = |number: u32| format!("canary-newer-{number}");
    assert_eq!(
        *vault.stored.lock().unwrap(),
        [(newer(1), 1), (newer(2), 2), (newer(3), 3)]
    );
    let sent: Vec<String> = setup
        .token_requests()
        .await
        .iter()
        .map(|request| {
            let body = String::from_utf8_lossy(&request.body).into_owned();
            body.rsplit_once('=').unwrap().1.to_owned()
        })
        .collect();
    assert_eq!(sent, [REFRESH_TOKEN.to_owned(), newer(1), newer(2)]);
    assert_eq!(setup.bearers().await, ["token-2", "token-3"]);
}

#[tokio::test]
async fn a_rejected_token_is_replaced_once() {
    let setup = Setup::new().await;
    setup.api.reset().await;
    Mock::given(path(format!(
        "/v1/customers/{CUSTOMER}/transfers/{TRANSFER}/accept"
    )))
    .respond_with(ResponseTemplate::new(401))
    .mount(&setup.api)
    .await;
    let error = accept(&setup.client(app())).await.unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 401);
    assert_eq!(setup.bearers().await, ["token-1", "token-2"]);
    assert_eq!(setup.token_requests().await.len(), 2);
}

/// If the replacement of a rejected token is rejected too, a further token would not help.
#[tokio::test]
async fn fifty_rejected_calls_make_two_token_requests() {
    let setup = Setup::new().await;
    setup.api.reset().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(401))
        .mount(&setup.api)
        .await;
    let client = setup.client(app());
    for _ in 0..50 {
        let error = accept(&client).await.unwrap_err();
        assert_eq!(error.status().unwrap().as_u16(), 401);
    }
    assert_eq!(setup.token_requests().await.len(), 2);
    assert_eq!(setup.bearers().await.len(), 51);
    // A minute later another token is requested, once.
    setup.clock.advance(Duration::from_secs(60));
    for _ in 0..50 {
        accept(&client).await.unwrap_err();
    }
    assert_eq!(setup.token_requests().await.len(), 3);
    assert_eq!(setup.bearers().await.last().unwrap(), "token-3");
}

/// A 401 for a token that was accepted before counts as the first one.
#[tokio::test]
async fn a_token_that_was_accepted_and_is_rejected_later_is_replaced_each_time() {
    let setup = Setup::new().await;
    setup.api.reset().await;
    let body = example_text("accept-transfer-complete.json");
    let asked = Mutex::new(0);
    Mock::given(method("POST"))
        .respond_with(move |_: &Request| {
            let mut asked = asked.lock().unwrap();
            *asked += 1;
            if *asked % 2 == 1 {
                return ResponseTemplate::new(401);
            }
            ResponseTemplate::new(200).set_body_raw(body.clone(), "application/json")
        })
        .mount(&setup.api)
        .await;
    let client = setup.client(app());
    for _ in 0..3 {
        accept(&client).await.unwrap();
    }
    assert_eq!(
        setup.bearers().await,
        [
            "token-1", "token-2", "token-2", "token-3", "token-3", "token-4"
        ]
    );
}

/// Each is what a shell, a file or a copied text adds.
#[tokio::test]
async fn line_ends_and_braces_around_settings_are_not_sent() {
    let guid = "D6BF25B7-e0a8-4f2d-a31b-97b55cfc774d";
    for (tenant, client_id, secret) in [
        (guid.to_owned(), CLIENT_ID.to_owned(), "s3cr3t\r\n"),
        (
            format!("{{{guid}}}\r\n"),
            format!("({CLIENT_ID})"),
            "s3cr3t\n",
        ),
        (
            format!("urn:uuid:{guid}"),
            format!(" {CLIENT_ID}\t"),
            "\ns3cr3t\r",
        ),
    ] {
        let setup = Setup::new().await;
        let app = ClientSecretCredential::new(&tenant, &client_id, secret);
        accept(&setup.client(app)).await.unwrap();
        let user = RefreshTokenCredential::new(&tenant, &client_id, "r3fresh\r\n");
        let user = user.client_secret(secret);
        accept(&setup.client(user)).await.unwrap();
        accept(&setup.client(StaticToken::new("given")))
            .await
            .unwrap();

        let requests = setup.token_requests().await;
        let bodies = requests.iter().map(|request| {
            assert_eq!(request.url.path(), format!("/{guid}/oauth2/v2.0/token"));
            String::from_utf8(request.body.clone()).unwrap()
        });
        let [app, user] = bodies.collect::<Vec<_>>().try_into().unwrap();
        for body in [&app, &user] {
            assert!(body.contains(&format!("&client_id={CLIENT_ID}&")), "{body}");
            assert!(body.ends_with("&client_secret=s3cr3t"), "{body}");
        }
        assert!(user.contains("&refresh_token=r3fresh&"), "{user}");
        assert_eq!(setup.bearers().await.last().unwrap(), "given");
    }
}

#[test]
fn settings_with_quotes_and_control_characters_fail_when_the_client_is_built() {
    for (value, expected) in [
        ("\"canary\"", "is enclosed in quotes"),
        ("\u{201C}canary\u{201D}", "is enclosed in quotes"),
        ("can\r\nary", "contains a line break"),
        ("canary\u{7}", "contains the control character U+0007"),
        ("canary\u{200B}", "contains the invisible character U+200B"),
        ("\u{feff}canary", "contains the invisible character U+FEFF"),
        ("canary ", "ends with a blank"),
        (" \r\n", "is empty: it contains only blanks"),
        ("\r\n", "is empty"),
    ] {
        let user = || RefreshTokenCredential::new(TENANT, CLIENT_ID, "token");
        let credentials: [(&str, Box<dyn Credential>); 3] = [
            (
                "the client secret",
                Box::new(ClientSecretCredential::new(TENANT, CLIENT_ID, value)),
            ),
            ("the client secret", Box::new(user().client_secret(value))),
            (
                "the refresh token",
                Box::new(RefreshTokenCredential::new(TENANT, CLIENT_ID, value)),
            ),
        ];
        for (name, credential) in credentials {
            let error = credential.check().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{name} ")), "{value:?}: {error}");
            assert!(error.contains(expected), "{value:?}: {error}");
            assert!(!error.contains("canary"), "{error}");
        }
        let refused = StaticToken::new(value).check().unwrap_err().to_string();
        assert!(!refused.contains("canary"), "{refused}");
    }
    for (tenant, client_id, expected) in [
        ("\"contoso.example\"", CLIENT_ID, "in quotes"),
        (TENANT, "'an-app'", "the client id is enclosed in quotes"),
        (TENANT, "an\u{A0}app", "invisible character U+00A0"),
    ] {
        let app = ClientSecretCredential::new(tenant, client_id, "s3cr3t");
        let error = app.check().unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn invalid_settings_fail_when_the_client_is_built() {
    for (tenant, client_id, secret, expected) in [
        ("contoso", CLIENT_ID, SECRET, "the tenant \"contoso\""),
        ("a.b/../c.d", CLIENT_ID, SECRET, "is not a valid tenant"),
        (TENANT, "", SECRET, "the client id is empty"),
        (TENANT, CLIENT_ID, "", "the client secret is empty"),
    ] {
        let credential = ClientSecretCredential::new(tenant, client_id, secret);
        let error = Client::builder()
            .credential(credential)
            .build()
            .unwrap_err();
        assert!(error.is_configuration());
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn debug_of_builder_and_client_contains_no_secret() {
    let pem = |name: &str| {
        let directory = workspace().join("crates/core/src/credential/testdata");
        std::fs::read_to_string(directory.join(name)).unwrap()
    };
    let key = pem("test-only-key-pkcs8.pem");
    let certificate = pem("test-only-certificate.pem");
    let certified =
        ClientCertificateCredential::new(TENANT, CLIENT_ID, format!("{certificate}{key}")).unwrap();
    let refreshed = RefreshTokenCredential::new(TENANT, CLIENT_ID, REFRESH_TOKEN);
    let vault = Vault {
        login: Arc::default(),
        stored: Mutex::new(vec![(REFRESH_TOKEN.to_owned(), 1)]),
        failures: Mutex::default(),
    };
    let credentials: [Arc<dyn Credential>; 4] = [
        Arc::new(StaticToken::new("canary")),
        Arc::new(app()),
        Arc::new(refreshed.client_secret(SECRET).store(vault)),
        Arc::new(certified),
    ];
    let options = CallOptions::default()
        .locale("nl-NL")
        .application("shop")
        .timeout(Duration::from_secs(1));
    let mut shown = format!("{options:?}\n{options:#?}\n");
    for credential in credentials {
        write!(shown, "\n{credential:?}\n{credential:#?}\n").unwrap();
        let builder = Client::builder()
            .endpoint("https://me:canary@api.example")
            .credential(Arc::clone(&credential))
            .options(options.clone());
        write!(shown, "{builder:?}\n{builder:#?}\n").unwrap();
        let client = builder.endpoint("https://api.example").build().unwrap();
        write!(shown, "{client:?}\n{client:#?}\n").unwrap();
    }
    assert!(!shown.contains("canary"), "{shown}");
    for line in key.lines().filter(|line| !line.starts_with('-')) {
        assert!(!shown.contains(line), "{shown}");
    }
    insta::assert_snapshot!(without_http_library(&shown));
}

/// `Debug` output without the part of the HTTP library, which depends on its version.
fn without_http_library(shown: &str) -> String {
    let mut rest = shown;
    let mut left = String::new();
    while let Some((before, after)) = rest.split_once("http: Client {") {
        left.push_str(before);
        rest = &after[after.find("endpoint: Endpoint(").unwrap()..];
    }
    let system = format!("({})", std::env::consts::OS);
    (left + rest).replace(&system, "(system)")
}
