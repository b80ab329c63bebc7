//! Method, path, headers and body of accept, reject and withdraw, and the settings of clients and calls.

use partner_center_tests::{
    CORRELATION_ID, CUSTOMER, REQUEST_ID, Reply, ScriptedServer, TOKEN, TRANSFER, WITHDRAWN,
    client, example, example_text,
};
use partner_center_transfers::builder::WithdrawTransfer;
use partner_center_transfers::{CallOptions, Client, Cloud, CorrelationId, StatusCode};
use serde_json::{Value, json};
use wiremock::matchers::{body_bytes, header, header_exists, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// The headers of a request, sorted, without `host`.
fn headers(request: &Request) -> Vec<(String, String)> {
    let mut headers: Vec<(String, String)> = request
        .headers
        .iter()
        .filter(|(name, _)| *name != "host")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    headers
}

/// Checks that a request has the headers of all calls and its own, and no others.
fn assert_headers(request: &Request, own: &[(&str, &str)]) {
    let (token, user_agent) = (format!("Bearer {TOKEN}"), user_agent());
    let of_all_calls = [
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
        ("authorization", &*token),
        ("ms-correlationid", CORRELATION_ID),
        ("ms-requestid", REQUEST_ID),
        ("user-agent", &*user_agent),
    ];
    let mut expected: Vec<(String, String)> = of_all_calls
        .iter()
        .chain(own)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    expected.sort();
    assert_eq!(headers(request), expected);
}

fn user_agent() -> String {
    format!("partner-center-transfers/0.1.0 ({})", std::env::consts::OS)
}

#[tokio::test]
async fn accept_is_one_post_without_a_body() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .and(path(format!(
            "/v1/customers/{CUSTOMER}/transfers/{TRANSFER}/accept"
        )))
        .and(header("authorization", format!("Bearer {TOKEN}")))
        .and(header("content-length", "0"))
        .and(body_bytes(b""))
        .respond_with(ResponseTemplate::new(200).set_body_raw(
            example_text("accept-transfer-partial.json"),
            "application/json",
        ))
        .expect(1)
        .mount(&server)
        .await;

    let response = client(&server.uri())
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER)
        .request_id(REQUEST_ID)
        .correlation_id(CORRELATION_ID)
        .locale("en-US")
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(
        response.body(),
        example_text("accept-transfer-partial.json").as_bytes()
    );
    assert_eq!(response.request_id().to_string(), REQUEST_ID);
    assert_eq!(response.correlation_id().to_string(), CORRELATION_ID);
    let received = server.received_requests().await.unwrap();
    assert_eq!(received[0].url.query(), None);
    let own = [
        ("content-length", "0"),
        ("content-type", "application/json"),
        ("x-locale", "en-US"),
    ];
    assert_headers(&received[0], &own);
}

#[tokio::test]
async fn withdraw_is_one_delete_without_a_body() {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .and(path(format!(
            "/v1/customers/{CUSTOMER}/transfers/{WITHDRAWN}"
        )))
        .and(body_bytes(b""))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&server)
        .await;

    let response = client(&server.uri())
        .withdraw_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(WITHDRAWN)
        .request_id(REQUEST_ID)
        .correlation_id(CORRELATION_ID)
        .send()
        .await
        .unwrap();

    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.body(), b"");
    let received = server.received_requests().await.unwrap();
    assert_headers(&received[0], &[]);
}

#[tokio::test]
async fn reject_is_one_patch_with_a_body() {
    let server = MockServer::start().await;
    Mock::given(method("PATCH"))
        .and(path(format!(
            "/v1/customers/{CUSTOMER}/transfers/{TRANSFER}"
        )))
        .respond_with(ResponseTemplate::new(200).set_body_raw("{}", "application/json"))
        .expect(1)
        .mount(&server)
        .await;

    client(&server.uri())
        .reject_transfer(CUSTOMER, TRANSFER)
        .request_id(REQUEST_ID)
        .correlation_id(CORRELATION_ID)
        .send()
        .await
        .unwrap();

    let received = server.received_requests().await.unwrap();
    let body: Value = received[0].body_json().unwrap();
    assert_eq!(body, json!({"id": TRANSFER, "status": "reject"}));
    let own = [
        ("content-length", &*received[0].body.len().to_string()),
        ("content-type", "application/json"),
    ];
    assert_headers(&received[0], &own);
}

#[tokio::test]
async fn an_empty_post_has_a_content_length() {
    let body = example_text("accept-transfer-complete.json");
    let server = ScriptedServer::start([Reply::json("200 OK", &body)]).await;
    client(server.url())
        .accept_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(TRANSFER)
        .send()
        .await
        .unwrap();
    let [request] = &server.requests()[..] else {
        panic!("expected one request, got {:?}", server.requests());
    };
    let line = format!("POST /v1/customers/{CUSTOMER}/transfers/{TRANSFER}/accept HTTP/1.1\r\n");
    assert!(request.head.starts_with(&line), "{request}");
    assert_eq!(
        request
            .head
            .to_lowercase()
            .matches("content-length: 0\r\n")
            .count(),
        1,
        "{request}"
    );
    assert!(
        !request.head.to_lowercase().contains("transfer-encoding"),
        "{request}"
    );
}

#[tokio::test]
async fn the_host_is_sent_once_and_is_that_of_the_endpoint() {
    let server = ScriptedServer::start([Reply::response("204 No Content", "", "")]).await;
    let client = client(&format!("{}/stem", server.url()));

    call(&client).send().await.unwrap();

    let head = server.requests().remove(0).head.to_lowercase();
    let hosts: Vec<&str> = head
        .lines()
        .filter_map(|line| line.strip_prefix("host: "))
        .collect();
    let authority = server.url().strip_prefix("http://").unwrap();
    assert_eq!(hosts, [authority], "{head}");
}

#[tokio::test]
async fn the_mfa_check_is_requested_by_a_header_and_answered_by_one() {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .and(header("validatemfa", "true"))
        .respond_with(ResponseTemplate::new(204).insert_header("isMfaCompliant", "false"))
        .expect(1)
        .mount(&server)
        .await;
    let response = client(&server.uri())
        .withdraw_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(WITHDRAWN)
        .validate_mfa(true)
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["isMfaCompliant"], "false");
}

#[tokio::test]
async fn each_call_has_new_ids_unless_the_caller_sets_them() {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .and(header_exists("ms-requestid"))
        .and(header_exists("ms-correlationid"))
        .respond_with(ResponseTemplate::new(204))
        .expect(2)
        .mount(&server)
        .await;
    let client = client(&server.uri());
    let mut seen = Vec::new();
    for _ in 0..2 {
        let call = client
            .withdraw_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(WITHDRAWN);
        let response = call.send().await.unwrap();
        seen.push((
            response.request_id().to_string(),
            response.correlation_id().to_string(),
        ));
    }
    assert_ne!(seen[0].0, seen[1].0);
    assert_ne!(seen[0].1, seen[1].1);
    for (request, (request_id, correlation_id)) in
        server.received_requests().await.unwrap().iter().zip(&seen)
    {
        assert_eq!(request.headers["ms-requestid"], request_id.as_str());
        assert_eq!(request.headers["ms-correlationid"], correlation_id.as_str());
    }
}

#[tokio::test]
async fn each_documented_status_of_success_is_accepted() {
    for (status, body) in [("200 OK", "partial"), ("201 Created", "complete")] {
        let name = format!("accept-transfer-{body}.json");
        let server = ScriptedServer::start([Reply::json(status, &example_text(&name))]).await;
        let call = client(server.url())
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(TRANSFER)
            .send()
            .await;
        let response = call.unwrap();
        assert_eq!(status[..3], response.status().as_str()[..]);
        assert!(!response.get().orders.is_empty());
    }

    // An undocumented body is kept.
    let body = example("withdraw-transfer-ok.json").to_string();
    let server = ScriptedServer::start([Reply::json("200 OK", &body)]).await;
    let client = client(server.url());
    let call = client
        .withdraw_transfer()
        .customer_id(CUSTOMER)
        .transfer_id(WITHDRAWN);
    let response = call.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.body(), body.as_bytes());
}

#[tokio::test]
async fn trailing_slashes_of_the_endpoint_are_removed() {
    for (stem, slashes) in [("", "/"), ("", "//"), ("/stem", ""), ("/stem", "/")] {
        let server = ScriptedServer::start([Reply::response("204 No Content", "", "")]).await;
        let client = client(&format!("{}{stem}{slashes}", server.url()));
        let call = client
            .withdraw_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(WITHDRAWN);
        call.send().await.unwrap();
        let line = format!("DELETE {stem}/v1/customers/{CUSTOMER}/transfers/{WITHDRAWN} HTTP/1.1");
        assert!(
            server.requests()[0].head.starts_with(&line),
            "{}",
            server.requests()[0]
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = ScriptedServer::start([]).await;
    let location = format!("Location: {}/v1/elsewhere\r\n", elsewhere.url());
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
    ] {
        let server = ScriptedServer::start([Reply::response(status, &location, "")]).await;
        let client = client(server.url());
        let call = client
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(TRANSFER);
        let error = call.send().await.unwrap_err();
        assert!(error.is_service(), "{error:?}");
        assert_eq!(error.status().unwrap().as_str(), &status[..3]);
        // The status does not say whether the call was applied.
        assert!(error.may_have_been_applied());
        assert_eq!(server.requests().len(), 1);
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn invalid_arguments_fail_before_any_request() {
    let server = ScriptedServer::start([]).await;
    let client = client(server.url());
    let accept = || {
        client
            .accept_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(TRANSFER)
    };
    for (call, expected) in [
        (
            client.accept_transfer(),
            "customer_id: required, and not set",
        ),
        (
            client.accept_transfer().customer_id(CUSTOMER),
            "transfer_id: required, and not set",
        ),
        (
            accept().customer_id("42"),
            "customer_id: \"42\" is not a GUID",
        ),
        (accept().transfer_id(""), "transfer_id: \"\" is not a GUID"),
        (
            accept().transfer_id(format!("{{{TRANSFER}}}")),
            "is not a GUID; expected 32 hex",
        ),
        (
            accept().transfer_id(TRANSFER.replace('-', "")),
            "in the form xxxxxxxx-xxxx-",
        ),
        (accept().request_id("x"), "request_id: \"x\" is not a GUID"),
        (
            accept().correlation_id("y"),
            "correlation_id: \"y\" is not a GUID",
        ),
        (
            accept().locale("en\r\nX-Evil: 1"),
            "X-Locale: \"en\\r\\nX-Evil: 1\" is not a valid header value",
        ),
    ] {
        let error = call.send().await.unwrap_err();
        assert!(error.is_invalid_input(), "{error:?}");
        assert!(!error.may_have_been_applied());
        assert_eq!(error.request_id(), None);
        assert!(error.to_string().contains(expected), "{error}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn invalid_settings_fail_when_the_client_is_built() {
    let builder = || Client::builder().bearer_token(TOKEN);
    for (builder, expected) in [
        (Client::builder(), "no credential"),
        (Client::builder().bearer_token(""), "bearer token is empty"),
        (builder().bearer_token(format!("{TOKEN}\n")), "a line break"),
        (
            builder().bearer_token(format!("Bearer {TOKEN}")),
            "without the word `Bearer`",
        ),
        (
            builder().endpoint("api.example"),
            "endpoint \"api.example\": not a URL",
        ),
        (builder().endpoint("http://api.example"), "use https"),
        (
            builder().timeout(std::time::Duration::ZERO),
            "the timeout is zero",
        ),
    ] {
        assert!(!format!("{builder:?}").contains(TOKEN));
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration(), "{error:?}");
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!format!("{error} {error:?}").contains(TOKEN));
    }
}

fn call(client: &Client) -> WithdrawTransfer<'_> {
    let call = client.withdraw_transfer();
    call.customer_id(CUSTOMER).transfer_id(WITHDRAWN)
}

#[tokio::test]
async fn settings_of_a_call_override_those_of_the_client() {
    let server = MockServer::start().await;
    Mock::given(method("DELETE"))
        .respond_with(ResponseTemplate::new(204))
        .expect(4)
        .mount(&server)
        .await;
    let ours = CorrelationId::random();
    let client = Client::builder()
        .endpoint(server.uri())
        .bearer_token(TOKEN)
        .options(
            CallOptions::default()
                .correlation_id(ours)
                .locale("nl-NL")
                .application("shop")
                .user_agent("shop/2.1"),
        )
        .build()
        .unwrap();
    let first = call(&client).send().await.unwrap();
    let second = call(&client).send().await.unwrap();
    assert_eq!(
        (first.correlation_id(), second.correlation_id()),
        (ours, ours)
    );
    let of_call = call(&client)
        .correlation_id(CORRELATION_ID)
        .locale("de-DE")
        .send();
    of_call.await.unwrap();
    call(&client.with_options(CallOptions::default().application("back-office")))
        .send()
        .await
        .unwrap();

    let received = server.received_requests().await.unwrap();
    let value = |at: usize, name: &str| -> String {
        let value = received[at].headers.get(name);
        value
            .map_or("none", |value| value.to_str().unwrap())
            .to_owned()
    };
    let ours = ours.to_string();
    for (at, name, expected) in [
        (0, "ms-correlationid", ours.as_str()),
        (1, "ms-correlationid", &ours),
        (2, "ms-correlationid", CORRELATION_ID),
        (0, "x-locale", "nl-NL"),
        (2, "x-locale", "de-DE"),
        (3, "x-locale", "nl-NL"),
        (0, "content-length", "none"),
        (0, "ms-partnercenter-application", "shop"),
        (3, "ms-partnercenter-application", "back-office"),
        (0, "user-agent", &format!("shop/2.1 {}", user_agent())),
        (3, "user-agent", &format!("shop/2.1 {}", user_agent())),
    ] {
        assert_eq!(value(at, name), expected, "{name} of call {at}");
    }
    assert_eq!(value(3, "ms-correlationid"), ours);
}

#[tokio::test]
async fn settings_that_are_not_valid_in_a_header_fail() {
    let server = ScriptedServer::start([]).await;
    let wrong = [
        CallOptions::default().locale("nl\nNL"),
        CallOptions::default().application("a\0b"),
        CallOptions::default().user_agent("a\rb"),
    ];
    for options in wrong {
        let builder = Client::builder()
            .bearer_token(TOKEN)
            .options(options.clone());
        let error = builder.build().unwrap_err();
        assert!(error.is_configuration(), "{error:?}");
        assert!(
            error.to_string().contains("is not a valid header value"),
            "{error}"
        );

        let client = client(server.url()).with_options(options);
        let call = client
            .withdraw_transfer()
            .customer_id(CUSTOMER)
            .transfer_id(WITHDRAWN);
        let error = call.send().await.unwrap_err();
        assert!(error.is_invalid_input(), "{error:?}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn each_cloud_has_its_endpoint_and_authority() {
    for (cloud, endpoint, authority) in [
        (
            Cloud::Global,
            "api.partnercenter.microsoft.com",
            "login.microsoftonline.com",
        ),
        (
            Cloud::UsGovernment,
            "api.partnercenter.microsoft.com",
            "login.microsoftonline.us",
        ),
        (
            Cloud::China,
            "partner.partnercenterapi.microsoftonline.cn",
            "login.partner.microsoftonline.cn",
        ),
    ] {
        assert_eq!(cloud.endpoint(), format!("https://{endpoint}"));
        assert_eq!(cloud.audience(), cloud.endpoint());
        assert_eq!(cloud.authority(), format!("https://{authority}"));
        let client = Client::builder()
            .cloud(cloud)
            .bearer_token(TOKEN)
            .build()
            .unwrap();
        assert!(format!("{client:?}").contains(endpoint), "{client:?}");
    }
}
