//! A sign-in with a device code against a login service: what is sent and when, and what each
//! response leads to.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use partner_center_tests::{
    CUSTOMER, FakeRuntime, Reply, ScriptedServer, TRANSFER, example_text, settle,
};
use partner_center_transfers::{
    BoxFuture, Client, ClientBuilder, Cloud, CredentialError, DeviceCodeCredential,
    DeviceCodeMessage, RefreshTokenStore,
};
use serde_json::{Value, json};

const TENANT: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const CLIENT_ID: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
const DEVICE_CODE: &str = "canary-device&code";
const REFRESH_TOKEN: &str = "canary-0.AXoA-refresh";
const RENEWED: &str = "canary-0.AXoA-renewed";
const USER_CODE: &str = "canary-FJC3BXZBD";
const DEVICE_CODE_PATH: &str = "/d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d/oauth2/v2.0/devicecode";
const TOKEN_PATH: &str = "/d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d/oauth2/v2.0/token";

/// What the callback was shown.
type Shown = Arc<Mutex<Vec<DeviceCodeMessage>>>;

fn credential() -> (DeviceCodeCredential, Shown) {
    let shown = Shown::default();
    let record = Arc::clone(&shown);
    let credential = DeviceCodeCredential::new(TENANT, CLIENT_ID, move |message| {
        record.lock().unwrap().push(message.clone());
    });
    (credential, shown)
}

fn builder(
    credential: &DeviceCodeCredential,
    login: &ScriptedServer,
    runtime: &Arc<FakeRuntime>,
) -> ClientBuilder<Client> {
    Client::builder()
        .cloud(Cloud::Custom {
            endpoint: "https://api.example".to_owned(),
            authority: login.url().to_owned(),
            audience: "https://api.example".to_owned(),
        })
        .credential(credential.clone())
        .runtime(Arc::clone(runtime) as _)
}

/// A response of the device authorization endpoint with these members replaced; `null` removes one.
fn code_with(members: &Value) -> Reply {
    let mut body = json!({
        "device_code": DEVICE_CODE,
        "user_code": USER_CODE,
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": 900,
        "interval": 5,
        "message": "To sign in, use a web browser",
    });
    for (name, value) in members.as_object().unwrap() {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(name);
        } else {
            body[name] = value.clone();
        }
    }
    Reply::json("200 OK", &body.to_string())
}

fn refused(error: &str) -> Reply {
    Reply::json(
        "400 Bad Request",
        &json!({ "error": error, "error_description": format!("sent {DEVICE_CODE}") }).to_string(),
    )
}

fn tokens(access: &str, refresh: &str) -> Reply {
    Reply::json(
        "200 OK",
        &json!({
            "token_type": "Bearer",
            "expires_in": 3599,
            "access_token": access,
            "refresh_token": refresh,
        })
        .to_string(),
    )
}

fn seconds(numbers: &[u64]) -> Vec<Duration> {
    numbers.iter().copied().map(Duration::from_secs).collect()
}

/// The error of a sign-in with these replies, and the lengths of its sleeps.
async fn failed(replies: Vec<Reply>) -> (CredentialError, Vec<Duration>, usize) {
    let login = ScriptedServer::start(replies).await;
    let runtime = FakeRuntime::new();
    let (credential, _shown) = credential();
    let error = builder(&credential, &login, &runtime)
        .access_token()
        .await
        .unwrap_err();
    assert!(
        !format!("{error}{error:?}").contains("canary"),
        "{error} {error:?}"
    );
    assert!(credential.refresh_token().await.is_none());
    (error, runtime.sleeps(), login.requests().len())
}

#[tokio::test]
async fn a_sign_in_shows_the_code_and_polls_at_the_interval_until_there_are_tokens() {
    let login = ScriptedServer::start([
        code_with(&json!({})),
        refused("authorization_pending"),
        refused("slow_down"),
        refused("authorization_pending"),
        tokens("canary-access", REFRESH_TOKEN),
    ])
    .await;
    let runtime = FakeRuntime::new();
    let (credential, shown) = credential();
    let token = builder(&credential, &login, &runtime)
        .access_token()
        .await
        .unwrap();
    assert_eq!(token.secret(), "canary-access");
    assert_eq!(token.lifetime(), Some(Duration::from_secs(3_599)));
    let refresh_token = credential.refresh_token().await.unwrap();
    assert_eq!(refresh_token.secret(), REFRESH_TOKEN);
    assert_eq!(runtime.sleeps(), seconds(&[5, 5, 10, 10]));

    let requests = login.requests();
    assert_eq!(requests.len(), 5);
    let [start, polls @ ..] = &requests[..] else {
        panic!("requests")
    };
    assert_eq!(start.method(), "POST");
    assert_eq!(start.target(), DEVICE_CODE_PATH);
    assert_eq!(
        start.body,
        format!(
            "client_id={CLIENT_ID}&scope=https%3A%2F%2Fapi.example%2F.default%20offline_access"
        )
    );
    for poll in polls {
        assert_eq!(poll.target(), TOKEN_PATH);
        assert_eq!(
            poll.body,
            format!(
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code\
                 &client_id={CLIENT_ID}&device_code=canary-device%26code"
            )
        );
        assert_eq!(poll.header("authorization"), None);
    }

    let [message] = &shown.lock().unwrap()[..] else {
        panic!("one message")
    };
    assert_eq!(message.user_code(), USER_CODE);
    assert_eq!(
        message.verification_uri(),
        "https://microsoft.com/devicelogin"
    );
    assert_eq!(message.expires_in(), Duration::from_mins(15));
    assert_eq!(message.message(), Some("To sign in, use a web browser"));
    assert_eq!(
        message.to_string(),
        format!(
            "To sign in, open https://microsoft.com/devicelogin in a web browser and enter the code \
             {USER_CODE}. The code expires in 15 minutes."
        )
    );
    let debug = format!("{credential:?} {message:?} {token:?} {refresh_token:?}");
    assert!(!debug.contains("canary"), "{debug}");
    assert!(debug.contains("signed_in: true"), "{debug}");
}

/// Records what it is given, and fails as often as `failures` says.
#[derive(Clone, Default)]
struct Vault {
    stored: Arc<Mutex<Vec<String>>>,
    failures: Arc<Mutex<u32>>,
}

impl RefreshTokenStore for Vault {
    fn store<'a>(
        &'a self,
        refresh_token: &'a str,
    ) -> BoxFuture<'a, Result<(), Box<dyn std::error::Error + Send + Sync>>> {
        let mut failures = self.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            return Box::pin(std::future::ready(Err(refresh_token.into())));
        }
        self.stored.lock().unwrap().push(refresh_token.to_owned());
        Box::pin(std::future::ready(Ok(())))
    }
}

#[tokio::test]
async fn later_tokens_come_from_the_refresh_token_which_is_stored_each_time() {
    let login = ScriptedServer::start([
        code_with(&json!({})),
        tokens("first", REFRESH_TOKEN),
        tokens("second", RENEWED),
    ])
    .await;
    let complete = example_text("accept-transfer-complete.json");
    let api = ScriptedServer::start([Reply::json("200 OK", &complete)]).await;
    let runtime = FakeRuntime::new();
    let (credential, shown) = credential();
    let vault = Vault::default();
    let credential = credential.store(vault.clone());
    let builder = builder(&credential, &login, &runtime).endpoint(api.url());
    builder.access_token().await.unwrap();
    assert_eq!(*vault.stored.lock().unwrap(), [REFRESH_TOKEN]);

    let client = builder.build().unwrap();
    let accept = client.accept_transfer();
    let accept = accept.customer_id(CUSTOMER).transfer_id(TRANSFER);
    accept.send().await.unwrap();
    assert_eq!(
        api.requests()[0].header("authorization"),
        Some("Bearer second")
    );
    assert_eq!(
        login.requests()[2].body,
        format!(
            "grant_type=refresh_token&client_id={CLIENT_ID}\
             &scope=https%3A%2F%2Fapi.example%2F.default%20offline_access\
             &refresh_token={REFRESH_TOKEN}"
        )
    );
    assert_eq!(*vault.stored.lock().unwrap(), [REFRESH_TOKEN, RENEWED]);
    assert_eq!(credential.refresh_token().await.unwrap().secret(), RENEWED);
    assert_eq!(shown.lock().unwrap().len(), 1, "one sign-in");
}

#[tokio::test]
async fn a_refresh_token_that_cannot_be_stored_is_kept_and_stored_before_the_next_request() {
    let login = ScriptedServer::start([
        code_with(&json!({})),
        tokens("first", REFRESH_TOKEN),
        tokens("second", RENEWED),
    ])
    .await;
    let runtime = FakeRuntime::new();
    let (credential, shown) = credential();
    let vault = Vault::default();
    *vault.failures.lock().unwrap() = 1;
    let credential = credential.store(vault.clone());
    let builder = builder(&credential, &login, &runtime);
    let error = builder.access_token().await.unwrap_err();
    assert!(error.to_string().contains("could not be stored"), "{error}");
    assert!(!format!("{error}{error:?}").contains("canary"), "{error:?}");
    assert_eq!(login.requests().len(), 2);
    let token = builder.access_token().await.unwrap();
    assert_eq!(token.secret(), "second");
    assert_eq!(*vault.stored.lock().unwrap(), [REFRESH_TOKEN, RENEWED]);
    assert_eq!(shown.lock().unwrap().len(), 1, "one sign-in");
}

#[tokio::test]
async fn each_refusal_ends_the_sign_in_and_says_what_to_do() {
    for (error, hint) in [
        ("authorization_declined", "the sign-in was declined"),
        ("access_denied", "the sign-in was declined"),
        ("expired_token", "start the sign-in again"),
        ("code_expired", "start the sign-in again"),
        ("bad_verification_code", "does not know this sign-in"),
        ("invalid_grant", "does not know this sign-in"),
    ] {
        let replies = vec![
            code_with(&json!({})),
            refused("authorization_pending"),
            refused(error),
        ];
        let (refusal, sleeps, requests) = failed(replies).await;
        assert_eq!(refusal.error(), Some(error));
        let said = refusal.to_string();
        assert!(said.contains(hint), "{error}: {said}");
        assert!(!said.contains("refresh token"), "{error}: {said}");
        assert!(!refusal.is_transient());
        assert_eq!((sleeps, requests), (seconds(&[5, 5]), 3), "{error}");
    }
}

#[tokio::test]
async fn an_app_that_may_not_do_this_is_explained_at_either_endpoint() {
    let public = json!({
        "error": "invalid_client",
        "error_description": "AADSTS7000218: The request body must contain 'client_secret'.",
        "error_codes": [7_000_218],
    });
    let public = Reply::json("401 Unauthorized", &public.to_string());
    for replies in [
        vec![public.clone()],
        vec![code_with(&json!({})), public.clone()],
    ] {
        let (error, ..) = failed(replies).await;
        let hint = error.hint().unwrap();
        assert!(hint.contains("Allow public client flows"), "{hint}");
    }
    // A code with a hint of its own keeps it.
    let blocked = json!({ "error": "access_denied", "error_codes": [53_003] });
    let blocked = Reply::json("400 Bad Request", &blocked.to_string());
    let (error, ..) = failed(vec![code_with(&json!({})), blocked]).await;
    assert!(
        error.hint().unwrap().contains("Conditional Access"),
        "{error}"
    );
}

#[tokio::test]
async fn polling_ends_when_the_code_expires_or_the_time_limit_is_over() {
    let pending = || refused("authorization_pending");
    let short = json!({ "expires_in": 12 });
    let (error, sleeps, requests) = failed(vec![code_with(&short), pending(), pending()]).await;
    assert_eq!(
        error.to_string(),
        "the code for the sign-in expired after 12 s; no user signed in while the code was valid: \
         start the sign-in again"
    );
    assert_eq!((sleeps, requests), (seconds(&[5, 5, 2]), 3));

    let login = ScriptedServer::start([code_with(&json!({})), pending()]).await;
    let runtime = FakeRuntime::new();
    let (credential, _shown) = credential();
    let credential = credential.timeout(Duration::from_secs(7));
    let error = builder(&credential, &login, &runtime)
        .access_token()
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "timed out: no user signed in within 7 s; start the sign-in again"
    );
    assert_eq!(runtime.sleeps(), seconds(&[5, 2]));
    let zero = credential.timeout(Duration::ZERO);
    let error = builder(&zero, &login, &runtime).build().unwrap_err();
    assert!(error.is_configuration(), "{error}");
}

#[tokio::test]
async fn a_login_service_that_fails_is_polled_more_slowly_until_the_code_expires() {
    // Each poll makes several attempts.
    let mut left = 8;
    let login = ScriptedServer::with_handler(move |request| {
        if request.target() == DEVICE_CODE_PATH {
            return Some(code_with(&json!({})));
        }
        left -= 1;
        if left >= 0 {
            return Some(Reply::json("503 Service Unavailable", "{}"));
        }
        Some(tokens("late", REFRESH_TOKEN))
    })
    .await;
    let runtime = FakeRuntime::new();
    let (credential, _shown) = credential();
    let token = builder(&credential, &login, &runtime)
        .access_token()
        .await
        .unwrap();
    assert_eq!(token.secret(), "late");
    let sleeps = runtime.sleeps();
    assert!(sleeps.contains(&Duration::from_secs(10)), "{sleeps:?}");

    let login = ScriptedServer::with_handler(|request| {
        let is_start = request.target() == DEVICE_CODE_PATH;
        is_start.then(|| code_with(&json!({ "expires_in": 60 })))
    })
    .await;
    let runtime = FakeRuntime::new();
    let error = builder(&credential_again(), &login, &runtime)
        .access_token()
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("connection closed") && error.is_transient(),
        "{error}"
    );
}

fn credential_again() -> DeviceCodeCredential {
    credential().0
}

#[tokio::test]
async fn a_sign_in_is_cancelled_by_dropping_it_and_can_be_started_again() {
    let login = ScriptedServer::start([
        code_with(&json!({})),
        code_with(&json!({ "user_code": "SECOND" })),
        tokens("second", REFRESH_TOKEN),
    ])
    .await;
    let (credential, shown) = credential();
    tokio::select! {
        _ = async {
            let stuck = FakeRuntime::stuck();
            builder(&credential, &login, &stuck).access_token().await
        } => panic!("got a token before the user signed in"),
        () = async {
            while shown.lock().unwrap().is_empty() {
                tokio::task::yield_now().await;
            }
            settle().await;
        } => {}
    }
    assert_eq!(login.requests().len(), 1);
    let runtime = FakeRuntime::new();
    let token = builder(&credential, &login, &runtime).access_token().await;
    assert_eq!(token.unwrap().secret(), "second");
    let codes: Vec<_> = shown
        .lock()
        .unwrap()
        .iter()
        .map(|message| message.user_code().to_owned())
        .collect();
    assert_eq!(codes, [USER_CODE, "SECOND"]);
}

#[tokio::test]
async fn a_call_that_starts_a_sign_in_gives_the_user_longer_than_other_credentials() {
    let login = ScriptedServer::start([
        code_with(&json!({})),
        refused("authorization_pending"),
        tokens("first", REFRESH_TOKEN),
    ])
    .await;
    let complete = example_text("accept-transfer-complete.json");
    let api = ScriptedServer::start([Reply::json("200 OK", &complete)]).await;
    // The limit for a credential that does not wait for a user is over at once.
    let runtime = FakeRuntime::expiring(&[Duration::from_mins(2)]);
    let (credential, _shown) = credential();
    let client = builder(&credential, &login, &runtime)
        .endpoint(api.url())
        .build()
        .unwrap();
    let accept = client.accept_transfer();
    let accept = accept.customer_id(CUSTOMER).transfer_id(TRANSFER);
    accept.send().await.unwrap();
    assert_eq!(login.requests().len(), 3);
}

#[tokio::test]
async fn an_unusable_response_ends_the_sign_in_before_anything_is_shown() {
    let page = "<html><title>Web filter</title></html>";
    for (reply, reason) in [
        (
            code_with(&json!({ "user_code": null })),
            "it has no user_code",
        ),
        (
            code_with(&json!({ "device_code": "" })),
            "it has no device_code",
        ),
        (
            code_with(&json!({ "verification_uri": null })),
            "it has no verification_uri",
        ),
        (
            code_with(&json!({ "verification_uri": "javascript:alert(1)" })),
            "its verification_uri is not a web address",
        ),
        (
            code_with(&json!({ "verification_uri": "https://a.example/\u{1b}[2J" })),
            "its verification_uri is not a web address",
        ),
        (Reply::json("200 OK", page), "a web page (\"Web filter\")"),
        (Reply::json("200 OK", ""), "not the expected JSON"),
    ] {
        let login = ScriptedServer::start([reply]).await;
        let (credential, shown) = credential();
        let runtime = FakeRuntime::new();
        let error = builder(&credential, &login, &runtime)
            .access_token()
            .await
            .unwrap_err();
        let said = error.to_string();
        assert!(said.contains("its response is not a device code"), "{said}");
        assert!(said.contains(reason), "{said}");
        assert!(!format!("{said}{error:?}").contains("canary"), "{said}");
        assert!(shown.lock().unwrap().is_empty());
        assert_eq!(login.requests().len(), 1);
    }
}

#[tokio::test]
async fn other_shapes_of_the_response_work_and_texts_are_safe_to_print() {
    let login = ScriptedServer::start([
        code_with(&json!({
            "user_code": " AB\u{1b}[2JCD ",
            "verification_uri_complete": "https://a.example/?user_code=ABCD",
            "expires_in": "90",
            "interval": null,
            "message": null,
            "extra": { "more": 1 },
        })),
        tokens("first", REFRESH_TOKEN),
    ])
    .await;
    let runtime = FakeRuntime::new();
    let (credential, shown) = credential();
    builder(&credential, &login, &runtime)
        .access_token()
        .await
        .unwrap();
    assert_eq!(runtime.sleeps(), seconds(&[5]));
    let shown = shown.lock().unwrap();
    assert_eq!(shown[0].user_code(), "AB\u{fffd}[2JCD");
    assert_eq!(
        shown[0].verification_uri_complete(),
        Some("https://a.example/?user_code=ABCD")
    );
    assert_eq!(shown[0].message(), None);
    assert!(shown[0].to_string().ends_with("expires in 90 seconds."));
}

#[tokio::test]
async fn an_interval_of_zero_is_no_busy_loop() {
    let login = ScriptedServer::start([
        code_with(&json!({ "interval": 0 })),
        tokens("first", REFRESH_TOKEN),
    ])
    .await;
    let runtime = FakeRuntime::new();
    let (credential, _shown) = credential();
    builder(&credential, &login, &runtime)
        .access_token()
        .await
        .unwrap();
    assert_eq!(runtime.sleeps(), [Duration::from_millis(100)]);
}

#[tokio::test]
async fn invalid_settings_are_an_error_before_any_request() {
    let login = ScriptedServer::start([]).await;
    let runtime = FakeRuntime::new();
    let bad = DeviceCodeCredential::new("common", CLIENT_ID, |_| panic!("nothing to show"));
    let error = builder(&bad, &login, &runtime)
        .access_token()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("the tenant"), "{error}");
    let error = Client::builder().access_token().await.unwrap_err();
    assert!(error.to_string().contains("no credential"), "{error}");
    assert!(login.requests().is_empty());
}
