//! The record of a result: as JSON output, and in the file of `--record`.

use std::fs;
use std::path::Path;

use partner_center_tests::Reply;
use serde_json::{Value, json};

use crate::command_lines::{
    CUSTOMER as EMULATOR_CUSTOMER, IN_PART, TO_WITHDRAW, UNKNOWN, WHOLE, WITHOUT_ORDER, accept,
};
use crate::run::{CANARY, Run, command, finish, run, run_with_token};
use crate::server::{CUSTOMER, Server, TRANSFER, example, on_create, on_transfer};

const TENANT: &str = "0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21";

/// Runs a command against the server as an app, and with its result in the file.
fn recorded(server: &Server, file: &Path, arguments: &[&str]) -> Run {
    let url = server.url();
    let mut command = command();
    command.args(["--endpoint", &url, "--retries", "0", "--record"]);
    command.arg(file).args(arguments);
    let login = r#"{"access_token":"canary-access","token_type":"Bearer","expires_in":3600}"#;
    server.add_first("POST", Reply::json("200 OK", login));
    let command = command.env("PCTRANSFERS_AUTHORITY", &url);
    let command = command.env("PCTRANSFERS_TENANT_ID", TENANT);
    let command = command.env("PCTRANSFERS_CLIENT_ID", "an-app");
    finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY))
}

fn lines(file: &Path) -> Vec<Value> {
    let text = fs::read_to_string(file).unwrap();
    for secret in [CANARY, "canary-access"] {
        assert!(!text.contains(secret), "{text}");
    }
    let parsed = text.lines().map(|line| serde_json::from_str(line).unwrap());
    parsed.collect()
}

#[test]
fn a_record_says_what_was_done_and_where_and_when() {
    let server = Server::start();
    server.reply("GET", 200, example!("get-transfer-partially-complete"));
    let arguments = on_transfer("get", &["--output", "json"]);
    let folder = tempfile::tempdir().unwrap();
    let document = recorded(&server, &folder.path().join("r"), &arguments).document();
    assert_eq!(document["operation"], "get");
    assert_eq!(document["customerId"], CUSTOMER);
    assert_eq!(document["transferId"], TRANSFER);
    assert_eq!(document["tenant"], TENANT);
    assert_eq!(document["endpoint"], server.url());
    assert_eq!(document["outcome"], "read");
    assert_eq!(document["exitCode"], 0);
    let sent = &server.requests()[1];
    assert_eq!(document["requestId"], sent.header("MS-RequestId").unwrap());
    assert_eq!(
        document["correlationId"],
        sent.header("MS-CorrelationId").unwrap()
    );
    let time = |name: &str| document[name].as_str().unwrap().to_owned();
    let (start, end) = (time("startedAt"), time("endedAt"));
    assert!(start <= end, "{start} {end}");
    for time in [start, end] {
        let shape: String = time
            .chars()
            .map(|it| if it.is_ascii_digit() { '0' } else { it })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000Z");
    }
}

#[test]
fn every_operation_has_a_record_with_its_ids() {
    let server = Server::start();
    let transfer = example!("get-transfer-partially-complete");
    for (arguments, operation, transfer_id) in [
        (on_transfer("get", &[]), "get", Some(TRANSFER)),
        (
            on_transfer("wait", &["--max-wait", "0"]),
            "wait",
            Some(TRANSFER),
        ),
        (on_transfer("accept", &["--yes"]), "accept", Some(TRANSFER)),
        (on_transfer("reject", &["--yes"]), "reject", Some(TRANSFER)),
        (on_transfer("cancel", &["--yes"]), "cancel", Some(TRANSFER)),
        (
            on_transfer("withdraw", &["--yes"]),
            "withdraw",
            Some(TRANSFER),
        ),
        (vec!["list", "--customer", CUSTOMER], "list", None),
        (
            vec!["eligibility", "--customer", CUSTOMER],
            "eligibility",
            None,
        ),
        (on_create(&["--subscription", "s"]), "create", None),
    ] {
        let body = if matches!(operation, "list" | "eligibility" | "create") {
            "[]"
        } else {
            transfer
        };
        server.reply_once("GET", 200, body);
        // No reply to a change: its failure has a record too.
        let run = server.call(&[&arguments[..], &["--output", "json"]].concat());
        let document = run.document();
        assert_eq!(document["operation"], operation);
        assert_eq!(document["customerId"], CUSTOMER, "{operation}");
        assert_eq!(document["transferId"].as_str(), transfer_id, "{operation}");
        assert_eq!(document["exitCode"], run.code, "{operation}");
        assert_eq!(document["tenant"], Value::Null, "{operation}");
    }
}

#[test]
fn a_created_transfer_is_named() {
    let server = Server::start();
    server.reply("POST", 201, example!("create-transfer-active"));
    let create = on_create(&["--subscription", "s", "--no-read", "--output", "json"]);
    let document = server.call(&create).document();
    assert_eq!(document["outcome"], "created");
    assert_eq!(document["transferId"], document["answer"]["id"]);
    assert!(document["transferId"].is_string());
}

#[test]
fn a_failure_before_any_request_has_a_record() {
    // Invalid arguments, settings, and a change that was not confirmed.
    let run = run_with_token(&["accept", "--output", "json"]);
    let document = run.document();
    assert_eq!(document["operation"], Value::Null);
    assert_eq!(document["exitCode"], 2);

    let get = on_transfer("get", &["--output", "json"]);
    let unset = run_without_credential(&get);
    assert_eq!(unset["operation"], "get");
    assert_eq!(unset["endpoint"], Value::Null);
    assert_eq!(unset["requestId"], Value::Null);
    assert_eq!(unset["exitCode"], 2);

    let accept = on_transfer("accept", &["--output", "json"]);
    let document = run_with_token(&accept).document();
    assert_eq!(document["operation"], "accept");
    assert_eq!(document["transferId"], TRANSFER);
    assert_eq!(document["exitCode"], 2);
}

fn run_without_credential(arguments: &[&str]) -> Value {
    run(arguments).document()
}

#[test]
fn the_emulator_is_named_too() {
    let mut accept = accept(IN_PART).to_vec();
    accept.extend(["--output", "json"]);
    let document = run(&accept).document();
    let endpoint = document["endpoint"].as_str().unwrap();
    assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
    assert!(document["tenant"].is_string(), "{document}");
    assert_eq!(document["customerId"], EMULATOR_CUSTOMER);
    assert_eq!(document["exitCode"], 3);
}

#[test]
fn each_result_is_appended_as_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let path = file.to_str().unwrap();
    let withdraw = |transfer| {
        let ids = ["--customer", EMULATOR_CUSTOMER, "--transfer", transfer];
        [&["--emulator", "withdraw", "--yes"][..], &ids].concat()
    };
    let list = ["--emulator", "list", "--customer", EMULATOR_CUSTOMER];
    let all = [
        (accept(IN_PART).to_vec(), 3, "partial"),
        (accept(WHOLE).to_vec(), 0, "complete"),
        (accept(WITHOUT_ORDER).to_vec(), 4, "failed"),
        (accept(UNKNOWN).to_vec(), 4, "refused"),
        (withdraw(TO_WITHDRAW), 0, "withdrawn"),
        ([&list[..], &["--output", "json"]].concat(), 0, "read"),
        ([&list[..], &["--output", "jsonl"]].concat(), 0, "read"),
        ([&list[..], &["--quiet"]].concat(), 0, "read"),
        (withdraw(TO_WITHDRAW)[1..].to_vec(), 2, "error"),
    ];
    for (count, (arguments, code, outcome)) in all.into_iter().enumerate() {
        let before = fs::read_to_string(&file).unwrap_or_default();
        let run = run(&[&["--record", path], &arguments[..]].concat());
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        let after = fs::read_to_string(&file).unwrap();
        let line = after.strip_prefix(&before).unwrap();
        assert_eq!(line.matches('\n').count(), 1, "{line}");
        assert!(line.ends_with('\n'), "{line}");
        crate::run::check_record(&serde_json::from_str(line).unwrap());
        let records = lines(&file);
        assert_eq!(records.len(), count + 1);
        assert_eq!(records[count]["outcome"], outcome, "{arguments:?}");
        assert_eq!(records[count]["exitCode"], code, "{arguments:?}");
        if arguments.contains(&"json") {
            assert_eq!(records[count], run.document());
        }
    }
}

#[cfg(unix)]
#[test]
fn a_new_file_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let server = Server::start();
    server.reply("GET", 200, "[]");
    let folder = tempfile::tempdir().unwrap();
    let list = ["list", "--customer", CUSTOMER];
    let mode = |file: &Path| fs::metadata(file).unwrap().permissions().mode() & 0o777;

    let new = folder.path().join("new");
    assert_eq!(recorded(&server, &new, &list).code, 0);
    assert_eq!(mode(&new), 0o600);

    // What the owner has chosen stays.
    let old = folder.path().join("old");
    fs::write(&old, "").unwrap();
    fs::set_permissions(&old, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(recorded(&server, &old, &list).code, 0);
    assert_eq!(mode(&old), 0o640);
    assert_eq!(lines(&old).len(), 1);
}

#[test]
fn a_file_that_cannot_be_opened_is_refused_before_any_request() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    for file in [
        folder.path().join("missing/results.jsonl"),
        folder.path().to_owned(),
        "".into(),
    ] {
        let accept = on_transfer("accept", &["--yes", "--output", "json"]);
        let run = recorded(&server, &file, &accept);
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("--record"), "{}", run.stderr);
        if !file.as_os_str().is_empty() {
            let document = run.document();
            assert_eq!(document["outcome"], "error");
            assert_eq!(document["error"]["mayHaveBeenApplied"], false);
        }
    }
    assert_eq!(server.requests().len(), 0);
}

/// The change is made by then, so its result must be seen.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_recorded_is_printed_all_the_same() {
    for (transfer, code) in [(WHOLE, 1), (IN_PART, 3)] {
        let accept = accept(transfer);
        let text = run(&[&["--record", "/dev/full"], &accept[..]].concat());
        assert_eq!(text.code, code, "{}", text.stderr);
        assert!(text.stdout.contains("rder"), "{}", text.stdout);
        let expected = "error: the result was not recorded in /dev/full: ";
        assert!(text.stderr.contains(expected), "{}", text.stderr);

        let json = ["--output", "json", "--record", "/dev/full"];
        let run = run(&[&json, &accept[..]].concat());
        assert_eq!(run.document()["exitCode"], code);
        assert_eq!(run.code, code);
    }
}

#[test]
fn parallel_commands_do_not_mix_their_lines() {
    let server = Server::start();
    // Larger than the buffer of a pipe or a page.
    let body = json!([{ "id": TRANSFER, "customerName": "x".repeat(100_000) }]);
    server.reply("GET", 200, &body.to_string());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let list = ["list", "--customer", CUSTOMER, "--quiet"];
                assert_eq!(recorded(&server, &file, &list).code, 0);
            });
        }
    });
    let records = lines(&file);
    assert_eq!(records.len(), 6);
    for record in records {
        assert_eq!(record["answer"], body);
    }
}

/// The end of a line is missing if a command was killed while it wrote, or if the disk was full.
#[test]
fn a_torn_line_does_not_spoil_the_next_one() {
    let server = Server::start();
    server.reply("GET", 200, "[]");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    fs::write(&file, "{\"operation\":\"get\"}\n{\"operat").unwrap();
    let list = ["list", "--customer", CUSTOMER];
    assert_eq!(recorded(&server, &file, &list).code, 0);
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    let record: Value = serde_json::from_str(lines[2]).unwrap();
    assert_eq!(record["operation"], "list");
}

#[cfg(unix)]
#[test]
fn an_interrupted_change_is_recorded() {
    use crate::running::{interrupt, listen, request, start};

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let (listener, url) = listen();
    let options = ["--yes", "--no-read", "--record", file.to_str().unwrap()];
    let child = start(&url, &on_transfer("accept", &options));
    let (connection, request_id) = request(&listener, "POST ");
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    drop(connection);
    assert_eq!(output.status.code(), Some(5));
    let records = lines(&file);
    assert_eq!(records[0]["outcome"], "unknown");
    assert_eq!(records[0]["requestId"], request_id);
    assert_eq!(records[0]["exitCode"], 5);
}

#[test]
fn only_single_commands_that_call_the_service_have_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let file = file.to_str().unwrap();
    for arguments in [
        &["explain"][..],
        &["man"],
        &["completions", "bash"],
        &["bulk", "status", "--journal", "journal.db"],
    ] {
        let run = run(&[&["--record", file], arguments].concat());
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("'--record <FILE>'"), "{}", run.stderr);
    }
    assert!(!Path::new(file).exists());
}

/// A response that repeats the token, in its body and in its headers.
#[test]
fn a_record_contains_no_secret() {
    let server = Server::start();
    let body = json!({ "code": 1, "description": "Bearer canary-access" });
    server.reply("GET", 400, &body.to_string());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results.jsonl");
    let run = recorded(&server, &file, &on_transfer("get", &["--output", "json"]));
    assert_eq!(run.code, 4);
    assert_eq!(lines(&file)[0], run.document());
}
