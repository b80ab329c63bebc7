//! Invalid arguments.

use std::fmt::Write as _;

use serde_json::Value;

use crate::command_lines::{CUSTOMER, IN_PART, accept_at};
use crate::run::{CANARY, run_with_token};

#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn cases() -> Vec<(&'static str, Vec<&'static str>)> {
    let ids = ["--customer", CUSTOMER, "--transfer", IN_PART];
    let emulator = ["--emulator", "--endpoint", "http://127.0.0.1:9"];
    vec![
        ("no-command", vec!["--emulator"]),
        ("unknown-command", vec!["refuse"]),
        ("missing-transfer", vec!["accept", "--customer", CUSTOMER]),
        (
            "customer-is-not-a-guid",
            vec!["accept", "--customer", "contoso", "--transfer", IN_PART],
        ),
        (
            "transfer-is-not-a-guid",
            vec![
                "withdraw",
                "--customer",
                CUSTOMER,
                "--transfer",
                "aa2bddb69cc8494980fea37d5e0a13ba",
            ],
        ),
        (
            "emulator-and-endpoint",
            [&emulator[..], &["accept"], &ids].concat(),
        ),
        (
            "emulator-and-endpoint-apart",
            [&emulator[1..], &["accept"], &ids, &emulator[..1]].concat(),
        ),
        (
            "token-as-an-argument",
            [&["accept"], &ids[..], &["--token", CANARY]].concat(),
        ),
        (
            "token-as-an-argument-in-one-word",
            [
                &["accept"],
                &ids[..],
                &["--token=canary-PCTRANSFERS_TOKEN-canary"],
            ]
            .concat(),
        ),
        (
            "unknown-cloud",
            [&["--cloud", "mars", "accept"], &ids[..]].concat(),
        ),
        (
            "zero-timeout",
            [&["--timeout", "0", "accept"], &ids[..]].concat(),
        ),
        (
            "locale-on-two-lines",
            [&["--locale", "en\nUS", "accept", "--yes"], &ids[..]].concat(),
        ),
        ("no-yes", [&["accept"], &ids[..]].concat()),
        (
            "no-read-without-yes",
            [&["accept", "--no-read"], &ids[..]].concat(),
        ),
        (
            "new-commerce-without-items",
            [&["accept", "--yes", "--new-commerce"], &ids[..]].concat(),
        ),
        (
            "item-without-subscription",
            [
                &[
                    "accept",
                    "--yes",
                    "--new-commerce",
                    "--subscription",
                    "=SaaS",
                ],
                &ids[..],
            ]
            .concat(),
        ),
        (
            "create-without-options",
            vec!["create", "--yes", "--customer", CUSTOMER],
        ),
        (
            "create-new-commerce-without-names",
            vec!["create", "--yes", "--customer", CUSTOMER, "--new-commerce"],
        ),
        (
            "create-from-a-missing-file",
            vec![
                "create",
                "--yes",
                "--customer",
                CUSTOMER,
                "--file",
                "/nowhere/x.json",
            ],
        ),
        (
            "direction-without-partner",
            vec!["list", "--customer", CUSTOMER, "--direction", "incoming"],
        ),
        ("explain-not-a-number", vec!["explain", "soon"]),
        (
            "unknown-output",
            [&["--output", "xml", "accept"], &ids[..]].concat(),
        ),
        ("endpoint-is-not-a-url", accept_at("localhost").to_vec()),
        ("endpoint-is-empty", accept_at("").to_vec()),
        (
            "endpoint-is-plain-http",
            accept_at("http://api.example").to_vec(),
        ),
        (
            "endpoint-is-not-http",
            accept_at("ftp://api.example").to_vec(),
        ),
        (
            "endpoint-with-a-password",
            accept_at("https://user:canary-PCTRANSFERS_TOKEN-canary@api.example").to_vec(),
        ),
    ]
}

#[test]
fn invalid_usage_exits_with_2() {
    let mut stories = String::new();
    for (name, arguments) in cases() {
        let run = run_with_token(&arguments);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{name}");
        assert!(!run.stderr.is_empty(), "{name}");
        writeln!(stories, "=== {name}\n{}", run.stderr).unwrap();
    }
    insta::assert_snapshot!("wrong-usage", stories);
}

#[test]
fn invalid_usage_is_a_document_for_scripts() {
    for (name, arguments) in cases() {
        let text = run_with_token(&arguments);
        for format in [&["--output", "json"][..], &["--output=jsonl"]] {
            let run = match name {
                "unknown-output" => continue,
                // Before, or after everything that is invalid.
                "no-command" => run_with_token(&[format, &arguments].concat()),
                _ => run_with_token(&[&arguments, format].concat()),
            };
            assert_eq!(run.code, 2, "{name}: {}", run.stderr);
            assert_eq!(
                run.stderr.lines().next(),
                text.stderr.lines().next(),
                "{name}"
            );
            let document = run.document();
            assert_eq!(document["outcome"], "error", "{name}");
            assert_eq!(document["status"], Value::Null, "{name}");
            let error = &document["error"];
            assert_eq!(error["code"], Value::Null, "{name}");
            assert_eq!(error["mayHaveBeenApplied"], false, "{name}");
            let message = error["message"].as_str().unwrap();
            assert!(!message.contains(['\n', '\u{1b}']), "{name}: {message}");
            let line = format!("error: {message}");
            assert!(
                line.starts_with(text.stderr.lines().next().unwrap()),
                "{name}: {line}"
            );
        }
    }
}

#[test]
fn the_document_names_all_missing_arguments() {
    let run = run_with_token(&["accept", "--output", "json"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.document()["error"]["message"],
        "the following required arguments were not provided: <CUSTOMER>, <TRANSFER>"
    );
}

/// Neither is an error, and neither has a document.
#[test]
fn help_and_version_are_text() {
    for arguments in [
        &["--output", "json", "--help"][..],
        &["--output", "json", "--version"],
        &["accept", "--output", "json", "-h"],
        &["help", "accept"],
    ] {
        let run = run_with_token(arguments);
        assert_eq!(run.code, 0, "{arguments:?}");
        assert!(run.stdout.contains("ransfer"), "{}", run.stdout);
        assert!(!run.stdout.starts_with('{'), "{}", run.stdout);
    }
}

#[test]
fn an_unknown_code_is_a_document_for_scripts() {
    let run = run_with_token(&["explain", "123456", "--output", "json"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.document()["outcome"], "error");
}

#[test]
fn an_emulator_that_does_not_start_is_a_document_for_scripts() {
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = busy.local_addr().unwrap().to_string();
    for (arguments, code) in [
        (["--data", "/nowhere/x.json"], 2),
        (["--listen", "0.0.0.0:0"], 2),
        (["--listen", &busy], 1),
    ] {
        let arguments = [&["--output", "json", "emulator"], &arguments[..]].concat();
        let run = run_with_token(&arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        let document = run.document();
        assert_eq!(document["outcome"], "error");
        let message = document["error"]["message"].as_str().unwrap();
        assert_eq!(run.stderr, format!("error: {message}\n"));
    }
}

#[test]
fn an_error_is_short_whatever_an_argument_or_a_file_says() {
    let long = "x".repeat(100_000);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("request.json");
    let long_value = format!(r#"{{"lineItems": "{}"}}"#, "x".repeat(3_000_000));
    std::fs::write(&file, long_value).unwrap();
    let file = file.to_str().unwrap();
    let (option, value) = (format!("--{long}"), format!("--cloud={long}"));
    let runs = [
        vec![&long[..]],
        vec!["list", &option[..]],
        vec![&value[..], "list"],
        vec!["list", "--customer", &long[..]],
        vec!["list", "--customer", CUSTOMER, "--status", &long[..]],
        vec!["--endpoint", &long[..], "list", "--customer", CUSTOMER],
        vec!["create", "--yes", "--customer", CUSTOMER, "--file", file],
        vec![
            "create",
            "--yes",
            "--customer",
            CUSTOMER,
            "--file",
            &long[..],
        ],
    ];
    for arguments in runs {
        let run = run_with_token(&arguments);
        assert_eq!(run.code, 2, "{}", run.stderr.len());
        let (text, first) = (&run.stderr, &arguments[0][..arguments[0].len().min(20)]);
        assert!(text.len() <= 2_048, "{first}: {}", text.len());
        let json = run_with_token(&[&["--output", "json"], &arguments[..]].concat());
        assert!(json.stdout.len() <= 4_096, "{first}: {}", json.stdout.len());
    }
}
