//! Commands that only read: get, list and eligibility.

use crate::server::{CUSTOMER, SOURCE, Server, TARGET, example, on_transfer};
use serde_json::Value;

#[test]
fn a_list_is_filtered_and_sorted_newest_first() {
    let server = Server::start();
    server.reply("GET", 200, example!("list-transfers-several"));
    let list = |more: &[&str]| server.call(&[&["list", "--customer", CUSTOMER], more].concat());
    insta::assert_snapshot!("list", list(&[]).story());
    assert_eq!(server.sent()[0].1, "/transfers");

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
        "values are unchanged"
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
    let run = list(&["--status", "other:nonsense"]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!("list-without-match", run.story());
}

#[test]
fn eligibility_shows_subscriptions_and_reasons() {
    let server = Server::start();
    server.reply("GET", 200, example!("get-transfer-eligibility-mixed"));
    let arguments = ["eligibility", "--customer", CUSTOMER];
    insta::assert_snapshot!("eligibility", server.call(&arguments).story());
    let run = server.call(&["eligibility", "--customer", CUSTOMER, "--quiet"]);
    assert_eq!(run.stdout, "B7D2C0E4-91A5-4E3D-8A6F-20C1D9E85F37\n");
    let run = server.call(&["eligibility", "--customer", CUSTOMER, "--output", "jsonl"]);
    assert_eq!(run.stdout.lines().count(), 3);
    let sent = server.sent();
    assert_eq!(
        sent[0].1,
        "/transferseligibility?transferType=directtoindirect"
    );
}

#[test]
fn get_shows_transfers_of_both_generations() {
    for (name, body) in [
        (
            "get-partially-complete",
            example!("get-transfer-partially-complete"),
        ),
        ("get-pending", example!("get-transfer-pending")),
        ("get-nulls", example!("get-transfer-nulls")),
    ] {
        let server = Server::start();
        server.reply("GET", 200, body);
        let run = server.call(&on_transfer("get", &[]));
        assert_eq!(run.code, 0);
        insta::assert_snapshot!(name, run.story());
        let run = server.call(&on_transfer("get", &["--output", "json"]));
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(run.document()["answer"], body);
        let run = server.call(&on_transfer("get", &["--output", "jsonl"]));
        assert_eq!(run.stdout.lines().count(), 1);
        assert_eq!(run.document()["answer"], body);
    }
}

/// A script may try again after an outage.
#[test]
fn an_outage_is_not_reported_as_a_refusal() {
    for (status, code, outcome) in [
        (403, 4, "refused"),
        (429, 1, "unavailable"),
        (501, 1, "unavailable"),
        (502, 1, "unavailable"),
    ] {
        let server = Server::start();
        server.reply("GET", status, "");
        let run = server.call(&on_transfer("get", &["--output", "json"]));
        assert_eq!(run.code, code, "{status}");
        assert_eq!(run.document()["outcome"], outcome, "{status}");
    }
}
