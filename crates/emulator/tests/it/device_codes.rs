//! Sign-ins with a device code: the endpoints, the page, the control calls, and the discovery of the
//! endpoints by clients.

use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use partner_center_emulator::{DeviceCodeAnswer, Emulator, data_set};
use partner_center_transfers::{Client, Cloud, DeviceCodeCredential};
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{Lab, header, json as body, parsed};

const TENANT: &str = "fabrikam.onmicrosoft.com";
const SCOPE: &str = "https://api.partnercenter.microsoft.com/.default openid offline_access";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl Lab {
    /// An emulator that allows any number of polls.
    async fn without_interval() -> Self {
        Self::with(Emulator::builder().device_code_interval(Duration::ZERO)).await
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let url = reqwest::Url::parse_with_params("http://x", fields).unwrap();
        self.bare(Method::POST, path)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(url.query().unwrap().to_owned())
            .send()
            .await
            .unwrap()
    }

    async fn start_sign_in(&self) -> Value {
        let app = data_set::TARGET_PUBLIC_APP.to_string();
        let fields = [("client_id", app.as_str()), ("scope", SCOPE)];
        let path = format!("/{TENANT}/oauth2/v2.0/devicecode");
        let response = self.form(&path, &fields).await;
        assert_eq!(response.status(), 200);
        assert_eq!(header(&response, "Cache-Control"), "no-store");
        body(response).await
    }

    async fn poll(&self, code: &Value) -> Response {
        self.poll_as(code, TENANT, &data_set::TARGET_PUBLIC_APP.to_string())
            .await
    }

    async fn poll_as(&self, code: &Value, tenant: &str, app: &str) -> Response {
        let code = code["device_code"].as_str().unwrap();
        let fields = [
            ("grant_type", GRANT),
            ("client_id", app),
            ("device_code", code),
            ("client_info", "1"),
        ];
        self.form(&format!("/{tenant}/oauth2/v2.0/token"), &fields)
            .await
    }

    async fn control_device_code(&self, code: &Value, answer: &Value) -> Response {
        let code = code["user_code"].as_str().unwrap();
        self.control(Method::POST, &format!("/device-codes/{code}"), answer)
            .send()
            .await
            .unwrap()
    }

    async fn page(&self, query: &str) -> Response {
        self.bare(Method::GET, &format!("/_emulator/devicelogin{query}"))
            .send()
            .await
            .unwrap()
    }
}

async fn check_refusal(response: Response, error: &str) {
    assert_eq!(response.status(), 400, "{error}");
    assert_eq!(body(response).await["error"], error);
}

fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn the_client_signs_in_with_a_device_code_and_refreshes() {
    let builder = Emulator::builder().device_code_interval(Duration::ZERO);
    let emulator = std::sync::Arc::new(builder.start().await.unwrap());
    let user = std::sync::Arc::clone(&emulator);
    let credential = DeviceCodeCredential::new(
        TENANT,
        data_set::TARGET_PUBLIC_APP.to_string(),
        move |message| {
            let url = format!("{}/_emulator/devicelogin", user.url());
            assert_eq!(message.verification_uri(), url);
            assert_eq!(message.expires_in(), Duration::from_mins(15));
            let answer = DeviceCodeAnswer::SignIn(Some("agent@fabrikam.onmicrosoft.com".into()));
            user.answer_device_code(message.user_code(), answer)
                .unwrap();
        },
    );
    let builder = Client::builder()
        .cloud(Cloud::emulator(emulator.url()))
        .credential(credential.clone());
    builder.access_token().await.unwrap();
    let first = credential.refresh_token().await.unwrap();
    let client = builder.build().unwrap();
    let get = client.get_transfer();
    let get = get
        .customer_id(data_set::CUSTOMER)
        .transfer_id(data_set::ACCEPTED_WHOLE);
    get.send().await.unwrap();
    let renewed = credential.refresh_token().await.unwrap();
    assert_ne!(first.secret(), renewed.secret());
    let paths: Vec<_> = emulator
        .requests()
        .into_iter()
        .map(|request| request.path)
        .collect();
    assert!(paths[0].ends_with("/oauth2/v2.0/devicecode"), "{paths:?}");
    assert!(paths[2].ends_with("/oauth2/v2.0/token"), "{paths:?}");
}

#[tokio::test]
async fn a_user_signs_in_at_the_page() {
    let lab = Lab::without_interval().await;
    let code = lab.start_sign_in().await;
    let user_code = code["user_code"].as_str().unwrap();
    assert_eq!(code["expires_in"], 900);
    assert_eq!(code["interval"], 0);
    assert!(code["message"].as_str().unwrap().contains(user_code));
    check_refusal(lab.poll(&code).await, "authorization_pending").await;

    let first = lab.page("").await;
    assert_eq!(header(&first, "Content-Type"), "text/html; charset=utf-8");
    assert_eq!(header(&first, "Cache-Control"), "no-store");
    assert_eq!(header(&first, "X-Frame-Options"), "DENY");
    let policy = header(&first, "Content-Security-Policy").to_owned();
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    let html = first.text().await.unwrap();
    assert!(html.contains(r#"name="user_code""#) && !html.contains("<script"));

    let wrong = lab.page("?user_code=WRONG").await;
    assert_eq!(wrong.status(), 404);
    assert!(
        wrong
            .text()
            .await
            .unwrap()
            .contains("There is no such code")
    );
    // As a user types it.
    let typed = format!("{}-{}", &user_code[..4], user_code[4..].to_lowercase());
    let second = lab.page(&format!("?user_code={typed}")).await;
    assert_eq!(second.status(), 200);
    let html = second.text().await.unwrap();
    for part in [
        "agent@fabrikam.onmicrosoft.com",
        "no-mfa@fabrikam.onmicrosoft.com (without multifactor authentication)",
        "Fabrikam (target)",
        user_code,
    ] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("contoso"), "{html}");

    let user = data_set::TARGET_USER.to_string();
    let fields = [("user_code", user_code), ("user", user.as_str())];
    let done = lab.form("/_emulator/devicelogin", &fields).await;
    assert_eq!(done.status(), 200);
    assert!(done.text().await.unwrap().contains("You have signed in"));
    // A code is answered once.
    let again = lab.form("/_emulator/devicelogin", &fields).await;
    assert_eq!(again.status(), 404);

    let granted = lab.poll(&code).await;
    assert_eq!(granted.status(), 200);
    let granted = body(granted).await;
    assert_eq!(granted["scope"], SCOPE);
    let access = claims(&granted["access_token"]);
    assert_eq!(access["oid"], json!(data_set::TARGET_USER));
    assert_eq!(access["appid"], json!(data_set::TARGET_PUBLIC_APP));
    assert_eq!(access["amr"], json!(["pwd", "mfa"]));
    let token = granted["access_token"].as_str().unwrap();
    let accept = lab.accept_with(token, data_set::ACCEPTED_WHOLE);
    assert_eq!(accept.send().await.unwrap().status(), 200);
    // A device code works once.
    check_refusal(lab.poll(&code).await, "bad_verification_code").await;

    let refresh = granted["refresh_token"].as_str().unwrap();
    let app = data_set::TARGET_PUBLIC_APP.to_string();
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", app.as_str()),
        ("scope", SCOPE),
        ("refresh_token", refresh),
    ];
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let renewed = lab.form(&path, &fields).await;
    assert_eq!(renewed.status(), 200);
}

#[tokio::test]
async fn the_page_refuses_forms_of_other_pages() {
    let lab = Lab::without_interval().await;
    let code = lab.start_sign_in().await;
    let user_code = code["user_code"].as_str().unwrap();
    let form = format!("user_code={user_code}&user={}", data_set::TARGET_USER);
    let own = lab.emulator.url();
    for (name, value) in [
        ("Origin", "http://evil.example"),
        ("Origin", "http://localhost:3000"),
        ("Origin", "null"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
        ("Host", "evil.example"),
    ] {
        let post = lab
            .bare(Method::POST, "/_emulator/devicelogin")
            .header(name, value)
            .body(form.clone());
        assert_eq!(post.send().await.unwrap().status(), 403, "{name}: {value}");
    }
    check_refusal(lab.poll(&code).await, "authorization_pending").await;
    let post = lab
        .bare(Method::POST, "/_emulator/devicelogin")
        .header("Origin", own)
        .header("Sec-Fetch-Site", "same-origin")
        .body(form);
    assert_eq!(post.send().await.unwrap().status(), 200);
    assert_eq!(lab.poll(&code).await.status(), 200);
}

#[tokio::test]
async fn names_of_the_data_set_are_no_markup_of_the_page() {
    let lab = Lab::new().await;
    let name = "<script>alert(\"1\")</script>&";
    lab.emulator
        .change(|data| {
            data.partners[1].name = name.to_owned();
            data.partners[1].users[0].name = name.to_owned();
        })
        .unwrap();
    let code = lab.start_sign_in().await;
    let query = format!("?user_code={}", code["user_code"].as_str().unwrap());
    let html = lab.page(&query).await.text().await.unwrap();
    assert!(!html.contains("<script"), "{html}");
    assert_eq!(html.matches("&lt;script&gt;alert(&quot;").count(), 2);
}

#[tokio::test]
async fn control_calls_sign_in_decline_and_expire() {
    for (answer, error) in [
        (json!({"answer": "decline"}), "authorization_declined"),
        (json!({"answer": "expire"}), "expired_token"),
    ] {
        let lab = Lab::without_interval().await;
        let code = lab.start_sign_in().await;
        let answered = lab.control_device_code(&code, &answer).await;
        assert_eq!(answered.status(), 204);
        check_refusal(lab.poll(&code).await, error).await;
        let again = lab.control_device_code(&code, &answer).await;
        assert_eq!(again.status(), 404);
    }
    let lab = Lab::without_interval().await;
    for (answer, user) in [
        (json!({"answer": "signIn"}), data_set::TARGET_USER),
        (
            json!({"answer": "signIn", "user": "No-MFA@fabrikam.onmicrosoft.com"}),
            data_set::TARGET_USER_WITHOUT_MFA,
        ),
        (
            json!({"answer": "signIn", "user": data_set::TARGET_USER}),
            data_set::TARGET_USER,
        ),
    ] {
        let code = lab.start_sign_in().await;
        let answered = lab.control_device_code(&code, &answer).await;
        assert_eq!(answered.status(), 204);
        let granted = body(lab.poll(&code).await).await;
        assert_eq!(claims(&granted["access_token"])["oid"], json!(user));
    }
    let code = lab.start_sign_in().await;
    for (answer, status) in [
        (
            json!({"answer": "signIn", "user": "agent@contoso.onmicrosoft.com"}),
            404,
        ),
        (json!({"answer": "decline", "user": "a"}), 400),
        (json!({"answer": "maybe"}), 400),
        (json!({}), 400),
    ] {
        let answered = lab.control_device_code(&code, &answer).await;
        assert_eq!(answered.status(), status, "{answer}");
    }
    let listed = lab.bare(Method::GET, "/_emulator/device-codes");
    let listed = body(listed.send().await.unwrap()).await;
    let statuses: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["used", "used", "used", "pending"]);
    assert_eq!(listed[3]["userCode"], code["user_code"]);
    let secret = code["device_code"].as_str().unwrap();
    assert!(!listed.to_string().contains(secret));
    assert!(!format!("{:?}", lab.emulator).contains(secret));
}

#[tokio::test]
async fn polls_are_refused_if_they_are_too_frequent_late_or_of_another_app() {
    let lab = Lab::new().await;
    let code = lab.start_sign_in().await;
    assert_eq!(code["interval"], 5);
    check_refusal(lab.poll(&code).await, "authorization_pending").await;
    check_refusal(lab.poll(&code).await, "slow_down").await;
    lab.emulator.advance(Duration::from_secs(5));
    check_refusal(lab.poll(&code).await, "authorization_pending").await;
    lab.emulator.advance(Duration::from_mins(15));
    check_refusal(lab.poll(&code).await, "expired_token").await;
    let late = DeviceCodeAnswer::SignIn(None);
    let user_code = code["user_code"].as_str().unwrap();
    lab.emulator
        .answer_device_code(user_code, late)
        .unwrap_err();

    let code = lab.start_sign_in().await;
    let source = data_set::SOURCE_PUBLIC_APP.to_string();
    let other = lab.poll_as(&code, "contoso.onmicrosoft.com", &source).await;
    check_refusal(other, "bad_verification_code").await;
    // An app with a secret must send it.
    let confidential = lab
        .poll_as(&code, TENANT, &data_set::TARGET_APP.to_string())
        .await;
    assert_eq!(confidential.status(), 401);
    assert_eq!(body(confidential).await["error_codes"], json!([7_000_218]));
    // Version 1 does not have this grant.
    let fields = [
        ("grant_type", GRANT),
        ("client_id", &data_set::TARGET_PUBLIC_APP.to_string()),
        ("resource", "https://api.partnercenter.microsoft.com"),
        ("device_code", code["device_code"].as_str().unwrap()),
    ];
    let v1 = lab.form(&format!("/{TENANT}/oauth2/token"), &fields).await;
    check_refusal(v1, "unsupported_grant_type").await;
}

#[tokio::test]
async fn a_start_is_refused_for_an_unknown_tenant_app_or_scope() {
    let lab = Lab::new().await;
    let app = data_set::TARGET_PUBLIC_APP.to_string();
    let path = format!("/{TENANT}/oauth2/v2.0/devicecode");
    for (path, fields, error) in [
        (
            "/unknown.example/oauth2/v2.0/devicecode",
            &[("client_id", app.as_str()), ("scope", SCOPE)][..],
            "invalid_request",
        ),
        (
            &path,
            &[("client_id", "unknown"), ("scope", SCOPE)],
            "unauthorized_client",
        ),
        (&path, &[("client_id", &app)], "invalid_request"),
        (
            &path,
            &[("client_id", &app), ("scope", "https://other/.default")],
            "invalid_resource",
        ),
    ] {
        check_refusal(lab.form(path, fields).await, error).await;
    }
    // A new data set forgets all sign-ins.
    let code = lab.start_sign_in().await;
    let data = lab.control(Method::POST, "/data", "");
    assert_eq!(data.send().await.unwrap().status(), 204);
    check_refusal(lab.poll(&code).await, "bad_verification_code").await;
}

#[tokio::test]
async fn discovery_names_endpoints_that_work_and_keys_that_verify_id_tokens() {
    let lab = Lab::without_interval().await;
    let url = lab.emulator.url();
    let tenant = data_set::TARGET;
    let mut found = Value::Null;
    for path in [
        format!("/{TENANT}/v2.0/.well-known/openid-configuration"),
        format!("/{tenant}/.well-known/openid-configuration"),
        format!("/{TENANT}/V2.0/.well-known/OpenID-Configuration"),
    ] {
        let response = lab.bare(Method::GET, &path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        found = body(response).await;
        assert_eq!(found["issuer"], format!("{url}/{tenant}/v2.0"));
        assert_eq!(
            found["token_endpoint"],
            format!("{url}/{tenant}/oauth2/v2.0/token")
        );
        assert_eq!(
            found["device_authorization_endpoint"],
            format!("{url}/{tenant}/oauth2/v2.0/devicecode")
        );
    }
    let unknown = lab.bare(
        Method::GET,
        "/unknown.example/.well-known/openid-configuration",
    );
    assert_eq!(unknown.send().await.unwrap().status(), 400);
    // The host by which the client reaches it, unless that is foreign.
    for (host, base) in [
        ("localhost:1234", "http://localhost:1234"),
        ("evil.example", url.as_str()),
    ] {
        let path = format!("/{TENANT}/v2.0/.well-known/openid-configuration");
        let get = lab.bare(Method::GET, &path).header("Host", host);
        let found = body(get.send().await.unwrap()).await;
        assert_eq!(found["issuer"], format!("{base}/{tenant}/v2.0"));
    }

    let code = lab.start_sign_in().await;
    let user_code = code["user_code"].as_str().unwrap();
    lab.emulator
        .answer_device_code(user_code, DeviceCodeAnswer::SignIn(None))
        .unwrap();
    let granted = body(lab.poll(&code).await).await;
    let id_token = granted["id_token"].as_str().unwrap();
    let identity = claims(&granted["id_token"]);
    assert_eq!(identity["aud"], json!(data_set::TARGET_PUBLIC_APP));
    assert_eq!(identity["iss"], found["issuer"]);
    assert_eq!(
        identity["preferred_username"],
        "agent@fabrikam.onmicrosoft.com"
    );
    let info = URL_SAFE_NO_PAD
        .decode(granted["client_info"].as_str().unwrap())
        .unwrap();
    assert_eq!(
        parsed(&String::from_utf8(info).unwrap()),
        json!({ "uid": data_set::TARGET_USER, "utid": tenant })
    );

    let jwks_path = found["jwks_uri"].as_str().unwrap();
    let jwks_path = jwks_path.strip_prefix(&url).unwrap();
    let keys = body(lab.bare(Method::GET, jwks_path).send().await.unwrap()).await;
    let (signed, signature) = id_token.rsplit_once('.').unwrap();
    let head = URL_SAFE_NO_PAD
        .decode(signed.split('.').next().unwrap())
        .unwrap();
    let head = parsed(&String::from_utf8(head).unwrap());
    let key = &keys["keys"][0];
    assert_eq!((&head["kid"], &head["alg"]), (&key["kid"], &json!("RS256")));
    let number = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap()).unwrap();
    let public = RsaPublicKeyComponents {
        n: number("n"),
        e: number("e"),
    };
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    public
        .verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature)
        .unwrap();
}
