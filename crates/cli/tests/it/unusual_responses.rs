//! Responses to an accept that a client seldom gets.

use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::command_lines::accept_at;
use crate::run::run_with_token;

#[tokio::test]
async fn a_body_that_is_not_json_is_kept_as_text() {
    let server = MockServer::start().await;
    let page = "<html>\u{1b}[31mBad Gateway</html>\n";
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(502).set_body_raw(page, "text/html"))
        .mount(&server)
        .await;
    let url = server.uri();
    let run = run_with_token(&[&["--output", "json"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 5);
    let document = run.document();
    assert_eq!(document["outcome"], "unknown");
    assert_eq!(document["status"], 502);
    assert_eq!(document["answer"], page);
    assert_eq!(document["error"]["code"], Value::Null);
    assert_eq!(document["error"]["mayHaveBeenApplied"], true);
}

/// Nulls, unknown values, two line items in an order, add-ons, an error without line items, and
/// text with control characters.
#[tokio::test]
async fn unusual_values_are_readable() {
    let server = MockServer::start().await;
    let mut answer: Value = serde_json::from_str(include_str!(
        "../../../../spec/examples/accept-transfer-nulls.json"
    ))
    .unwrap();
    let items = answer["orders"][1]["lineItems"].as_array_mut().unwrap();
    items.push(json!({ "offerId": "MS-AZR-0017P", "quantity": 2 }));
    let errors = answer["transferErrors"].as_array_mut().unwrap();
    errors.push(json!({
        "description": "first\nsecond \u{1b}[2J\u{7} third",
        "code": "text-code",
    }));
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(201).set_body_json(&answer))
        .mount(&server)
        .await;
    let url = server.uri();
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 3);
    insta::assert_snapshot!("odd-answer", run.story());

    let run = run_with_token(&[&["--output", "json"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 3);
    assert_eq!(run.document()["answer"], answer);
    assert_eq!(run.document()["status"], 201);
}

#[tokio::test]
async fn an_empty_result_is_not_a_success() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("{}", "application/json"))
        .mount(&server)
        .await;
    let run = run_with_token(&accept_at(&server.uri()));
    // Neither an order nor an error: it is unknown what has moved.
    assert_eq!(run.code, 5);
    insta::assert_snapshot!("empty-result", run.story());
}
