//! Answers in other formats than the documented ones: what they say is not lost.

use std::fmt::Write as _;

use partner_center_tests::{
    CUSTOMER, Reply, ScriptedServer, TOKEN, TRANSFER, client, example_text,
};
use partner_center_transfers::types::{TransferEntity, TransferSubmitResult};
use partner_center_transfers::{AcceptOutcome, Error, Response};
use serde_json::{Value, json};

async fn accept(reply: Reply) -> Result<Response<TransferSubmitResult>, Error> {
    let server = ScriptedServer::start([reply]).await;
    let client = client(server.url());
    let call = client.accept_transfer();
    call.customer_id(CUSTOMER)
        .transfer_id(TRANSFER)
        .send()
        .await
}

async fn list(reply: Reply) -> Result<Response<Vec<TransferEntity>>, Error> {
    let server = ScriptedServer::start([reply]).await;
    let client = client(server.url());
    client.list_transfers().customer_id(CUSTOMER).send().await
}

async fn withdraw(reply: Reply) -> Error {
    let server = ScriptedServer::start([reply]).await;
    let client = client(server.url());
    let call = client.withdraw_transfer();
    let call = call.customer_id(CUSTOMER).transfer_id(TRANSFER);
    call.send().await.unwrap_err()
}

async fn refused(status: &str, headers: &str, body: &str) -> Error {
    accept(Reply::response(status, headers, body))
        .await
        .unwrap_err()
}

/// The error's text without the id of the request.
fn text(error: &Error) -> String {
    let text = error.to_string();
    text.split(" [request id").next().unwrap().to_owned()
}

#[tokio::test]
async fn half_a_surrogate_pair_loses_nothing_else() {
    for (sent, read) in [
        (r"Office \ud83d", "Office \u{fffd}"),
        (r"\uDE80 Office", "\u{fffd} Office"),
        (r"\ud83d\uD83D", "\u{fffd}\u{fffd}"),
        (r"\ud83d\ud83d\ude80", "\u{fffd}\u{1F680}"),
        (r"\\ud83d", r"\ud83d"),
    ] {
        let body = format!(
            r#"{{"orders":[{{"id":"A","lineItems":[{{"friendlyName":"{sent}","x{sent}":["{sent}"]}}]}},{{"id":"B"}}]}}"#
        );
        let response = accept(Reply::json("200 OK", &body)).await.unwrap();
        assert_eq!(response.body(), body.as_bytes());
        let item = &response.get().orders[0].line_items[0];
        assert_eq!(item.friendly_name.as_deref(), Some(read));
        assert_eq!(item.extra[&format!("x{read}")], json!([read]));
        let value: Value = response.decode_body().unwrap();
        assert_eq!(value["orders"][0]["lineItems"][0]["friendlyName"], read);
        let AcceptOutcome::Complete { orders } = response.into_inner().outcome() else {
            panic!("{body}")
        };
        assert_eq!(orders.len(), 2);

        let body =
            format!(r#"[{{"id":"A","lineItems":[{{"friendlyName":"{sent}"}}]}},{{"id":"B"}}]"#);
        let response = list(Reply::json("200 OK", &body)).await.unwrap();
        assert_eq!(response.get().len(), 2);

        let body = format!(r#"{{"code":900102,"description":"{sent}","{sent}":1}}"#);
        let error = accept(Reply::json("400 Bad Request", &body))
            .await
            .unwrap_err();
        assert_eq!(error.code().unwrap().as_number(), Some(900_102));
        assert_eq!(error.description(), Some(read));
        assert!(error.decode_body::<Value>().is_some());
    }
}

#[tokio::test]
async fn an_answer_with_bytes_that_are_not_utf_8_is_read() {
    let body = b"{\"orders\":[{\"id\":\"A \xF0\x9F\x9A\"},{\"id\":\"B\"}]}";
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
    let response = accept(Reply::Bytes([head.as_bytes(), body].concat()))
        .await
        .unwrap();
    let orders = &response.get().orders;
    assert_eq!(orders[0].id.as_deref(), Some("A \u{fffd}"));
    assert_eq!(orders[1].id.as_deref(), Some("B"));
}

#[tokio::test]
async fn a_page_after_the_json_of_a_success_is_ignored() {
    let page = example_text("page-502.html");
    let body = format!("{}\n{page}", example_text("accept-transfer-complete.json"));
    let response = accept(Reply::json("200 OK", &body)).await.unwrap();
    assert!(response.decode_body::<Value>().is_some());
    assert!(matches!(
        response.into_inner().outcome(),
        AcceptOutcome::Complete { orders } if orders.len() == 2
    ));
    let two = accept(Reply::json("200 OK", "{\"orders\":[]}{\"orders\":[]}")).await;
    assert!(two.unwrap_err().is_decode());
}

#[tokio::test]
async fn an_unfamiliar_refusal_says_why() {
    let mut shown = String::new();
    for (name, body) in [
        (
            "problem details",
            r#"{"title":"One or more validation errors occurred.","status":400,"errors":{"lineItems":["The field is required."],"quantity":["Too small.","Not a number."]}}"#,
        ),
        (
            "problem details with a detail",
            r#"{"title":"Conflict","detail":"It is in progress.","status":409}"#,
        ),
        ("Message", r#"{"Message":"The request is invalid."}"#),
        (
            "ModelState",
            r#"{"Message":"The request is invalid.","ModelState":{"a.b":["Required."]}}"#,
        ),
        (
            "nested errors",
            r#"{"ERROR":{"Code":"BadArgument","Message":"Wrong.","Details":[{"code":"Null","target":"id","message":"Missing."}]}}"#,
        ),
        (
            "OAuth",
            r#"{"error":"invalid_request","error_description":"Malformed."}"#,
        ),
        (
            "a list",
            r#"[{"code":900102,"description":"Completed."},{"code":5,"message":"Other."}]"#,
        ),
        (
            "JSON in a string",
            r#""{\"code\":900102,\"description\":\"Completed.\"}""#,
        ),
        (
            "XML",
            "<Error><Code>InvalidUri</Code><Message>Not a valid URI.</Message></Error>",
        ),
        (
            "SOAP",
            "<s:Envelope><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Bad.</faultstring></s:Fault></s:Body></s:Envelope>",
        ),
        (
            "plain text",
            "Bad Request - Invalid Hostname\r\n\r\nsecond \u{202e}line\nthird\nfourth\n",
        ),
        (
            "a page",
            "<h2>Bad Request - Invalid URL</h2>\n<hr><p>HTTP Error 400. The request URL is invalid.</p>",
        ),
        ("unknown JSON", r#"{"outcome":"no"}"#),
        (
            "many details",
            r#"{"title":"Many.","errors":{"a":["1"],"b":["2"],"c":["3"],"d":["4"],"e":["5"],"f":["6"],"g":["7"]}}"#,
        ),
        ("nothing", ""),
    ] {
        let error = refused("400 Bad Request", "", body).await;
        assert!(
            error.is_service() && !error.may_have_been_applied(),
            "{name}"
        );
        assert_eq!(error.body(), Some(body.as_bytes()));
        let code = error.code().map(ToString::to_string);
        writeln!(
            shown,
            "## {name}\n{}\ncode {code:?}, details {:?}\n",
            text(&error),
            error.details()
        )
        .unwrap();
    }
    insta::assert_snapshot!(shown);
}

#[tokio::test]
async fn the_challenge_of_a_401_is_read_and_shown() {
    let challenge = "WWW-Authenticate: Bearer realm=\"\", authorization_uri=\"https://login.example/x\", \
        error=\"insufficient_claims\", error_description=\"Sign in, again.\", claims=\"eyJhIjp7fX0=\"\r\n\
        WWW-Authenticate: OAuth realm=urn:cpsvc:cpid:1\r\n";
    let error = refused("401 Unauthorized", challenge, "").await;
    assert_eq!(
        text(&error),
        "accept_transfer was answered with 401 Unauthorized; WWW-Authenticate: \
         insufficient_claims, Sign in, again; the service sent a claims challenge, so a policy of the \
         tenant (Conditional Access) rejects this token: sign in again and use the new token"
    );
    let challenges = error.auth_challenges();
    assert_eq!(challenges.len(), 2);
    assert_eq!(challenges[0].scheme(), "Bearer");
    assert_eq!(challenges[0].error(), Some("insufficient_claims"));
    assert_eq!(challenges[0].error_description(), Some("Sign in, again."));
    assert_eq!(challenges[0].claims(), Some("eyJhIjp7fX0="));
    assert_eq!(challenges[0].error_uri(), None);
    assert_eq!(challenges[1].parameter("REALM"), Some("urn:cpsvc:cpid:1"));

    for (status, header, body, shown) in [
        (
            "401 Unauthorized",
            "www-authenticate: Bearer error=\"invalid_token\"\r\n",
            "{\"code\":900421,\"description\":\"MFA.\"}",
            ": MFA; WWW-Authenticate: invalid_token; ",
        ),
        (
            "403 Forbidden",
            "WWW-Authenticate: Bearer error=insufficient_scope, error_uri=\"https://a/b\"\r\n",
            "",
            "403 Forbidden; WWW-Authenticate: insufficient_scope, https://a/b",
        ),
        (
            "401 Unauthorized",
            "WWW-Authenticate: Negotiate, Basic realm=\"Corporate proxy\"\r\n",
            "",
            "401 Unauthorized; WWW-Authenticate: Negotiate; Basic for Corporate proxy",
        ),
        (
            "401 Unauthorized",
            "WWW-Authenticate: OAuth realm=urn:cpsvc:cpid:1\r\n",
            "{\"code\":1,\"description\":\"d\"}",
            "code 1: d",
        ),
    ] {
        let error = refused(status, header, body).await;
        let text = text(&error) + "; ";
        assert!(text.contains(shown), "{shown}: {text}");
        assert!(!text.contains("claims challenge"), "{text}");
    }
}

#[tokio::test]
async fn a_page_in_place_of_a_success_is_called_one() {
    let html = "Content-Type: text/html\r\n";
    let page = "<!DOCTYPE html><html><head><title>Sign in to\n your account</title></head></html>";
    for status in ["200 OK", "201 Created"] {
        let error = accept(Reply::response(status, html, page))
            .await
            .unwrap_err();
        assert!(error.is_decode() && error.may_have_been_applied());
        assert_eq!(
            text(&error),
            format!(
                "accept_transfer was answered with {status} and a web page (\"Sign in to your \
                 account\"); a proxy or a sign-in page answered in place of the service: check the \
                 proxy and the endpoint; it may have been applied, so read the state back before a \
                 retry"
            )
        );
    }
    let error = list(Reply::response("200 OK", html, page))
        .await
        .unwrap_err();
    assert!(error.is_decode() && !error.may_have_been_applied());
    assert!(
        text(&error).ends_with("check the proxy and the endpoint"),
        "{error}"
    );
    let error = withdraw(Reply::response("200 OK", html, page)).await;
    assert!(error.is_decode() && error.may_have_been_applied());
    assert!(
        text(&error).contains("a proxy or a sign-in page answered"),
        "{error}"
    );
    let error = accept(Reply::response(
        "203 Non-Authoritative Information",
        html,
        page,
    ))
    .await;
    let error = error.unwrap_err();
    assert!(error.is_service() && error.may_have_been_applied());
    assert!(
        text(&error).contains("a proxy or a sign-in page answered"),
        "{error}"
    );
}

#[tokio::test]
async fn no_part_of_an_unfamiliar_answer_repeats_the_token() {
    let escaped = TOKEN.replace('-', "\\u002d");
    let bodies = [
        format!(r#"{{"title":"t {TOKEN}","errors":{{"{TOKEN}":["{escaped}"]}}}}"#),
        format!(r#""{{\"Message\":\"{TOKEN}\",\"code\":\"{TOKEN}\"}}""#),
        format!("<Error><Code>{TOKEN}</Code><Message>a {TOKEN}</Message></Error>"),
        format!(
            "<html><title>{TOKEN}</title><p>{}</p>",
            TOKEN.replace('-', "&#45;")
        ),
        format!("{}{TOKEN}\n{TOKEN}", "x".repeat(150)),
        format!("[\"{TOKEN}\"]"),
    ];
    let header =
        format!("WWW-Authenticate: Bearer error=\"{TOKEN}\", error_description=\"{TOKEN}\"\r\n");
    for body in bodies {
        for status in ["400 Bad Request", "401 Unauthorized", "200 OK"] {
            let reply = Reply::response(status, &header, &body);
            // An object is a success with unknown members.
            let Err(error) = accept(reply).await else {
                continue;
            };
            let challenges = error.auth_challenges();
            let shown = format!(
                "{error}{error:?}{challenges:?}{:?}{:?}",
                error.details(),
                error.code()
            );
            assert!(!shown.contains("canary"), "{shown}");
        }
    }
}

/// An accept has moved subscriptions, whatever one of its members looks like.
#[tokio::test]
async fn an_odd_member_is_kept_as_it_came_and_does_not_hide_the_rest() {
    let body = r#"{"orders":[{"id":12345678901234567890123,"totalPrice":"free","status":[1],
        "lineItems":[{"quantity":1.5,"lineItemNumber":99999999999999999999,"offerId":{"a":1},
        "subscriptionId":"S"}],"new":1e400,"exact":0.12345678901234567890}],
        "transferErrors":[{"code":1.5,"description":"d"}]}"#;
    let response = accept(Reply::json("200 OK", body)).await.unwrap();
    assert_eq!(response.body(), body.as_bytes());
    let result = response.get();
    let order = &result.orders[0];
    assert_eq!(order.id.as_deref(), Some("12345678901234567890123"));
    assert_eq!(order.total_price, None);
    assert_eq!(order.extra["totalPrice"], "free");
    assert_eq!(order.status, None);
    assert_eq!(order.extra["status"], json!([1]));
    assert_eq!(order.extra["new"], "1e400");
    assert_eq!(order.extra["exact"], "0.12345678901234567890");
    let item = &order.line_items[0];
    assert_eq!(item.subscription_id.as_deref(), Some("S"));
    assert_eq!((item.quantity, item.line_item_number), (None, None));
    assert_eq!(item.extra["quantity"], json!(1.5));
    assert_eq!(item.extra["lineItemNumber"], "99999999999999999999");
    assert_eq!(item.offer_id, None);
    assert_eq!(item.extra["offerId"], json!({"a": 1}));
    let error = &result.transfer_errors[0];
    assert_eq!(error.code, None);
    assert_eq!(error.extra["code"], json!(1.5));
    assert_eq!(error.description.as_deref(), Some("d"));
    assert!(response.decode_body::<Value>().is_some());
    let written = serde_json::to_value(result).unwrap();
    assert_eq!(written["orders"][0]["lineItems"][0]["quantity"], json!(1.5));
}

/// Wherever a number is, alone in its body: what finds one does not depend on another.
#[tokio::test]
async fn a_number_keeps_its_digits_wherever_it_is() {
    for digits in [
        "12345678901234567890123",
        "-0.12345678901234567890",
        "1e400",
    ] {
        for (body, pointer) in [
            (r#"{"orders":[{"id":#}]}"#, "/orders/0/id"),
            (r#"{"orders":[{"status":#}]}"#, "/orders/0/status"),
            (r#"{"orders":[{"id":[#]}]}"#, "/orders/0/id/0"),
            (r#"{"orders":[{"id":{"a":#}}]}"#, "/orders/0/id/a"),
            (r#"{"new":#}"#, "/new"),
            (r#"{"new":[{"a":#}]}"#, "/new/0/a"),
            (
                r#"{"orders":[{"lineItems":[{"provisioningContext":{"a":#}}]}]}"#,
                "/orders/0/lineItems/0/provisioningContext/a",
            ),
        ] {
            let body = body.replace('#', digits);
            let response = accept(Reply::json("200 OK", &body)).await.unwrap();
            let written = serde_json::to_value(response.get()).unwrap();
            assert_eq!(written.pointer(pointer), Some(&json!(digits)), "{body}");
        }
    }
}

/// JSON has no infinity, so it would be written as null.
#[tokio::test]
async fn what_is_not_a_finite_number_is_kept_as_text() {
    for text in ["1e400", "-1e400", "\"1e400\"", "\"NaN\"", "\"inf\""] {
        let body = format!(r#"{{"orders":[{{"totalPrice":{text}}}]}}"#);
        let response = accept(Reply::json("200 OK", &body)).await.unwrap();
        let order = &response.get().orders[0];
        assert_eq!(order.total_price, None, "{body}");
        assert_eq!(order.extra["totalPrice"], text.trim_matches('"'));
    }
}

#[tokio::test]
async fn a_negative_code_is_a_code() {
    let body = r#"{"code":-5,"description":"odd"}"#;
    let error = accept(Reply::json("400 Bad Request", body))
        .await
        .unwrap_err();
    assert_eq!(error.code().unwrap().as_number(), Some(-5));
    assert!(error.to_string().contains("code -5"), "{error}");
}

#[tokio::test]
async fn an_error_is_short_whatever_the_service_says() {
    let long = "x".repeat(3_000_000);
    let mut errors = Vec::new();
    for (status, body) in [
        ("200 OK", format!(r#"{{"orders":"{long}"}}"#)),
        ("200 OK", format!(r#""{long}""#)),
        (
            "200 OK",
            format!(r#"{{"orders":[{{"lineItems":"{long}"}}]}}"#),
        ),
        (
            "400 Bad Request",
            format!(r#"{{"code":1,"description":"{long}"}}"#),
        ),
        (
            "400 Bad Request",
            format!(
                r#"{{"code":"{0}","description":"{0}","details":["{0}","{0}","{0}"]}}"#,
                &long[..30_000]
            ),
        ),
        ("400 Bad Request", "\u{1F600}".repeat(50_000)),
        ("502 Bad Gateway", format!("<title>{long}</title>")),
    ] {
        errors.push(accept(Reply::json(status, &body)).await.unwrap_err());
    }
    let refused = accept(Reply::response(
        "401 Unauthorized",
        &format!(
            "WWW-Authenticate: Bearer error=\"{0}\", error_description=\"{0}\"\r\n",
            &long[..20_000]
        ),
        "",
    ));
    errors.push(refused.await.unwrap_err());
    for error in errors {
        let (text, short) = (error.to_string(), format!("{error:#}"));
        assert!(
            text.len() <= 2_048 && short.len() <= 2_048,
            "{}",
            text.len()
        );
        // The end says what to do, and names the call.
        assert!(text.contains("[request id "), "{text}");
        if error.may_have_been_applied() {
            assert!(text.contains("read the state back"), "{text}");
        }
    }
}
