//! Waiting until a transfer has settled.

use serde_json::json;

use crate::running::{interrupt, start};
use crate::server::{Server, on_transfer};

#[test]
fn a_wait_reports_the_state_of_the_transfer() {
    for (body, code, outcome) in [
        (json!({ "status": "Complete" }), 0, "complete"),
        (json!({ "status": "PartiallyComplete" }), 3, "partial"),
        (
            json!({ "status": "PartiallyComplete", "lineItems": [
                { "subscriptionId": "a", "status": "Failed" },
                { "subscriptionId": "b", "status": "AnotherWord" },
            ]}),
            3,
            "partial",
        ),
        (
            json!({ "status": "Complete", "lineItems": [
                { "subscriptionId": "a", "status": "Failed" },
                { "subscriptionId": "b" },
            ]}),
            3,
            "partial",
        ),
        (
            json!({ "status": "Complete", "lineItems": [
                { "subscriptionId": "a", "status": "Failed" },
            ]}),
            4,
            "failed",
        ),
        (json!({ "status": "Reject" }), 4, "ended"),
        (json!({ "status": "InProgress" }), 7, "notSettled"),
    ] {
        let server = Server::start();
        server.reply("GET", 200, &body.to_string());
        let run = server.call(&on_transfer(
            "wait",
            &["--max-wait", "0", "--output", "json"],
        ));
        assert_eq!(run.code, code, "{body}");
        assert_eq!(run.document()["outcome"], outcome);
        assert_eq!(run.document()["answer"]["status"], body["status"]);
        // Without a terminal, each read prints a line.
        let status = body["status"].as_str().unwrap();
        assert_eq!(run.stderr, format!("Read 1: the transfer is {status}\n"));
        assert_eq!(server.sent().len(), 1);
    }
}

/// Between two reads that are five seconds apart.
#[cfg(unix)]
#[test]
fn a_wait_can_be_interrupted() {
    use std::io::{BufRead as _, BufReader, Read as _};

    let server = Server::start();
    server.reply("GET", 200, r#"{"status":"InProgress"}"#);
    let mut child = start(&server.url(), &on_transfer("wait", &[]));
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    errors.read_line(&mut line).unwrap();
    assert_eq!(
        line,
        "Read 1: the transfer is InProgress; next read in 5 s\n"
    );
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let mut rest = String::new();
    errors.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "error: interrupted; nothing was changed\n");
    assert_eq!(server.sent().len(), 1);
}
