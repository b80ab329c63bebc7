//! The credentials over real sockets: what goes over the wire, and what comes of each answer.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::testing::{
    ACCESS_TOKEN, CLIENT_ID, FakeRuntime, LoginServer, REFRESH_TOKEN, Reply, SECRET, TENANT, fetch,
    refusal, request_to, success, success_with,
};
use super::{
    AccessToken, ClientSecretCredential, Credential, RefreshTokenCredential, RefreshTokenStore,
    StaticToken,
};
use crate::runtime::BoxFuture;

const NEWER: &str = "canary-0.AXoA-newer-canary";
const NEWEST: &str = "canary-0.AXoA-newest-canary";

fn app() -> ClientSecretCredential {
    ClientSecretCredential::new(TENANT, CLIENT_ID, SECRET)
}

fn refreshed() -> RefreshTokenCredential {
    RefreshTokenCredential::new(TENANT, CLIENT_ID, REFRESH_TOKEN)
}

#[tokio::test]
async fn each_credential_sends_exactly_its_form() {
    let id = format!("client_id={CLIENT_ID}");
    let scope = "scope=https%3A%2F%2Fapi.example%2F.default";
    let resource = "resource=https%3A%2F%2Fapi.example";
    let secret = "client_secret=canary-s3cr3t~%26%2B%2F-canary";
    let refresh = format!("refresh_token={REFRESH_TOKEN}");
    let (v2, v1) = ("oauth2/v2.0/token", "oauth2/token");
    let cases: [(Box<dyn Credential>, &str, String); 5] = [
        (
            Box::new(app()),
            v2,
            format!("grant_type=client_credentials&{id}&{scope}&{secret}"),
        ),
        (
            Box::new(app().v1()),
            v1,
            format!("grant_type=client_credentials&{id}&{resource}&{secret}"),
        ),
        (
            Box::new(refreshed()),
            v2,
            format!("grant_type=refresh_token&{id}&{scope}%20offline_access&{refresh}"),
        ),
        (
            Box::new(refreshed().client_secret(SECRET)),
            v2,
            format!("grant_type=refresh_token&{id}&{scope}%20offline_access&{refresh}&{secret}"),
        ),
        (
            Box::new(refreshed().client_secret(SECRET).v1()),
            v1,
            format!("grant_type=refresh_token&{id}&{resource}&{refresh}&{secret}"),
        ),
    ];
    for (credential, path, body) in cases {
        let server = LoginServer::start([success()]).await;
        let token = fetch(&*credential, &server, &FakeRuntime::new())
            .await
            .unwrap();
        assert_eq!(token.text().expose(), ACCESS_TOKEN);
        assert_eq!(token.lifetime(), Some(Duration::from_secs(3_599)));
        let [request] = &server.requests()[..] else {
            panic!("one request")
        };
        assert_eq!(request.body, body);
        let line = format!("POST /{TENANT}/{path} HTTP/1.1\r\n");
        assert!(request.head.starts_with(&line), "{}", request.head);
        let head = request.head.to_lowercase();
        assert!(head.contains("\r\ncontent-type: application/x-www-form-urlencoded\r\n"));
        assert!(head.contains("\r\naccept: application/json\r\n"));
        assert!(!head.contains("authorization"));
    }
}

#[tokio::test]
async fn a_success_may_vary_as_the_two_endpoints_do() {
    for (members, lifetime) in [
        (
            json!({"expires_in": "3600", "token_type": "bearer"}),
            Some(3_600),
        ),
        (json!({"expires_in": 10, "token_type": "BEARER"}), Some(10)),
        (json!({"expires_in": null}), None),
    ] {
        let server = LoginServer::start([success_with(members)]).await;
        let token = fetch(&app(), &server, &FakeRuntime::new()).await.unwrap();
        assert_eq!(token.lifetime(), lifetime.map(Duration::from_secs));
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_used_is_said_and_its_body_is_not_kept() {
    let huge = format!("{{\"access_token\":\"{}\"}}", "canary".repeat(200_000));
    for (reply, said) in [
        (
            success_with(json!({"access_token": null})),
            "no access_token",
        ),
        (success_with(json!({"token_type": null})), "no token_type"),
        (success_with(json!({"token_type": "pop"})), "not Bearer"),
        (
            success_with(json!({"access_token": "canary canary"})),
            "in a header",
        ),
        (
            success_with(json!({"access_token": ["canary"]})),
            "no access_token",
        ),
        (refusal(200, "<html>canary</html>"), "not the JSON"),
        (refusal(200, ""), "not the JSON"),
        (refusal(200, &huge), "larger than 1048576 bytes"),
    ] {
        let server = LoginServer::start([reply]).await;
        let error = fetch(&app(), &server, &FakeRuntime::new())
            .await
            .unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
        assert!(error.body().is_none() && !error.is_transient());
        assert_eq!(server.requests().len(), 1);
    }
}

const AADSTS50076: &str = r#"{
    "error": "interaction_required",
    "error_description": "AADSTS50076: Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access 'fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd'. Trace ID: 0d5c1c1f-0f7b-4b6a-9d3e-2a6f9b1c0100 Correlation ID: 7c0b3e5e-1d3a-4d0e-8f6e-5a1f4be0c0de Timestamp: 2026-06-08 10:00:00Z",
    "error_codes": [50076],
    "timestamp": "2026-06-08 10:00:00Z",
    "trace_id": "0d5c1c1f-0f7b-4b6a-9d3e-2a6f9b1c0100",
    "correlation_id": "7c0b3e5e-1d3a-4d0e-8f6e-5a1f4be0c0de",
    "error_uri": "https://login.microsoftonline.com/error?code=50076",
    "suberror": "basic_action",
    "claims": "{\"access_token\":{}}"
}"#;

#[tokio::test]
async fn a_refusal_is_kept_whole() {
    let server = LoginServer::start([refusal(400, AADSTS50076)]).await;
    let error = fetch(&refreshed(), &server, &FakeRuntime::new())
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().as_u16(), 400);
    assert_eq!(error.error(), Some("interaction_required"));
    assert!(error.error_description().unwrap().ends_with("10:00:00Z"));
    assert_eq!(error.error_codes(), [50_076]);
    assert_eq!(error.suberror(), Some("basic_action"));
    assert_eq!(
        error.trace_id(),
        Some("0d5c1c1f-0f7b-4b6a-9d3e-2a6f9b1c0100")
    );
    assert_eq!(
        error.correlation_id(),
        Some("7c0b3e5e-1d3a-4d0e-8f6e-5a1f4be0c0de")
    );
    assert_eq!(error.body(), Some(AADSTS50076.as_bytes()));
    assert!(error.hint().unwrap().contains("multifactor"));
    assert!(!error.is_transient());
    assert_eq!(server.requests().len(), 1, "it will not get better");
}

#[tokio::test]
async fn what_was_sent_in_secret_is_in_no_part_of_an_error() {
    let echo = json!({
        "error": SECRET,
        "error_description": format!("AADSTS1: sent {SECRET} and {REFRESH_TOKEN}"),
        "suberror": REFRESH_TOKEN,
        "correlation_id": SECRET,
        "trace_id": format!("x{SECRET}"),
        "echo": format!("client_secret=canary-s3cr3t~%26%2B%2F-canary&refresh_token={REFRESH_TOKEN}"),
    })
    .to_string();
    // Reading stops in the middle of one.
    let long = REFRESH_TOKEN.repeat(60_000);
    for body in [echo, format!("<p>{SECRET}</p>{REFRESH_TOKEN}"), long] {
        let server = LoginServer::start([refusal(400, &body)]).await;
        let credential = refreshed().client_secret(SECRET);
        let error = fetch(&credential, &server, &FakeRuntime::new())
            .await
            .unwrap_err();
        let body = String::from_utf8_lossy(error.body().unwrap());
        assert!(body.contains("<redacted>"), "{body}");
        assert!(body.len() <= 64 * 1024);
        let members = [
            error.error(),
            error.error_description(),
            error.suberror(),
            error.correlation_id(),
            error.trace_id(),
        ];
        let shown = format!("{body}{error}{error:#?}{members:?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[tokio::test]
async fn every_kind_of_failure_says_what_happened() {
    let refused = |status, description: &str, codes: &str| {
        refusal(
            status,
            &format!(
                r#"{{"error":"invalid_client","error_description":"{description}\r\nTrace ID: t\r\nCorrelation ID: c","error_codes":[{codes}],"trace_id":"t","correlation_id":"c"}}"#
            ),
        )
    };
    let busy = Reply::Answer(
        http::StatusCode::TOO_MANY_REQUESTS,
        "retry-after: 3600\r\n",
        Vec::new(),
    );
    let cases: Vec<(&str, Vec<Reply>)> = vec![
        ("MFA", vec![refusal(400, AADSTS50076)]),
        (
            "a wrong secret",
            vec![refused(
                401,
                "AADSTS7000215: Invalid client secret provided.",
                "7000215",
            )],
        ),
        (
            "no consent",
            vec![refused(
                400,
                "AADSTS65001: The user or administrator has not consented.",
                "65001",
            )],
        ),
        ("HTML", vec![refusal(403, "<html>Access denied</html>")]),
        ("nothing", vec![refusal(404, "")]),
        (
            "a redirect",
            vec![Reply::Answer(
                http::StatusCode::TEMPORARY_REDIRECT,
                "location: http://localhost:9/\r\n",
                Vec::new(),
            )],
        ),
        ("busy for longer than a caller waits", vec![busy]),
        (
            "broken thrice",
            vec![refusal(502, "<html>"), refusal(503, ""), refusal(500, "{}")],
        ),
        (
            "hung up thrice",
            vec![Reply::HangUp, Reply::HangUp, Reply::HangUp],
        ),
    ];
    let mut shown = String::new();
    for (name, replies) in cases {
        let expected = replies.len();
        let server = LoginServer::start(replies).await;
        let error = fetch(&app(), &server, &FakeRuntime::new())
            .await
            .unwrap_err();
        assert_eq!(server.requests().len(), expected, "{name}");
        let said = format!("## {name}\n{error}\n{error:#?}\n\n");
        shown.push_str(&said.replace(server.url(), "http://login"));
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn passing_troubles_are_tried_again_and_no_others() {
    let later = Reply::Answer(
        http::StatusCode::TOO_MANY_REQUESTS,
        "retry-after: 7\r\n",
        Vec::new(),
    );
    let temporary = refusal(
        400,
        r#"{"error":"temporarily_unavailable","error_codes":[90033]}"#,
    );
    let millis = Duration::from_millis;
    for (troubles, waits) in [
        (vec![later], vec![Duration::from_millis(7_400)]),
        (vec![temporary], vec![millis(400)]),
        (
            vec![refusal(500, ""), Reply::HangUp],
            vec![millis(400), millis(800)],
        ),
    ] {
        let expected = troubles.len() + 1;
        let server = LoginServer::start(troubles.into_iter().chain([success()])).await;
        let runtime = FakeRuntime::new();
        fetch(&app(), &server, &runtime).await.unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), expected);
        assert!(
            requests
                .iter()
                .all(|request| request.body == requests[0].body)
        );
        assert_eq!(runtime.waits(), waits);
    }
}

#[tokio::test]
async fn a_silent_service_is_given_up_after_its_time() {
    let server = LoginServer::start([Reply::Silence]).await;
    let runtime = FakeRuntime::without_patience();
    let error = fetch(&app(), &server, &runtime).await.unwrap_err();
    assert!(error.to_string().contains("within 30 seconds"), "{error}");
    assert!(error.is_transient());
    assert_eq!(runtime.waits(), [Duration::from_secs(30)]);
}

#[tokio::test]
async fn nobody_listening_is_a_passing_trouble_with_its_cause() {
    let server = LoginServer::start([]).await;
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    // A port that was free a moment ago.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let runtime = FakeRuntime::new();
    let request = request_to(&url, &http, &runtime);
    let error = app().access_token(&request).await.unwrap_err();
    assert!(error.is_transient() && error.status().is_none());
    assert!(
        error.to_string().contains("no connection came about"),
        "{error}"
    );
    assert!(error.to_string().contains("refused"), "{error}");
    assert_eq!(runtime.waits().len(), 2);
    assert!(server.requests().is_empty());
}

#[test]
fn wrong_settings_are_said_without_a_request() {
    let settings: [(Box<dyn Credential>, &str); 8] = [
        (
            Box::new(ClientSecretCredential::new("../x", CLIENT_ID, SECRET)),
            "tenant",
        ),
        (
            Box::new(ClientSecretCredential::new(TENANT, "", SECRET)),
            "client id is empty",
        ),
        (
            Box::new(ClientSecretCredential::new(TENANT, "a b", SECRET)),
            "client id",
        ),
        (
            Box::new(ClientSecretCredential::new(TENANT, CLIENT_ID, "")),
            "client secret is empty",
        ),
        (
            Box::new(RefreshTokenCredential::new(TENANT, CLIENT_ID, "")),
            "refresh token is empty",
        ),
        (
            Box::new(refreshed().client_secret("")),
            "client secret is empty",
        ),
        (Box::new(StaticToken::new("")), "bearer token is empty"),
        (
            Box::new(Arc::new(StaticToken::new("Bearer canary"))),
            "without the word",
        ),
    ];
    for (credential, said) in settings {
        let error = credential.check().unwrap_err().to_string();
        assert!(error.contains(said) && !error.contains("canary"), "{error}");
    }
    app().check().unwrap();
    refreshed().check().unwrap();
    StaticToken::new(ACCESS_TOKEN).check().unwrap();
}

/// Notes each token with the number of requests that the login service had seen by then.
#[derive(Debug, Default)]
struct Vault {
    stored: Mutex<Vec<(String, usize)>>,
    failures: Mutex<usize>,
    server: Mutex<Option<Arc<LoginServer>>>,
}

impl RefreshTokenStore for Vault {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        Box::pin(async move {
            let seen = self
                .server
                .lock()
                .unwrap()
                .as_ref()
                .unwrap()
                .requests()
                .len();
            let mut failures = self.failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err(format!("disk full while writing {refresh_token}").into());
            }
            let entry = (refresh_token.to_owned(), seen);
            self.stored.lock().unwrap().push(entry);
            Ok(())
        })
    }
}

async fn vault(replies: impl IntoIterator<Item = Reply>) -> (Arc<Vault>, Arc<LoginServer>) {
    let server = Arc::new(LoginServer::start(replies).await);
    let vault = Arc::new(Vault::default());
    *vault.server.lock().unwrap() = Some(Arc::clone(&server));
    (vault, server)
}

fn sent_tokens(server: &LoginServer) -> Vec<String> {
    let token = |body: &str| {
        let rest = body.split("refresh_token=").nth(1).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    server
        .requests()
        .iter()
        .map(|request| token(&request.body))
        .collect()
}

#[tokio::test]
async fn a_renewed_refresh_token_is_stored_before_it_is_used() {
    let (vault, server) = vault([
        success_with(json!({"refresh_token": NEWER})),
        success_with(json!({"refresh_token": NEWER})),
        success(),
        success_with(json!({"refresh_token": NEWEST})),
    ])
    .await;
    let credential = refreshed().store(Arc::clone(&vault));
    for _ in 0..4 {
        fetch(&credential, &server, &FakeRuntime::new())
            .await
            .unwrap();
    }
    assert_eq!(sent_tokens(&server), [REFRESH_TOKEN, NEWER, NEWER, NEWER]);
    // Each once, when it was new, and before the next request.
    assert_eq!(
        *vault.stored.lock().unwrap(),
        [(NEWER.to_owned(), 1), (NEWEST.to_owned(), 4)]
    );
}

#[tokio::test]
async fn a_refresh_token_that_was_not_stored_is_stored_first_next_time() {
    let (vault, server) = vault([success_with(json!({"refresh_token": NEWER})), success()]).await;
    *vault.failures.lock().unwrap() = 2;
    let credential = refreshed().store(Arc::clone(&vault));
    let runtime = FakeRuntime::new();
    for _ in 0..2 {
        let error = fetch(&credential, &server, &runtime).await.unwrap_err();
        assert!(error.to_string().contains("could not be stored"), "{error}");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "disk full while writing <redacted>");
        let shown = format!("{error}{error:?}{credential:?}{source:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert_eq!(
            server.requests().len(),
            1,
            "nothing is sent before it is stored"
        );
    }
    fetch(&credential, &server, &runtime).await.unwrap();
    assert_eq!(*vault.stored.lock().unwrap(), [(NEWER.to_owned(), 1)]);
    assert_eq!(sent_tokens(&server), [REFRESH_TOKEN, NEWER]);
}

/// Success, and the connection is closed before the promised length.
fn broken_off(body: &str) -> Reply {
    Reply::BreakOff(body.to_owned())
}

#[tokio::test]
async fn a_renewed_refresh_token_is_stored_whatever_is_wrong_with_the_rest() {
    let half = format!(r#"{{"refresh_token":"{NEWER}","access_token":"canary-ey"#);
    for (reply, said) in [
        (
            success_with(json!({"refresh_token": NEWER, "access_token": null})),
            "no access_token",
        ),
        (
            success_with(json!({"refresh_token": NEWER, "access_token": {"a": 1}})),
            "no access_token",
        ),
        (
            success_with(json!({"refresh_token": NEWER, "access_token": "canary canary"})),
            "in a header",
        ),
        (
            success_with(json!({"refresh_token": NEWER, "token_type": "pop"})),
            "not Bearer",
        ),
        (
            success_with(json!({"refresh_token": NEWER, "token_type": null})),
            "no token_type",
        ),
        (refusal(200, &half), "not the JSON"),
        (
            refusal(200, &format!("{half}{}", "x".repeat(1_100_000))),
            "larger than",
        ),
        (broken_off(&half), "the connection broke"),
    ] {
        let (vault, server) = vault([reply, success()]).await;
        let credential = refreshed().store(Arc::clone(&vault));
        let runtime = FakeRuntime::new();
        let error = fetch(&credential, &server, &runtime).await.unwrap_err();
        assert!(error.to_string().contains(said), "{said}: {error}");
        assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
        assert_eq!(*vault.stored.lock().unwrap(), [(NEWER.to_owned(), 1)]);
        fetch(&credential, &server, &runtime).await.unwrap();
        assert_eq!(sent_tokens(&server), [REFRESH_TOKEN, NEWER], "{said}");
    }
}

#[tokio::test]
async fn clones_of_a_refresh_token_credential_rotate_one_token() {
    let server = LoginServer::start([
        success_with(json!({"refresh_token": NEWER})),
        success_with(json!({"refresh_token": NEWEST})),
    ])
    .await;
    let one = refreshed();
    let other = one.clone();
    let runtime = FakeRuntime::new();
    let (a, b) = tokio::join!(
        fetch(&one, &server, &runtime),
        fetch(&other, &server, &runtime)
    );
    a.unwrap();
    b.unwrap();
    assert_eq!(sent_tokens(&server), [REFRESH_TOKEN, NEWER]);
}

#[test]
fn nothing_that_holds_a_secret_shows_it() {
    let http = reqwest::Client::new();
    let runtime = FakeRuntime::new();
    let cache = super::TokenCache::new(
        Arc::new(app()),
        crate::cloud::Cloud::Global,
        http.clone(),
        Arc::new(FakeRuntime::new()),
    );
    let form = super::token_endpoint::Granted {
        access_token: Ok(AccessToken::new(ACCESS_TOKEN, Duration::from_mins(1))),
        refresh_token: Some(crate::secret::Secret::new(REFRESH_TOKEN)),
    };
    let bearer = super::Bearer::new(&AccessToken::without_expiry(ACCESS_TOKEN)).unwrap();
    let registration = super::app_registration::Registration::new(TENANT, CLIENT_ID);
    let values: [&dyn std::fmt::Debug; 12] = [
        &crate::secret::Secret::new(SECRET),
        &bearer,
        &bearer.header(),
        &registration,
        &StaticToken::new(ACCESS_TOKEN),
        &AccessToken::without_expiry(ACCESS_TOKEN),
        &app(),
        &app().v1(),
        &refreshed()
            .client_secret(SECRET)
            .store(Arc::new(Vault::default())),
        &request_to("https://login.example", &http, &runtime),
        &cache,
        &form,
    ];
    let mut shown = String::new();
    for value in values {
        writeln!(shown, "{value:?}\n{value:#?}").unwrap();
    }
    assert!(!shown.contains("canary"), "{shown}");
    insta::assert_snapshot!(shown);
}
