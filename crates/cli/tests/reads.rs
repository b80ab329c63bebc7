//! What only reads: one transfer, a list of them, what can be transferred, and waiting.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod run;

#[cfg(unix)]
use run::running::{interrupt, listen, request, start};
use run::server::{
    CUSTOMER, SOURCE, TARGET, TRANSFER, answers, call, example, on_create, on_transfer, sent,
};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

#[tokio::test]
async fn a_list_is_filtered_and_the_newest_stands_first() {
    let server = MockServer::start().await;
    Mock::given(method("GET"))
        .and(path(format!("/v1/customers/{CUSTOMER}/transfers")))
        .respond_with(
            ResponseTemplate::new(200)
                .set_body_raw(example!("list-transfers-several"), "application/json"),
        )
        .mount(&server)
        .await;
    let list = |more: &[&str]| call(&server, &[&["list", "--customer", CUSTOMER], more].concat());
    insta::assert_snapshot!("listed", list(&[]).story());

    let all: Vec<Value> = serde_json::from_str(example!("list-transfers-several")).unwrap();
    let run = list(&["--output", "jsonl"]);
    let lines: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), all.len());
    assert!(
        lines.iter().all(|line| all.contains(line)),
        "value for value"
    );
    let created: Vec<&str> = lines
        .iter()
        .map(|line| line["createdTime"].as_str().unwrap())
        .collect();
    assert!(created.is_sorted_by(|one, next| one >= next), "{created:?}");

    let with_status = |status: &str| all.iter().filter(|it| it["status"] == status).count();
    let run = list(&["--status", "ACTIVE", "--output", "json"]);
    assert_eq!(
        run.document()["answer"].as_array().unwrap().len(),
        with_status("Active")
    );
    let run = list(&["--status", "completed", "--quiet"]);
    assert_eq!(run.stdout.lines().count(), with_status("Complete"));
    for (direction, partner, number) in [
        ("outgoing", SOURCE, all.len()),
        ("incoming", SOURCE, 0),
        ("incoming", &TARGET.to_uppercase(), all.len()),
    ] {
        let run = list(&["--direction", direction, "--partner", partner, "--quiet"]);
        assert_eq!(run.stdout.lines().count(), number, "{direction} {partner}");
    }
    let run = list(&["--status", "nonsense"]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!("listed-none", run.story());
}

#[tokio::test]
async fn eligibility_tells_which_and_why_not() {
    let server = MockServer::start().await;
    answers(
        &server,
        "GET",
        200,
        example!("get-transfer-eligibility-mixed"),
    )
    .await;
    let arguments = ["eligibility", "--customer", CUSTOMER];
    insta::assert_snapshot!("eligibility", call(&server, &arguments).story());
    let run = call(&server, &["eligibility", "--customer", CUSTOMER, "--quiet"]);
    assert_eq!(run.stdout, "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37\n");
    let run = call(
        &server,
        &["eligibility", "--customer", CUSTOMER, "--output", "jsonl"],
    );
    assert_eq!(run.stdout.lines().count(), 3);
    let sent = sent(&server).await;
    assert_eq!(
        sent[0].1,
        "/transferseligibility?transferType=directtoindirect"
    );
}

#[tokio::test]
async fn get_shows_a_transfer_of_either_generation() {
    for (name, body) in [
        ("got-in-part", example!("get-transfer-partially-complete")),
        ("got-pending", example!("get-transfer-pending")),
        ("got-nulls", example!("get-transfer-nulls")),
    ] {
        let server = MockServer::start().await;
        answers(&server, "GET", 200, body).await;
        let run = call(&server, &on_transfer("get", &[]));
        assert_eq!(run.code, 0);
        insta::assert_snapshot!(name, run.story());
        let run = call(&server, &on_transfer("get", &["--output", "json"]));
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(run.document()["answer"], body);
        let run = call(&server, &on_transfer("get", &["--output", "jsonl"]));
        assert_eq!(run.stdout.lines().count(), 1);
        assert_eq!(run.document()["answer"], body);
    }
}

#[tokio::test]
async fn a_wait_ends_as_the_transfer_does() {
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
        let server = MockServer::start().await;
        answers(&server, "GET", 200, &body.to_string()).await;
        let run = call(
            &server,
            &on_transfer("wait", &["--max-wait", "0", "--output", "json"]),
        );
        assert_eq!(run.code, code, "{body}");
        assert_eq!(run.document()["outcome"], outcome);
        assert_eq!(run.document()["answer"]["status"], body["status"]);
        // A log has no spinner, and a line for each read.
        let status = body["status"].as_str().unwrap();
        assert_eq!(run.stderr, format!("Read 1: the transfer is {status}\n"));
        assert_eq!(sent(&server).await.len(), 1);
    }
}

/// Between two reads, of which the second would only come after five seconds.
#[cfg(unix)]
#[tokio::test]
async fn a_wait_can_be_interrupted() {
    use std::io::{BufRead as _, BufReader, Read as _};

    let server = MockServer::start().await;
    answers(&server, "GET", 200, r#"{"status":"InProgress"}"#).await;
    let mut child = start(&server.uri(), &on_transfer("wait", &[]));
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
    assert_eq!(sent(&server).await.len(), 1);
}

/// With the document that a script waits for; what only reads before a change is a read too.
#[cfg(unix)]
#[test]
fn a_read_that_is_interrupted_says_so() {
    for words in [
        on_transfer("get", &[]),
        on_transfer("withdraw", &["--yes"]),
        on_create(&["--subscription", "s"]),
    ] {
        let (listener, url) = listen();
        let child = start(&url, &[&words[..], &["--output", "json"]].concat());
        let _connection = request(&listener, "GET ");
        interrupt(&child);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(130), "{words:?}");
        let document: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(document["outcome"], "interrupted");
        assert_eq!(document["error"]["mayHaveBeenApplied"], false);
    }
}

/// Whoever is to read the result may have stopped reading, and the command stops nonetheless.
#[cfg(unix)]
#[tokio::test]
async fn a_result_that_nobody_reads_can_be_interrupted() {
    use std::io::Read as _;

    let server = MockServer::start().await;
    // More than a pipe holds.
    let body = json!([{ "id": TRANSFER, "customerName": "x".repeat(1 << 20) }]);
    answers(&server, "GET", 200, &body.to_string()).await;
    let list = ["list", "--customer", CUSTOMER, "--output", "json"];
    let mut child = start(&server.uri(), &list);
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut [0]).unwrap();
    interrupt(&child);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// An outage is no refusal: a script may try again.
#[tokio::test]
async fn a_service_in_trouble_is_told_from_one_that_refuses() {
    for (status, code, outcome) in [
        (403, 4, "refused"),
        (429, 1, "unavailable"),
        (501, 1, "unavailable"),
        (502, 1, "unavailable"),
    ] {
        let server = MockServer::start().await;
        answers(&server, "GET", status, "").await;
        let run = call(&server, &on_transfer("get", &["--output", "json"]));
        assert_eq!(run.code, code, "{status}");
        assert_eq!(run.document()["outcome"], outcome, "{status}");
    }
}
