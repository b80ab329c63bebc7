//! Responses to an accept that a client seldom gets.

use partner_center_tests::Reply;
use serde_json::{Value, json};

use crate::command_lines::accept_at;
use crate::run::run_with_token;
use crate::server::{CUSTOMER, Server};

#[test]
fn a_body_that_is_not_json_is_kept_as_text() {
    let server = Server::start();
    let page = "<html>\u{1b}[31mBad Gateway</html>\n";
    let reply = Reply::response("502 -", "Content-Type: text/html\r\n", page);
    server.add("POST", reply, false);
    let url = server.url();
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
#[test]
fn unusual_values_are_readable() {
    let server = Server::start();
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
    server.reply("POST", 201, &answer.to_string());
    let url = server.url();
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 3);
    insta::assert_snapshot!("odd-answer", run.story());

    let run = run_with_token(&[&["--output", "json"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 3);
    assert_eq!(run.document()["answer"], answer);
    assert_eq!(run.document()["status"], 201);
}

#[test]
fn half_a_surrogate_pair_loses_nothing_else() {
    let server = Server::start();
    let answer =
        r#"{"orders":[{"id":"A","lineItems":[{"friendlyName":"Office \ud83d"}],"x\udc00":1}]}"#;
    server.reply("POST", 200, answer);
    let url = server.url();
    let run = run_with_token(&[&["--output", "json"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = run.document();
    let order = &document["answer"]["orders"][0];
    assert_eq!(order["lineItems"][0]["friendlyName"], "Office \u{fffd}");
    assert_eq!(order["x\u{fffd}"], 1);

    server.reply(
        "GET",
        200,
        r#"[{"id":"A","lineItems":[{"friendlyName":"Office \uD83D"}]}]"#,
    );
    for output in ["json", "jsonl", "text"] {
        let run = server.call(&["list", "--customer", CUSTOMER, "--output", output]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let shown = run.stdout.contains("Office \u{fffd}") || run.stdout.contains("Office \\ufffd");
        assert!(shown || output == "text", "{}", run.stdout);
        assert!(!run.stdout.contains("ud83d"), "{}", run.stdout);
    }
}

#[test]
fn an_unfamiliar_refusal_says_why() {
    let server = Server::start();
    let body = r#"{"title":"One or more validation errors occurred.","status":400,"errors":{"lineItems":["The field is required."]}}"#;
    server.reply("POST", 400, body);
    let url = server.url();
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 4);
    let said = "One or more validation errors occurred (lineItems: The field is required)";
    assert!(
        run.stderr.replace('\n', " ").contains(said),
        "{}",
        run.stderr
    );
}

#[test]
fn the_json_error_has_details_and_challenges() {
    let server = Server::start();
    let body = r#"{"title":"Invalid.","errors":{"lineItems":["Is required.","Is empty.\u202e"]}}"#;
    server.reply_once("POST", 400, body);
    let url = server.url();
    let accept = [&["--output", "json"], &accept_at(&url)[..]].concat();
    let run = run_with_token(&accept);
    assert_eq!(run.code, 4);
    let error = &run.document()["error"];
    let details = error["details"].as_array().unwrap();
    assert!(!details.is_empty(), "{error}");
    let text = details
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ");
    assert!(text.contains("lineItems: Is required."), "{error}");
    assert!(text.contains("Is empty."), "{error}");
    assert_eq!(error.get("challenges"), None);
    assert!(!run.stdout.contains('\u{202e}'), "{}", run.stdout);

    let header = "WWW-Authenticate: Bearer realm=\"x\", error=\"insufficient_claims\", \
                  error_description=\"A policy, of the tenant.\", claims=\"eyJhIjoxfQ==\"\r\n\
                  WWW-Authenticate: Negotiate\r\n";
    server.add("POST", Reply::response("401 -", header, ""), false);
    let run = run_with_token(&accept);
    let error = &run.document()["error"];
    assert_eq!(
        error["challenges"],
        json!([
            { "scheme": "Bearer", "error": "insufficient_claims",
              "errorDescription": "A policy, of the tenant.", "claims": "eyJhIjoxfQ==" },
            { "scheme": "Negotiate" },
        ]),
        "{error}"
    );
    assert_eq!(error.get("details"), None);
}

#[test]
fn an_empty_result_is_not_a_success() {
    let server = Server::start();
    server.reply("POST", 200, "{}");
    let run = run_with_token(&accept_at(&server.url()));
    // Neither an order nor an error: it is unknown what has moved.
    assert_eq!(run.code, 5);
    insta::assert_snapshot!("empty-result", run.story());
}
