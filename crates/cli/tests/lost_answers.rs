//! After a change whose answer was lost: what is read back, and how the command ends.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod run;

use run::server::{SOURCE, TARGET, TRANSFER, answers, call, methods, on_create, on_transfer, sent};
use serde_json::json;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// What a transfer that is read back says, and how the command ends then.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn after_a_lost_answer_the_transfer_is_read_back() {
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
        // Not there, and nobody has seen it before.
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
        let server = MockServer::start().await;
        answers(&server, "GET", status, &read.to_string()).await;
        for verb in ["POST", "PATCH", "DELETE"] {
            answers(&server, verb, 502, "").await;
        }
        let arguments = on_transfer(name, &["--yes", "--no-read"]);
        let run = call(&server, &[&arguments[..], &["--output", "json"]].concat());
        assert_eq!(run.code, code, "{name} {read}: {}", run.stdout);
        let document = run.document();
        assert_eq!(document["readBack"]["verdict"], verdict, "{name} {read}");
        assert_eq!(document["outcome"], outcome, "{name} {read}");
        assert_eq!(document["error"]["mayHaveBeenApplied"], true);
        let sent = sent(&server).await;
        assert_eq!(
            (sent.len(), methods(&sent)[1]),
            (2, "GET"),
            "sent once, read once"
        );
        if name == "accept" && code == 6 {
            insta::assert_snapshot!("read-back-not-applied", call(&server, &arguments).story());
        }
    }
}

#[tokio::test]
async fn a_withdrawn_transfer_that_was_there_is_known_to_be_withdrawn() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .respond_with(
            ResponseTemplate::new(200).set_body_raw(r#"{"status":"Active"}"#, "application/json"),
        )
        .up_to_n_times(1)
        .mount(&server)
        .await;
    answers(&server, "GET", 404, r#"{"code":900100}"#).await;
    answers(&server, "DELETE", 502, "").await;
    let run = call(&server, &on_transfer("withdraw", &["--yes"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("the withdraw was applied"),
        "{}",
        run.stdout
    );
    assert_eq!(methods(&sent(&server).await), ["GET", "DELETE", "GET"]);
}

#[tokio::test]
async fn after_a_lost_create_the_list_tells() {
    let new = json!({
        "id": TRANSFER, "status": "Active", "sourcePartnerTenantId": SOURCE,
        "targetPartnerTenantId": TARGET, "lineItems": [{ "subscriptionId": "s" }],
    });
    for (list, code, verdict) in [
        (json!([]), 6, "notApplied"),
        (json!([new]), 0, "applied"),
        (json!([new, new]), 5, "unknown"),
    ] {
        let server = MockServer::start().await;
        answers(&server, "GET", 200, &list.to_string()).await;
        answers(&server, "POST", 502, "").await;
        let create = on_create(&["--subscription", "S", "--output", "json"]);
        let run = call(&server, &create);
        assert_eq!(run.code, code, "{}", run.stdout);
        assert_eq!(run.document()["readBack"]["verdict"], verdict);
        assert_eq!(methods(&sent(&server).await), ["POST", "GET"]);
    }
}

/// Whoever interrupts a change does not know what became of it, and is told so.
#[cfg(unix)]
#[test]
fn an_interrupted_change_leaves_the_outcome_unknown() {
    use std::io::{BufRead as _, BufReader};
    use std::net::TcpListener;
    use std::process::Stdio;

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let child = run::bare_command()
        .args(["--endpoint", &url])
        .args(on_transfer("accept", &["--yes", "--no-read"]))
        .args(["--output", "json"])
        .env("PCTRANSFERS_TOKEN", run::CANARY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The request is there, and no answer will come.
    let (connection, _) = listener.accept().unwrap();
    let mut line = String::new();
    BufReader::new(&connection).read_line(&mut line).unwrap();
    assert!(line.starts_with("POST "), "{line}");
    let kill = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(5));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("interrupted; the service may have carried out the accept"),
        "{said}"
    );
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["outcome"], "unknown");
    assert_eq!(document["error"]["mayHaveBeenApplied"], true);
}
