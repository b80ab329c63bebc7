//! Reading the state back after the response to a change was lost.

use std::io::Write as _;

use serde_json::json;

use crate::running::{listen, request, start};
use crate::server::{CUSTOMER, SOURCE, Server, TARGET, TRANSFER, on_create, on_transfer};

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn the_transfer_is_read_back_after_a_lost_response() {
    let items = |status: &str| json!([{ "subscriptionId": "s", "status": status }]);
    let cases = [
        (
            "accept",
            200,
            json!({ "status": "Complete" }),
            0,
            "applied",
            "complete",
        ),
        (
            "accept",
            200,
            json!({ "status": "PartiallyComplete" }),
            3,
            "applied",
            "partial",
        ),
        (
            "accept",
            200,
            json!({ "status": "Complete", "lineItems": items("Failed") }),
            4,
            "applied",
            "failed",
        ),
        (
            "accept",
            200,
            json!({ "status": "Active" }),
            6,
            "notApplied",
            "notApplied",
        ),
        (
            "accept",
            200,
            json!({ "status": "InProgress" }),
            7,
            "notYetSettled",
            "notSettled",
        ),
        (
            "accept",
            200,
            json!({ "status": "Expired" }),
            4,
            "overtaken",
            "ended",
        ),
        (
            "accept",
            200,
            json!({ "status": "NewWord" }),
            5,
            "unknown",
            "unknown",
        ),
        ("accept", 500, json!({}), 5, "unknown", "unknown"),
        (
            "reject",
            200,
            json!({ "status": "Reject" }),
            0,
            "applied",
            "rejected",
        ),
        (
            "cancel",
            200,
            json!({ "status": "Cancel" }),
            0,
            "applied",
            "cancelled",
        ),
        (
            "withdraw",
            200,
            json!({ "status": "Active" }),
            6,
            "notApplied",
            "notApplied",
        ),
        // Not found, and never read before.
        (
            "withdraw",
            404,
            json!({ "code": 900_100 }),
            5,
            "unknown",
            "unknown",
        ),
    ];
    for (name, status, read, code, verdict, outcome) in cases {
        let server = Server::start();
        server.reply("GET", status, &read.to_string());
        for verb in ["POST", "PATCH", "DELETE"] {
            server.reply(verb, 502, "");
        }
        let arguments = on_transfer(name, &["--yes", "--no-read"]);
        let run = server.call(&[&arguments[..], &["--output", "json"]].concat());
        assert_eq!(run.code, code, "{name} {read}: {}", run.stdout);
        let document = run.document();
        assert_eq!(document["readBack"]["verdict"], verdict, "{name} {read}");
        assert_eq!(document["outcome"], outcome, "{name} {read}");
        // A change that was applied is a warning, and no error.
        let (kept, dropped) = match verdict {
            "applied" => ("warning", "error"),
            _ => ("error", "warning"),
        };
        assert!(document[kept]["message"].is_string(), "{document}");
        assert_eq!(document.get(dropped), None, "{document}");
        // The request may still be in transit, whatever the read-back has found.
        if kept == "error" {
            assert_eq!(document["error"]["mayHaveBeenApplied"], true, "{document}");
        }
        let says_to_read = |text: &str| text.contains("read the state back");
        let message = document[kept]["message"].as_str().unwrap();
        assert_eq!(says_to_read(message), verdict == "unknown", "{message}");
        let run = server.call(&arguments);
        assert_eq!(run.code, code);
        assert!(
            run.stderr.starts_with(&format!("{kept}: ")),
            "{}",
            run.stderr
        );
        let (message, _) = run.stderr.split_once("Read back: ").unwrap();
        assert_eq!(says_to_read(message), verdict == "unknown", "{message}");
        let url = server.url();
        let wait = format!(
            "\n    pctransfers wait --customer {CUSTOMER} --transfer {TRANSFER} --endpoint {url}\n"
        );
        let waits = verdict == "notYetSettled";
        assert_eq!(run.stdout.contains(&wait), waits, "{}", run.stdout);
        let methods = server.methods();
        assert_eq!(methods.len(), 4, "sent once, read once");
        assert_eq!(methods[1], "GET");
        if name == "accept" && code == 6 {
            insta::assert_snapshot!("read-back-not-applied", server.call(&arguments).story());
        }
    }
}

#[test]
fn a_transfer_that_existed_before_counts_as_withdrawn() {
    let server = Server::start();
    server.reply_once("GET", 200, r#"{"status":"Active"}"#);
    server.reply("GET", 404, r#"{"code":900100}"#);
    server.reply("DELETE", 502, "");
    let run = server.call(&on_transfer("withdraw", &["--yes"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("The withdraw was applied"),
        "{}",
        run.stdout
    );
    assert_eq!(server.methods(), ["GET", "DELETE", "GET"]);
}

#[test]
fn the_list_is_read_back_after_a_lost_create() {
    let with_id = |id: &str| {
        json!({
            "id": id, "status": "Active", "sourcePartnerTenantId": SOURCE,
            "targetPartnerTenantId": TARGET, "lineItems": [{ "subscriptionId": "s" }],
        })
    };
    let (one, other) = (with_id(TRANSFER), with_id("another"));
    for (before, after, code, verdict) in [
        (Some(json!([])), json!([]), 6, "notApplied"),
        (Some(json!([])), json!([one]), 0, "applied"),
        (Some(json!([one])), json!([one, other]), 0, "applied"),
        // An earlier call made it.
        (Some(json!([one])), json!([one]), 6, "notApplied"),
        (Some(json!([])), json!([one, other]), 5, "unknown"),
        // An earlier call may have made it.
        (None, json!([one]), 5, "unknown"),
        (Some(json!(null)), json!([one]), 5, "unknown"),
    ] {
        let server = Server::start();
        if let Some(before) = &before {
            server.reply_once("GET", 200, &before.to_string());
        }
        server.reply("GET", 200, &after.to_string());
        server.reply("POST", 502, "");
        let more = ["--subscription", "S", "--output", "json"];
        let mut create = on_create(&more);
        // The transfers, the eligibility, the create, and the transfers again.
        let mut expected = vec!["GET", "GET", "POST", "GET"];
        if before.is_none() {
            create.push("--no-read");
            expected.drain(..2);
        }
        // An earlier transfer with the same subscriptions.
        create.push("--allow-duplicate");
        let run = server.call(&create);
        assert_eq!(run.code, code, "{before:?}: {}", run.stdout);
        let document = run.document();
        assert_eq!(document["readBack"]["verdict"], verdict);
        let found = document["readBack"]["transfers"].as_array().unwrap();
        let known = before.unwrap_or_default().as_array().map_or(0, Vec::len);
        let new = after.as_array().unwrap().len() - known;
        assert_eq!(found.len(), new);
        assert_eq!(server.methods(), expected);
    }
}

#[test]
fn all_candidates_for_a_created_transfer_are_shown() {
    let server = Server::start();
    let list = ["first", "second"].map(|id| {
        json!({
            "id": id, "status": "Active", "sourcePartnerTenantId": SOURCE,
            "targetPartnerTenantId": TARGET, "lineItems": [{ "subscriptionId": "s" }],
        })
    });
    server.reply("GET", 200, &json!(list).to_string());
    server.reply("POST", 502, "");
    let run = server.call(&on_create(&["--subscription", "S", "--no-read"]));
    insta::assert_snapshot!("created-unknown", run.story());
}

#[test]
fn a_create_that_was_applied_is_a_warning_and_a_success() {
    let server = Server::start();
    let created = json!([{
        "id": TRANSFER, "status": "Active", "sourcePartnerTenantId": SOURCE,
        "targetPartnerTenantId": TARGET, "lineItems": [{ "subscriptionId": "s" }],
    }]);
    for list in ["[]", "[]", &created.to_string()] {
        server.reply_once("GET", 200, list);
    }
    server.reply("POST", 503, r#"{"code":800003,"description":"Busy."}"#);
    let run = server.call(&on_create(&["--subscription", "S"]));
    assert_eq!(server.methods(), ["GET", "GET", "POST", "GET"]);
    insta::assert_snapshot!("created-after-all", run.story());
}

/// A transfer that was found neither before nor after may not exist.
#[test]
fn a_transfer_that_was_never_read_leaves_the_outcome_unknown() {
    for (name, verb) in [
        ("accept", "POST"),
        ("reject", "PATCH"),
        ("cancel", "PATCH"),
        ("withdraw", "DELETE"),
    ] {
        let server = Server::start();
        server.reply("GET", 404, r#"{"code":900100}"#);
        server.reply(verb, 502, "");
        let run = server.call(&on_transfer(name, &["--yes", "--output", "json"]));
        assert_eq!(run.code, 5, "{name}: {}", run.stdout);
        assert_eq!(run.document()["readBack"]["verdict"], "unknown");
    }
}

/// The service recognizes a repeated call by its id.
#[test]
fn a_call_can_be_repeated_with_its_request_id() {
    let id = "8389053b-731c-4261-9899-1583d7859153";
    let again = ["--yes", "--no-read", "--request-id", id];
    // The first call may have created a transfer, so the list does not show the state before it.
    let create = ["--subscription", "s", "--request-id", id];
    let new_commerce = [&["--new-commerce", "--subscription", "s"], &again[..]].concat();
    for call_again in [
        on_transfer("accept", &again),
        on_transfer("accept", &new_commerce),
        on_transfer("reject", &again),
        on_transfer("cancel", &again),
        on_transfer("withdraw", &again),
        on_create(&create),
    ] {
        let server = Server::start();
        let order = r#"{"orders":[{"id":"o"}]}"#;
        for verb in ["POST", "PATCH", "DELETE"] {
            server.reply(verb, 200, order);
        }
        server.call(&call_again);
        let requests = server.requests();
        assert_eq!(requests.len(), 1, "{call_again:?}");
        assert_eq!(
            requests[0].header("MS-RequestId"),
            Some(id),
            "{call_again:?}"
        );
    }
}

/// Without any response, the repeated call should have the same id.
#[cfg(unix)]
#[test]
fn a_call_that_was_not_applied_is_repeated_with_its_request_id() {
    let (listener, url) = listen();
    let child = start(&url, &on_transfer("accept", &["--yes", "--no-read"]));
    let (connection, id) = request(&listener, "POST ");
    drop(connection);
    let (mut connection, _) = request(&listener, "GET ");
    let body = r#"{"status":"Active"}"#;
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(6));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let again = format!("repeat the call with --request-id {id}.");
    assert!(stdout.contains(&again), "{stdout}");
}
