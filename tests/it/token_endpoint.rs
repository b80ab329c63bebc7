//! The credentials against a login service: what they send, and what each response leads to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CUSTOMER, FakeRuntime, Reply, ScriptedServer, TRANSFER, example_text,
    workspace,
};
use partner_center_transfers::{
    AccessToken, BoxFuture, Client, ClientCertificateCredential, ClientSecretCredential, Cloud,
    Credential, CredentialError, RefreshTokenCredential, RefreshTokenStore, StaticToken,
    TokenRequest,
};
use serde_json::{Value, json};

const TENANT: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const CLIENT_ID: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
const SECRET: &str = "canary-s3cr3t~&+/-canary";
const REFRESH_TOKEN: &str = "canary-0.AXoA-refresh-canary";
const RENEWED: &str = "canary-0.AXoA-renewed-canary";
const RENEWED_AGAIN: &str = "canary-0.AXoA-renewed-again-canary";
const ACCESS_TOKEN: &str = "canary-eyJ0eXAi-canary";

fn app() -> ClientSecretCredential {
    ClientSecretCredential::new(TENANT, CLIENT_ID, SECRET)
}

fn user() -> RefreshTokenCredential {
    RefreshTokenCredential::new(TENANT, CLIENT_ID, REFRESH_TOKEN)
}

/// Records what a credential returns.
#[derive(Debug)]
struct Observed {
    credential: Arc<dyn Credential>,
    result: Arc<Mutex<Option<Result<AccessToken, CredentialError>>>>,
}

impl Credential for Observed {
    fn access_token<'a>(
        &'a self,
        request: &'a TokenRequest<'a>,
    ) -> BoxFuture<'a, Result<AccessToken, CredentialError>> {
        Box::pin(async move {
            let result = self.credential.access_token(request).await;
            *self.result.lock().unwrap() = Some(result.clone());
            result
        })
    }
}

/// The token and the bearer that the API received, or the credential's error.
type Fetched = Result<(AccessToken, String), CredentialError>;

/// Makes a call whose client has no token yet, so that it requests one.
async fn fetch(
    credential: &Arc<dyn Credential>,
    login_url: &str,
    runtime: &Arc<FakeRuntime>,
) -> Fetched {
    let body = example_text("accept-transfer-complete.json");
    let api = ScriptedServer::start([Reply::json("200 OK", &body)]).await;
    let result = Arc::new(Mutex::new(None));
    let client = Client::builder()
        .cloud(Cloud::Custom {
            endpoint: api.url().to_owned(),
            authority: login_url.to_owned(),
            audience: "https://api.example".to_owned(),
        })
        .credential(Observed {
            credential: Arc::clone(credential),
            result: Arc::clone(&result),
        })
        .runtime(Arc::clone(runtime) as _)
        .build()
        .unwrap();
    let call = client
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER);
    let outcome = call.send().await;
    let fetched = result.lock().unwrap().take().unwrap();
    match fetched {
        Ok(token) => {
            outcome.unwrap();
            let requests = api.requests();
            let bearer = requests[0].header("authorization").unwrap();
            let bearer = bearer.strip_prefix("Bearer ").unwrap().to_owned();
            Ok((token, bearer))
        }
        Err(error) => {
            assert!(outcome.unwrap_err().is_credential());
            assert!(api.requests().is_empty());
            Err(error)
        }
    }
}

/// [`fetch`] from a login service with these replies.
async fn fetch_from(
    credential: impl Credential + 'static,
    replies: impl IntoIterator<Item = Reply>,
) -> (Fetched, ScriptedServer) {
    let login = ScriptedServer::start(replies).await;
    let credential: Arc<dyn Credential> = Arc::new(credential);
    let fetched = fetch(&credential, login.url(), &FakeRuntime::new()).await;
    (fetched, login)
}

fn success() -> Reply {
    success_with(json!({}))
}

/// A success with these members added or replaced; `null` removes one.
fn success_with(members: Value) -> Reply {
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": 3599,
        "ext_expires_in": 3599,
        "access_token": ACCESS_TOKEN,
    });
    let Value::Object(members) = members else {
        panic!("an object")
    };
    for (name, value) in members {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(&name);
        } else {
            body[name] = value;
        }
    }
    Reply::json("200 OK", &body.to_string())
}

fn reply(status: &str, body: &str) -> Reply {
    Reply::response(status, "", body)
}

/// Closes the connection without a response.
fn hang_up() -> Reply {
    Reply::BytesThenClose(Vec::new())
}

#[tokio::test]
async fn each_credential_sends_exactly_its_form() {
    let id = format!("client_id={CLIENT_ID}");
    let scope = "scope=https%3A%2F%2Fapi.example%2F.default";
    let resource = "resource=https%3A%2F%2Fapi.example";
    let secret = "client_secret=canary-s3cr3t~%26%2B%2F-canary";
    let refresh = format!("refresh_token={REFRESH_TOKEN}");
    let (v2, v1) = ("oauth2/v2.0/token", "oauth2/token");
    let cases: [(Arc<dyn Credential>, &str, String); 5] = [
        (
            Arc::new(app()),
            v2,
            format!("grant_type=client_credentials&{id}&{scope}&{secret}"),
        ),
        (
            Arc::new(app().v1()),
            v1,
            format!("grant_type=client_credentials&{id}&{resource}&{secret}"),
        ),
        (
            Arc::new(user()),
            v2,
            format!("grant_type=refresh_token&{id}&{scope}%20offline_access&{refresh}"),
        ),
        (
            Arc::new(user().client_secret(SECRET)),
            v2,
            format!("grant_type=refresh_token&{id}&{scope}%20offline_access&{refresh}&{secret}"),
        ),
        (
            Arc::new(user().client_secret(SECRET).v1()),
            v1,
            format!("grant_type=refresh_token&{id}&{resource}&{refresh}&{secret}"),
        ),
    ];
    for (credential, path, body) in cases {
        let (fetched, login) = fetch_from(credential, [success()]).await;
        let (token, bearer) = fetched.unwrap();
        assert_eq!(bearer, ACCESS_TOKEN);
        assert_eq!(token.lifetime(), Some(Duration::from_secs(3_599)));
        let [request] = &login.requests()[..] else {
            panic!("one request")
        };
        assert_eq!(request.body, body);
        assert_eq!(request.method(), "POST");
        assert_eq!(request.target(), format!("/{TENANT}/{path}"));
        assert_eq!(
            request.header("content-type"),
            Some("application/x-www-form-urlencoded")
        );
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!(request.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_certificate_credential_sends_a_signed_assertion() {
    let pem = |name: &str| {
        let directory = workspace().join("crates/core/src/credential/testdata");
        std::fs::read_to_string(directory.join(name)).unwrap()
    };
    let pem = pem("test-only-certificate.pem") + &pem("test-only-key-pkcs8.pem");
    let credential = ClientCertificateCredential::new(TENANT, CLIENT_ID, pem).unwrap();
    for (credential, target, path) in [
        (
            credential.clone(),
            "scope=https%3A%2F%2Fapi.example%2F.default",
            "oauth2/v2.0/token",
        ),
        (
            credential.rs256().v1(),
            "resource=https%3A%2F%2Fapi.example",
            "oauth2/token",
        ),
    ] {
        let (fetched, login) = fetch_from(credential, [success()]).await;
        assert_eq!(fetched.unwrap().1, ACCESS_TOKEN);
        let [request] = &login.requests()[..] else {
            panic!("one request")
        };
        assert_eq!(request.target(), format!("/{TENANT}/{path}"));
        let start = format!(
            "grant_type=client_credentials&client_id={CLIENT_ID}&{target}&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion="
        );
        let assertion = request.body.strip_prefix(&start).unwrap();
        assert_eq!(assertion.split('.').count(), 3, "{assertion}");
        assert!(!assertion.contains('&'), "{assertion}");
    }
}

#[tokio::test]
async fn a_lifetime_may_be_a_number_a_string_or_missing() {
    for (members, lifetime) in [
        (
            json!({"expires_in": "3600", "token_type": "bearer"}),
            Some(3_600),
        ),
        (json!({"expires_in": 10, "token_type": "BEARER"}), Some(10)),
        (json!({"expires_in": null}), None),
    ] {
        let (fetched, _login) = fetch_from(app(), [success_with(members)]).await;
        let (token, _) = fetched.unwrap();
        assert_eq!(token.lifetime(), lifetime.map(Duration::from_secs));
    }
}

#[tokio::test]
async fn an_invalid_success_is_explained_and_its_body_is_not_kept() {
    let huge = format!("{{\"access_token\":\"{}\"}}", "canary".repeat(200_000));
    for (response, reason) in [
        (
            success_with(json!({"access_token": null})),
            "no access_token",
        ),
        (success_with(json!({"token_type": null})), "no token_type"),
        (success_with(json!({"token_type": "pop"})), "not Bearer"),
        (
            success_with(json!({"access_token": "canary canary"})),
            "not a valid header value",
        ),
        (
            success_with(json!({"access_token": ["canary"]})),
            "no access_token",
        ),
        (
            reply("200 OK", "<html>canary</html>"),
            "not the expected JSON",
        ),
        (reply("200 OK", ""), "not the expected JSON"),
        (reply("200 OK", &huge), "larger than 1048576 bytes"),
    ] {
        let (fetched, login) = fetch_from(app(), [response]).await;
        let error = fetched.unwrap_err();
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
        assert!(error.body().is_none() && !error.is_transient());
        assert_eq!(login.requests().len(), 1);
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
async fn an_error_response_is_kept_whole_and_not_retried() {
    let (fetched, login) = fetch_from(user(), [reply("400 Bad Request", AADSTS50076)]).await;
    let error = fetched.unwrap_err();
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
    assert_eq!(login.requests().len(), 1);
}

#[tokio::test]
async fn no_part_of_an_error_contains_a_secret_that_the_service_repeats() {
    let echo = json!({
        "error": SECRET,
        "error_description": format!("AADSTS1: sent {SECRET} and {REFRESH_TOKEN}"),
        "suberror": REFRESH_TOKEN,
        "correlation_id": SECRET,
        "trace_id": format!("x{SECRET}"),
        "echo": format!("client_secret=canary-s3cr3t~%26%2B%2F-canary&refresh_token={REFRESH_TOKEN}"),
    })
    .to_string();
    // Longer than the limit, which is in the middle of a secret.
    let long = REFRESH_TOKEN.repeat(60_000);
    for body in [echo, format!("<p>{SECRET}</p>{REFRESH_TOKEN}"), long] {
        let credential = user().client_secret(SECRET);
        let (fetched, _login) = fetch_from(credential, [reply("400 Bad Request", &body)]).await;
        let error = fetched.unwrap_err();
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
        reply(
            status,
            &format!(
                r#"{{"error":"invalid_client","error_description":"{description}\r\nTrace ID: t\r\nCorrelation ID: c","error_codes":[{codes}],"trace_id":"t","correlation_id":"c"}}"#
            ),
        )
    };
    let wrong_secret = "AADSTS7000215: Invalid client secret provided.";
    let no_consent = "AADSTS65001: The user or administrator has not consented.";
    let redirect = "location: http://localhost:9/\r\n";
    let cases = [
        ("MFA", vec![reply("400 Bad Request", AADSTS50076)]),
        (
            "a wrong secret",
            vec![refused("401 Unauthorized", wrong_secret, "7000215")],
        ),
        (
            "no consent",
            vec![refused("400 Bad Request", no_consent, "65001")],
        ),
        (
            "HTML",
            vec![reply("403 Forbidden", "<html>Access denied</html>")],
        ),
        ("an empty body", vec![reply("404 Not Found", "")]),
        (
            "a redirect",
            vec![Reply::response("307 Temporary Redirect", redirect, "")],
        ),
        (
            "a Retry-After beyond the cap",
            vec![Reply::response(
                "429 Too Many Requests",
                "retry-after: 3600\r\n",
                "",
            )],
        ),
        (
            "three server errors",
            vec![
                reply("502 Bad Gateway", "<html>"),
                reply("503 Service Unavailable", ""),
                reply("500 Internal Server Error", "{}"),
            ],
        ),
        (
            "three closed connections",
            vec![hang_up(), hang_up(), hang_up()],
        ),
    ];
    let mut shown = String::new();
    for (name, replies) in cases {
        let expected = replies.len();
        let (fetched, login) = fetch_from(app(), replies).await;
        let error = fetched.unwrap_err();
        assert_eq!(login.requests().len(), expected, "{name}");
        let text = format!("## {name}\n{error}\n{error:#?}\n\n");
        shown.push_str(&text.replace(login.url(), "http://login"));
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn a_login_answer_in_another_form_is_read() {
    let tail = "<!DOCTYPE html><html><title>Error</title></html>";
    let token = json!({
        "token_type": "Bearer",
        "expires_in": 3599,
        "access_token": ACCESS_TOKEN,
        "refresh_token": RENEWED,
    });
    let members = token.to_string();
    let with_half_a_pair = members.replacen('{', r#"{"x\ud83d":"\uDE00","#, 1);
    for body in [
        format!("{members}{tail}"),
        format!("\u{feff}{members}\r\n\r\n"),
        with_half_a_pair,
    ] {
        let (vault, credential) = vault([reply("200 OK", &body)], 0).await;
        let fetched = fetch(&credential, vault.login.url(), &FakeRuntime::new()).await;
        assert_eq!(fetched.unwrap().1, ACCESS_TOKEN, "{body}");
        assert_eq!(*vault.stored.lock().unwrap(), [(RENEWED.to_owned(), 1)]);
    }
    for body in [
        format!(r#"{{"error":"invalid_client","error_description":"AADSTS7000215: Bad."}}{tail}"#),
        r#"{"error":"invalid_client","error_description":"AADSTS7000215: Bad \ud83d"}"#.to_owned(),
    ] {
        let (fetched, _login) = fetch_from(app(), [reply("401 Unauthorized", &body)]).await;
        let error = fetched.unwrap_err();
        assert_eq!(error.error(), Some("invalid_client"));
        assert_eq!(error.error_codes(), [7_000_215]);
        assert!(
            error.to_string().contains("client secret is wrong"),
            "{error}"
        );
    }
    let page = format!("<html><title>Sign in {SECRET}</title></html>");
    for status in ["200 OK", "401 Unauthorized"] {
        let (fetched, _login) = fetch_from(app(), [reply(status, &page)]).await;
        let error = fetched.unwrap_err();
        let text = error.to_string();
        assert!(text.contains("Sign in <redacted>"), "{text}");
        assert!(
            text.contains("a proxy or a sign-in page answered"),
            "{text}"
        );
        assert!(!format!("{error:?}").contains("canary"), "{error:?}");
    }
}

#[tokio::test]
async fn a_remedy_is_given_only_for_the_code_it_is_about() {
    for (code, said) in [
        (
            50_131,
            "a Conditional Access policy of the tenant blocks this sign-in",
        ),
        (50_057, "the user account is disabled"),
        (7_000_112, "the app is disabled in the tenant"),
        (
            999_999,
            "https://login.microsoftonline.com/error?code=999999",
        ),
    ] {
        let body = json!({
            "error": "invalid_grant",
            "error_description": format!("AADSTS{code}: The service's own words."),
            "error_codes": [code],
        });
        let (fetched, _login) =
            fetch_from(user(), [reply("400 Bad Request", &body.to_string())]).await;
        let text = fetched.unwrap_err().to_string();
        assert!(text.contains("The service's own words"), "{text}");
        assert!(text.contains(said), "{text}");
        assert!(
            !text.contains("sign in again") && !text.contains("no such app"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn transient_failures_are_retried() {
    let later = Reply::response("429 Too Many Requests", "retry-after: 7\r\n", "");
    let temporary = reply(
        "400 Bad Request",
        r#"{"error":"temporarily_unavailable","error_codes":[90033]}"#,
    );
    let server_error = reply("500 Internal Server Error", "");
    let millis = Duration::from_millis;
    for (failures, delays) in [
        (vec![later], vec![millis(7_400)]),
        (vec![temporary], vec![millis(400)]),
        (
            vec![server_error, hang_up()],
            vec![millis(400), millis(800)],
        ),
    ] {
        let expected = failures.len() + 1;
        let login = ScriptedServer::start(failures.into_iter().chain([success()])).await;
        let credential: Arc<dyn Credential> = Arc::new(app());
        let runtime = FakeRuntime::new();
        fetch(&credential, login.url(), &runtime).await.unwrap();
        let requests = login.requests();
        assert_eq!(requests.len(), expected);
        assert!(
            requests
                .iter()
                .all(|request| request.body == requests[0].body)
        );
        assert_eq!(runtime.sleeps(), delays);
    }
}

#[tokio::test]
async fn a_silent_login_service_times_out() {
    let login = ScriptedServer::start([Reply::Silence]).await;
    let credential: Arc<dyn Credential> = Arc::new(app());
    let runtime = FakeRuntime::expiring(&[ATTEMPT_TIMEOUT]);
    let error = fetch(&credential, login.url(), &runtime).await.unwrap_err();
    assert!(error.to_string().contains("within 30 s"), "{error}");
    assert!(error.is_transient());
    assert_eq!(login.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_connection_is_transient_and_has_its_cause() {
    // A port that was free a moment ago.
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let credential: Arc<dyn Credential> = Arc::new(app());
    let runtime = FakeRuntime::new();
    let error = fetch(&credential, &url, &runtime).await.unwrap_err();
    assert!(error.is_transient() && error.status().is_none());
    assert!(error.to_string().contains("no connection to"), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
    assert_eq!(runtime.sleeps().len(), 2);
}

#[test]
fn invalid_settings_are_found_without_a_request() {
    let app = |tenant: &str, client_id: &str, secret: &str| {
        Box::new(ClientSecretCredential::new(tenant, client_id, secret))
    };
    let settings: [(Box<dyn Credential>, &str); 8] = [
        (app("../x", CLIENT_ID, SECRET), "tenant"),
        (app(TENANT, "", SECRET), "client id is empty"),
        (app(TENANT, "a b", SECRET), "client id"),
        (app(TENANT, CLIENT_ID, ""), "client secret is empty"),
        (
            Box::new(RefreshTokenCredential::new(TENANT, CLIENT_ID, "")),
            "refresh token is empty",
        ),
        (Box::new(user().client_secret("")), "client secret is empty"),
        (Box::new(StaticToken::new("")), "bearer token is empty"),
        (
            Box::new(Arc::new(StaticToken::new("Bearer canary"))),
            "without the word",
        ),
    ];
    for (credential, reason) in settings {
        let error = credential.check().unwrap_err().to_string();
        assert!(
            error.contains(reason) && !error.contains("canary"),
            "{error}"
        );
    }
    app(TENANT, CLIENT_ID, SECRET).check().unwrap();
    user().check().unwrap();
    StaticToken::new(ACCESS_TOKEN).check().unwrap();
}

/// Records each token with the number of requests that the login service had received by then.
struct Vault {
    login: Arc<ScriptedServer>,
    stored: Mutex<Vec<(String, usize)>>,
    failures: Mutex<usize>,
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
            let entry = (refresh_token.to_owned(), self.login.requests().len());
            self.stored.lock().unwrap().push(entry);
            Ok(())
        })
    }
}

/// A login service, a vault whose first stores fail, and a credential that uses both.
async fn vault(
    replies: impl IntoIterator<Item = Reply>,
    failures: usize,
) -> (Arc<Vault>, Arc<dyn Credential>) {
    let vault = Arc::new(Vault {
        login: Arc::new(ScriptedServer::start(replies).await),
        stored: Mutex::default(),
        failures: Mutex::new(failures),
    });
    let credential = Arc::new(user().store(Arc::clone(&vault)));
    (vault, credential)
}

fn sent_tokens(login: &ScriptedServer) -> Vec<String> {
    let token = |body: &str| {
        let rest = body.split("refresh_token=").nth(1).unwrap();
        rest.split('&').next().unwrap().to_owned()
    };
    let requests = login.requests();
    requests
        .iter()
        .map(|request| token(&request.body))
        .collect()
}

#[tokio::test]
async fn a_renewed_refresh_token_is_stored_before_it_is_used() {
    let replies = [
        success_with(json!({"refresh_token": RENEWED})),
        success_with(json!({"refresh_token": RENEWED})),
        success(),
        success_with(json!({"refresh_token": RENEWED_AGAIN})),
    ];
    let (vault, credential) = vault(replies, 0).await;
    for _ in 0..4 {
        fetch(&credential, vault.login.url(), &FakeRuntime::new())
            .await
            .unwrap();
    }
    assert_eq!(
        sent_tokens(&vault.login),
        [REFRESH_TOKEN, RENEWED, RENEWED, RENEWED]
    );
    // Each token once, before the next request.
    assert_eq!(
        *vault.stored.lock().unwrap(),
        [(RENEWED.to_owned(), 1), (RENEWED_AGAIN.to_owned(), 4)]
    );
}

#[tokio::test]
async fn a_refresh_token_that_could_not_be_stored_is_stored_first_next_time() {
    let replies = [success_with(json!({"refresh_token": RENEWED})), success()];
    let (vault, credential) = vault(replies, 2).await;
    let runtime = FakeRuntime::new();
    for _ in 0..2 {
        let fetched = fetch(&credential, vault.login.url(), &runtime).await;
        let error = fetched.unwrap_err();
        assert!(error.to_string().contains("could not be stored"), "{error}");
        let kept = "kept in memory, and stored before the next request for a token";
        assert!(error.to_string().contains(kept), "{error}");
        let source = std::error::Error::source(&error).unwrap();
        assert_eq!(source.to_string(), "disk full while writing <redacted>");
        let shown = format!("{error}{error:?}{credential:?}{source:?}");
        assert!(!shown.contains("canary"), "{shown}");
        assert_eq!(
            vault.login.requests().len(),
            1,
            "nothing is sent before the token is stored"
        );
    }
    fetch(&credential, vault.login.url(), &runtime)
        .await
        .unwrap();
    assert_eq!(*vault.stored.lock().unwrap(), [(RENEWED.to_owned(), 1)]);
    assert_eq!(sent_tokens(&vault.login), [REFRESH_TOKEN, RENEWED]);
}

#[tokio::test]
async fn a_renewed_refresh_token_is_stored_even_if_the_rest_of_the_response_is_invalid() {
    let half = format!(r#"{{"refresh_token":"{RENEWED}","access_token":"canary-ey"#);
    let with = |members: Value| {
        let mut members = members;
        members["refresh_token"] = json!(RENEWED);
        success_with(members)
    };
    for (response, reason) in [
        (with(json!({"access_token": null})), "no access_token"),
        (with(json!({"access_token": {"a": 1}})), "no access_token"),
        (
            with(json!({"access_token": "canary canary"})),
            "not a valid header value",
        ),
        (with(json!({"token_type": "pop"})), "not Bearer"),
        (with(json!({"token_type": null})), "no token_type"),
        (reply("200 OK", &half), "not the expected JSON"),
        (
            reply("200 OK", &format!("{half}{}", "x".repeat(1_100_000))),
            "larger than",
        ),
        (Reply::truncated("200 OK", &half), "connection closed"),
    ] {
        let (vault, credential) = vault([response, success()], 0).await;
        let runtime = FakeRuntime::new();
        let fetched = fetch(&credential, vault.login.url(), &runtime).await;
        let error = fetched.unwrap_err();
        assert!(error.to_string().contains(reason), "{reason}: {error}");
        assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
        assert_eq!(*vault.stored.lock().unwrap(), [(RENEWED.to_owned(), 1)]);
        fetch(&credential, vault.login.url(), &runtime)
            .await
            .unwrap();
        assert_eq!(
            sent_tokens(&vault.login),
            [REFRESH_TOKEN, RENEWED],
            "{reason}"
        );
    }
}

#[tokio::test]
async fn clones_of_a_refresh_token_credential_share_the_renewed_token() {
    let login = ScriptedServer::start([
        success_with(json!({"refresh_token": RENEWED})),
        success_with(json!({"refresh_token": RENEWED_AGAIN})),
    ])
    .await;
    let credential = user();
    let clones: [Arc<dyn Credential>; 2] = [Arc::new(credential.clone()), Arc::new(credential)];
    let runtime = FakeRuntime::new();
    let [one, other] = &clones;
    let (one, other) = tokio::join!(
        fetch(one, login.url(), &runtime),
        fetch(other, login.url(), &runtime)
    );
    one.unwrap();
    other.unwrap();
    assert_eq!(sent_tokens(&login), [REFRESH_TOKEN, RENEWED]);
}
