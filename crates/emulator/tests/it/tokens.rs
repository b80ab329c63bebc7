//! The token endpoint: issued tokens and errors.

use std::time::Duration;

use aws_lc_rs::digest;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use partner_center_emulator::{DataSet, Emulator, data_set};
use partner_center_transfers::{
    Client, ClientCertificateCredential, ClientSecretCredential, Cloud, RefreshTokenCredential,
};
use serde_json::Value;

use crate::{Lab, check_error, json};

const API: &str = "https://api.partnercenter.microsoft.com";
const CERTIFICATE: &str =
    include_str!("../../../core/src/credential/testdata/test-only-certificate.pem");
const KEY: &str = include_str!("../../../core/src/credential/testdata/test-only-key-pkcs8.pem");
const OTHER_CERTIFICATE: &str =
    include_str!("../../../core/src/credential/testdata/test-only-other-certificate.pem");

async fn ask(lab: &Lab, path: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let mut body = String::new();
    for (name, value) in form {
        let value: String = reqwest::Url::parse_with_params("http://x", [(name, value)])
            .unwrap()
            .query()
            .unwrap()
            .to_owned();
        body.push_str(&value);
        body.push('&');
    }
    lab.client
        .post(format!("{}/{path}", lab.emulator.url()))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body.trim_end_matches('&').to_owned())
        .send()
        .await
        .unwrap()
}

fn app_form(scope: (&'static str, &'static str)) -> Vec<(&'static str, &'static str)> {
    vec![
        ("grant_type", "client_credentials"),
        ("client_id", "22222222-0000-4000-8000-0000000000bb"),
        ("client_secret", data_set::TARGET_SECRET),
        scope,
    ]
}

const V1: &str = "fabrikam.onmicrosoft.com/oauth2/token";
const V2: &str = "22222222-0000-4000-8000-00000000000b/oauth2/v2.0/token";

#[tokio::test]
async fn both_endpoints_issue_a_valid_token() {
    for (path, scope, lifetime) in [
        (V1, ("resource", API), Value::from("3599")),
        (
            V2,
            ("scope", "https://api.partnercenter.microsoft.com/.default"),
            Value::from(3599),
        ),
    ] {
        let lab = Lab::new().await;
        let response = ask(&lab, path, &app_form(scope)).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["cache-control"], "no-store");
        let granted = json(response).await;
        assert_eq!(granted["token_type"], "Bearer");
        assert_eq!(granted["expires_in"], lifetime);
        assert!(granted.get("refresh_token").is_none());
        let token = granted["access_token"].as_str().unwrap();
        let accept = lab.accept_with(token, data_set::ACCEPTED_WHOLE);
        assert_eq!(accept.send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn a_token_for_the_retired_resource_is_issued_and_refused_by_the_api() {
    let lab = Lab::new().await;
    let form = app_form(("resource", "https://graph.windows.net"));
    let granted = json(ask(&lab, V1, &form).await).await;
    let token = granted["access_token"].as_str().unwrap();
    let accept = lab.accept_with(token, data_set::ACCEPTED_WHOLE);
    check_error(accept.send().await.unwrap(), 401, 900_420.into()).await;
}

/// Each case: the path, the form, the status, the OAuth error and the number of Entra's code.
#[tokio::test]
async fn each_error_has_the_code_of_entra() {
    let lab = Lab::new().await;
    let resource = ("resource", API);
    let good = app_form(resource);
    let with = |name: &str, value: &'static str| {
        let mut form = good.clone();
        let at = form.iter().position(|(known, _)| *known == name).unwrap();
        form[at].1 = value;
        form
    };
    let without = |name: &str| {
        let mut form = good.clone();
        form.retain(|(known, _)| *known != name);
        form
    };
    let v2 = "22222222-0000-4000-8000-00000000000b/oauth2/v2.0/token";
    for (path, form, status, error, code) in [
        (
            "unknown.example/oauth2/token",
            good.clone(),
            400,
            "invalid_request",
            90_002,
        ),
        (V1, without("grant_type"), 400, "invalid_request", 900_144),
        (V1, without("resource"), 400, "invalid_request", 900_144),
        (v2, good.clone(), 400, "invalid_request", 900_144),
        (
            V1,
            with("grant_type", "password"),
            400,
            "unsupported_grant_type",
            70_003,
        ),
        (
            V1,
            with("client_id", "unknown"),
            400,
            "unauthorized_client",
            700_016,
        ),
        (
            V1,
            with("client_secret", "guess"),
            401,
            "invalid_client",
            7_000_215,
        ),
        (
            V1,
            without("client_secret"),
            401,
            "invalid_client",
            7_000_218,
        ),
        (
            V1,
            with("resource", "https://else.example"),
            400,
            "invalid_resource",
            500_011,
        ),
        (
            v2,
            app_form((
                "scope",
                "https://api.partnercenter.microsoft.com/user_impersonation",
            )),
            400,
            "invalid_scope",
            1_002_012,
        ),
        (
            V1,
            [good.clone(), vec![resource]].concat(),
            400,
            "invalid_request",
            9_002_313,
        ),
    ] {
        let response = ask(&lab, path, &form).await;
        assert_eq!(response.status(), status, "{form:?}");
        let body = json(response).await;
        assert_eq!(body["error"], error, "{form:?}");
        assert_eq!(body["error_codes"][0], code, "{form:?}");
        let description = body["error_description"].as_str().unwrap();
        assert!(description.starts_with(&format!("AADSTS{code}: ")));
        for secret in [data_set::TARGET_SECRET, "guess"] {
            assert!(!body.to_string().contains(secret), "{body}");
        }
    }
    let json_body = lab
        .client
        .post(format!("{}/{V1}", lab.emulator.url()))
        .header("Content-Type", "application/json")
        .body("{}");
    assert_eq!(json_body.send().await.unwrap().status(), 400);
}

fn basic(id: &str, secret: &str) -> String {
    let credentials = STANDARD.encode(format!("{id}:{secret}"));
    format!("Basic {credentials}")
}

async fn ask_with(lab: &Lab, path: &str, authorization: &[&str], form: &str) -> reqwest::Response {
    let mut request = lab
        .client
        .post(format!("{}/{path}", lab.emulator.url()))
        .header("Content-Type", "application/x-www-form-urlencoded");
    for value in authorization {
        request = request.header("Authorization", *value);
    }
    request.body(form.to_owned()).send().await.unwrap()
}

const APP: &str = "22222222-0000-4000-8000-0000000000bb";
const FORM: &str = "grant_type=client_credentials&resource=https%3A%2F%2Fapi.partnercenter.microsoft.com&\
    scope=https%3A%2F%2Fapi.partnercenter.microsoft.com%2F.default";

#[tokio::test]
async fn a_client_can_authenticate_by_http_basic() {
    let mut data = DataSet::built_in();
    let odd = "a+b c:d%25&e=\u{e9}~";
    data.partners[1].apps[0]
        .secrets
        .push(partner_center_emulator::Secret::new(odd));
    let lab = Lab::with(Emulator::builder().data(data)).await;
    let secret = data_set::TARGET_SECRET;
    let encoded = "a%2Bb+c%3Ad%2525%26e%3D%C3%A9~";
    for path in [V1, V2] {
        for (authorization, form) in [
            (basic(APP, secret), FORM.to_owned()),
            (basic(&APP.to_uppercase(), secret), FORM.to_owned()),
            (basic(&APP.replace('-', "%2D"), encoded), FORM.to_owned()),
            (
                basic(APP, secret).replace("Basic ", "bAsIc  "),
                FORM.to_owned(),
            ),
            (basic(APP, secret), format!("{FORM}&client_id={APP}")),
        ] {
            let response = ask_with(&lab, path, &[&authorization], &form).await;
            assert_eq!(response.status(), 200, "{path} {authorization}");
            let granted = json(response).await;
            let token = granted["access_token"].as_str().unwrap();
            let read = lab.read(token, &crate::path(data_set::ACCEPTED_WHOLE));
            assert_eq!(read.send().await.unwrap().status(), 200);
        }
    }
    let refresh = format!(
        "grant_type=refresh_token&refresh_token={}&resource=https%3A%2F%2Fapi.partnercenter.microsoft.com",
        data_set::TARGET_REFRESH_TOKEN
    );
    let response = ask_with(&lab, V1, &[&basic(APP, secret)], &refresh).await;
    assert_eq!(response.status(), 200);
}

#[tokio::test]
async fn wrong_authentication_by_http_basic_has_the_code_of_entra() {
    let lab = Lab::new().await;
    let secret = data_set::TARGET_SECRET;
    let good = basic(APP, secret);
    let other = data_set::SOURCE_APP;
    let unknown = basic("unknown", secret);
    let wrong = basic(APP, "guess");
    let raw = basic(APP, "a+b");
    let empty = basic(APP, "");
    let with = |more: &str| format!("{FORM}&{more}");
    for (authorization, form, status, error, code) in [
        (
            &[good.as_str()][..],
            with(&format!("client_secret={secret}")),
            400,
            "invalid_request",
            9_002_313,
        ),
        (
            &[&good],
            with("client_assertion=a.b.c"),
            400,
            "invalid_request",
            9_002_313,
        ),
        (
            &[&good],
            with(&format!("client_id={other}")),
            400,
            "invalid_request",
            9_002_313,
        ),
        (
            &[&good, &good],
            FORM.to_owned(),
            400,
            "invalid_request",
            9_002_313,
        ),
        (
            &[&unknown],
            FORM.to_owned(),
            400,
            "unauthorized_client",
            700_016,
        ),
        (&[&wrong], FORM.to_owned(), 401, "invalid_client", 7_000_215),
        (&[&raw], FORM.to_owned(), 401, "invalid_client", 7_000_215),
        (&[&empty], FORM.to_owned(), 401, "invalid_client", 7_000_218),
        (
            &["Basic"],
            FORM.to_owned(),
            401,
            "invalid_client",
            7_000_215,
        ),
        (
            &["Basic !!!"],
            FORM.to_owned(),
            401,
            "invalid_client",
            7_000_215,
        ),
        (
            &["Basic bm8tY29sb24="],
            FORM.to_owned(),
            401,
            "invalid_client",
            7_000_215,
        ),
        // Another scheme is not for the token endpoint.
        (
            &["Bearer token"],
            FORM.to_owned(),
            400,
            "invalid_request",
            900_144,
        ),
    ] {
        let response = ask_with(&lab, V1, authorization, &form).await;
        assert_eq!(response.status(), status, "{authorization:?} {form}");
        let challenge = response.headers().get("WWW-Authenticate");
        let is_basic = challenge.is_some_and(|value| value.as_bytes().starts_with(b"Basic "));
        assert_eq!(is_basic, status == 401, "{authorization:?}");
        let body = json(response).await;
        assert_eq!(body["error"], error, "{authorization:?} {form}");
        assert_eq!(body["error_codes"][0], code, "{authorization:?} {form}");
        assert!(!body.to_string().contains(secret) && !body.to_string().contains("guess"));
    }
}

#[tokio::test]
async fn a_token_can_be_requested_for_the_app_id_of_partner_center() {
    let lab = Lab::new().await;
    let id = "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd";
    for (path, scope) in [
        (V1, ("resource", id)),
        (V1, ("resource", "FA3D9A0C-3FB0-42CC-9193-47C7ECD2EDBD")),
        (
            V2,
            ("scope", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default"),
        ),
        (
            V2,
            (
                "scope",
                "offline_access fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbd/.default",
            ),
        ),
    ] {
        let granted = json(ask(&lab, path, &app_form(scope)).await).await;
        let token = granted["access_token"].as_str().unwrap();
        let read = lab.read(token, &crate::path(data_set::ACCEPTED_WHOLE));
        assert_eq!(read.send().await.unwrap().status(), 200, "{scope:?}");
        let claims = URL_SAFE_NO_PAD
            .decode(token.split('.').nth(1).unwrap())
            .unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], id);
    }
    let unknown = app_form(("resource", "fa3d9a0c-3fb0-42cc-9193-47c7ecd2edbe"));
    let body = json(ask(&lab, V1, &unknown).await).await;
    assert_eq!(body["error_codes"][0], 500_011);
}

#[tokio::test]
async fn a_domain_is_taken_wherever_a_tenant_id_of_a_partner_is() {
    // In a data set.
    let mut data = serde_json::to_value(DataSet::built_in()).unwrap();
    let contoso = "Contoso.onmicrosoft.com";
    let fabrikam = "fabrikam.ONMICROSOFT.com";
    data["customers"][0]["partners"][0] = contoso.into();
    data["customers"][0]["subscriptions"][0]["partner"] = contoso.into();
    for transfer in data["transfers"].as_array_mut().unwrap() {
        transfer["sourcePartnerTenantId"] = contoso.into();
        transfer["targetPartnerTenantId"] = fabrikam.into();
    }
    let by_domain = DataSet::from_json(data.to_string()).unwrap();
    assert_eq!(by_domain, DataSet::built_in());
    data["transfers"][0]["sourcePartnerTenantId"] = "unknown.example".into();
    let error = DataSet::from_json(data.to_string()).unwrap_err();
    assert_eq!(
        error.path(),
        "transfers[0].sourcePartnerTenantId",
        "{error}"
    );
    let mut twice = DataSet::built_in();
    twice.partners[1].domain = Some(contoso.to_owned());
    let error = twice.check().unwrap_err();
    assert_eq!(error.path(), "partners[1].domain", "{error}");

    // At the control endpoint, where a user can have its name.
    let lab = Lab::with(Emulator::builder().data(by_domain)).await;
    let user = lab.emulator.data().partners[1].users[0].name.to_uppercase();
    for path in [fabrikam.to_owned(), format!("{fabrikam}/{user}")] {
        let token = lab.bare(reqwest::Method::GET, &format!("/_emulator/tokens/{path}"));
        let response = token.send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        let token = response.text().await.unwrap();
        let read = lab.read(&token, &crate::path(data_set::ACCEPTED_WHOLE));
        assert_eq!(read.send().await.unwrap().status(), 200, "{path}");
    }
    // In the path of the token endpoint, for the audience of an assertion too.
    let emulator = &lab.emulator;
    emulator
        .change(|data| {
            data.partners[1].apps[0]
                .certificates
                .push(CERTIFICATE.to_owned());
        })
        .unwrap();
    let pem = format!("{CERTIFICATE}{KEY}");
    let credential = ClientCertificateCredential::new(fabrikam, APP, &pem).unwrap();
    // The client uses another name of this machine than the emulator prints.
    let url = emulator.url().replace("127.0.0.1", "localhost");
    let client = Client::builder()
        .credential(credential)
        .cloud(Cloud::emulator(url))
        .build()
        .unwrap();
    let call = client.accept_transfer().customer_id(data_set::CUSTOMER);
    let call = call.transfer_id(data_set::ACCEPTED_WHOLE);
    assert_eq!(call.send().await.unwrap().status(), 200);
}

/// The content of a PEM file.
fn der(pem: &str) -> Vec<u8> {
    let lines = pem
        .lines()
        .skip_while(|line| !line.starts_with("-----BEGIN"));
    let lines = lines
        .skip(1)
        .take_while(|line| !line.starts_with("-----END"));
    STANDARD.decode(lines.collect::<String>()).unwrap()
}

/// An assertion with these claims that the app's key has signed.
fn signed(claims: &str) -> String {
    let thumbprint = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &der(CERTIFICATE));
    let header = serde_json::json!({"alg": "RS256", "x5t": URL_SAFE_NO_PAD.encode(thumbprint)});
    let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
    let message = format!("{}.{}", encode(&header.to_string()), encode(claims));
    let key = RsaKeyPair::from_pkcs8(&der(KEY)).unwrap();
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        message.as_bytes(),
        &mut signature,
    )
    .unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// The claims of an assertion are numbers that no clock shows.
#[tokio::test]
async fn the_times_of_an_assertion_can_be_of_any_size() {
    let mut data = DataSet::built_in();
    data.partners[1].apps[0].certificates = vec![CERTIFICATE.to_owned()];
    let lab = Lab::with(Emulator::builder().data(data)).await;
    let audience = format!("{}/{V1}", lab.emulator.url());
    for (exp, nbf, code) in [
        ("18446744073709551615", "0", None),
        (
            "18446744073709551615",
            "18446744073709551615",
            Some("AADSTS700024"),
        ),
        ("0", "0", Some("AADSTS700024")),
        ("-1", "0", Some("AADSTS50027")),
        ("1e300", "0", Some("AADSTS50027")),
        ("18446744073709551616", "0", Some("AADSTS50027")),
    ] {
        let claims = format!(
            r#"{{"aud":"{audience}","iss":"{APP}","sub":"{APP}","exp":{exp},"nbf":{nbf}}}"#
        );
        let assertion = signed(&claims);
        let form = format!(
            "{FORM}&client_id={APP}&client_assertion={assertion}&client_assertion_type=\
             urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
        );
        let answer = json(ask_with(&lab, V1, &[], &form).await).await;
        match code {
            None => assert!(answer["access_token"].is_string(), "{exp}, {nbf}: {answer}"),
            Some(code) => {
                let description = answer["error_description"].as_str().unwrap();
                assert!(description.starts_with(code), "{exp}, {nbf}: {answer}");
            }
        }
    }
}

fn refresh_form(token: &str) -> Vec<(&'static str, &str)> {
    vec![
        ("grant_type", "refresh_token"),
        ("client_id", "22222222-0000-4000-8000-0000000000bb"),
        ("client_secret", data_set::TARGET_SECRET),
        ("resource", API),
        ("refresh_token", token),
    ]
}

#[tokio::test]
async fn each_use_of_a_refresh_token_gives_a_new_one() {
    let lab = Lab::new().await;
    let first = data_set::TARGET_REFRESH_TOKEN;
    let granted = json(ask(&lab, V1, &refresh_form(first)).await).await;
    assert_eq!(granted["scope"], "user_impersonation");
    let second = granted["refresh_token"].as_str().unwrap().to_owned();
    assert_ne!(second, first);
    // As in the service, the old one stays valid until it expires.
    for token in [first, &second] {
        assert_eq!(ask(&lab, V1, &refresh_form(token)).await.status(), 200);
    }
    lab.emulator.advance(Duration::from_secs(91 * 24 * 3600));
    let body = json(ask(&lab, V1, &refresh_form(&second)).await).await;
    assert_eq!(body["error_codes"][0], 700_082);
    assert!(!body.to_string().contains(&second));
}

#[tokio::test]
async fn with_single_use_the_old_refresh_token_is_refused() {
    let lab = Lab::with(Emulator::builder().single_use_refresh_tokens()).await;
    let first = data_set::TARGET_REFRESH_TOKEN;
    let granted = json(ask(&lab, V1, &refresh_form(first)).await).await;
    let again = ask(&lab, V1, &refresh_form(first)).await;
    assert_eq!(again.status(), 400);
    assert_eq!(json(again).await["error"], "invalid_grant");
    let second = granted["refresh_token"].as_str().unwrap();
    assert_eq!(ask(&lab, V1, &refresh_form(second)).await.status(), 200);
}

fn cloud(emulator: &Emulator) -> Cloud {
    Cloud::emulator(emulator.url())
}

#[tokio::test]
async fn the_credentials_of_the_sdk_work() {
    let emulator = Emulator::start().await.unwrap();
    let (tenant, app) = (
        data_set::TARGET.to_string(),
        data_set::TARGET_APP.to_string(),
    );
    let secret = data_set::TARGET_SECRET;
    let refresh = data_set::TARGET_REFRESH_TOKEN;
    let clients = [
        Client::builder().credential(ClientSecretCredential::new(&tenant, &app, secret)),
        Client::builder().credential(ClientSecretCredential::new(&tenant, &app, secret).v1()),
        Client::builder()
            .credential(RefreshTokenCredential::new(&tenant, &app, refresh).client_secret(secret)),
    ];
    for (client, transfer) in clients.into_iter().zip([
        data_set::ACCEPTED_WHOLE,
        data_set::ACCEPTED_IN_PART,
        data_set::ACCEPTED_WITHOUT_ORDER,
    ]) {
        let client = client.cloud(cloud(&emulator)).build().unwrap();
        let call = client.accept_transfer();
        let call = call.customer_id(data_set::CUSTOMER).transfer_id(transfer);
        assert_eq!(call.send().await.unwrap().status(), 200);
    }
    assert_eq!(emulator.effects().len(), 3);
}

#[tokio::test]
async fn an_assertion_must_be_signed_with_a_certificate_of_the_app() {
    let mut data = DataSet::built_in();
    data.partners[1].apps[0].certificates = vec![OTHER_CERTIFICATE.to_owned()];
    let emulator = Emulator::builder().data(data).start().await.unwrap();
    let (tenant, app) = (
        data_set::TARGET.to_string(),
        data_set::TARGET_APP.to_string(),
    );
    let pem = format!("{CERTIFICATE}{KEY}");
    let ps256 = ClientCertificateCredential::new(&tenant, &app, &pem).unwrap();
    let accept = async |credential: ClientCertificateCredential| {
        let client = Client::builder()
            .credential(credential)
            .cloud(cloud(&emulator))
            .build()
            .unwrap();
        let call = client.accept_transfer();
        let call = call
            .customer_id(data_set::CUSTOMER)
            .transfer_id(data_set::IN_PROGRESS);
        call.send().await.unwrap_err().to_string()
    };
    let refused = accept(ps256.clone()).await;
    assert!(refused.contains("AADSTS700027"), "{refused}");

    emulator
        .change(|data| {
            let app = &mut data.partners[1].apps[0];
            app.certificates.push(CERTIFICATE.to_owned());
        })
        .unwrap();
    for credential in [ps256.clone(), ps256.clone().rs256(), ps256.clone().v1()] {
        let refused = accept(credential).await;
        assert!(
            refused.contains("900101"),
            "the API got the token: {refused}"
        );
    }
    emulator.advance(Duration::from_secs(3600));
    let refused = accept(ps256).await;
    assert!(refused.contains("AADSTS700024"), "{refused}");
}
