//! The command as people and scripts meet it: arguments and environment in; standard output,
//! standard error and the exit code out.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod run;

use std::fmt::Write as _;
use std::io::Read as _;
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

use partner_center_emulator::{Emulator, data_set};
use serde_json::Value;
use wiremock::matchers::{header, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use run::{CANARY, Run, bare_command, command, finish, run, run_with_token};

const CUSTOMER: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const IN_PART: &str = "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba";
const TO_WITHDRAW: &str = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";
const WHOLE: &str = "11111111-aaaa-4bbb-8ccc-000000000001";
const WITHOUT_ORDER: &str = "11111111-aaaa-4bbb-8ccc-000000000002";
const IN_PROGRESS: &str = "11111111-aaaa-4bbb-8ccc-000000000003";
const UNKNOWN: &str = "00000000-0000-4000-8000-000000000000";

fn accept(transfer: &str) -> [&str; 8] {
    [
        "--emulator",
        "accept",
        "--yes",
        "--no-read",
        "--customer",
        CUSTOMER,
        "--transfer",
        transfer,
    ]
}

fn accept_json(transfer: &str) -> [&str; 10] {
    [
        "--emulator",
        "--output",
        "json",
        "accept",
        "--customer",
        CUSTOMER,
        "--transfer",
        transfer,
        "--yes",
        "--no-read",
    ]
}

/// An accept of the first transfer at another server.
fn accept_at(endpoint: &str) -> [&str; 11] {
    [
        "--endpoint",
        endpoint,
        "accept",
        "--customer",
        CUSTOMER,
        "--transfer",
        IN_PART,
        // No test waits.
        "--retries",
        "0",
        "--yes",
        "--no-read",
    ]
}

#[test]
fn help() {
    insta::assert_snapshot!("help", run(&["--help"]).story());
    for name in [
        "accept",
        "cancel",
        "completions",
        "create",
        "eligibility",
        "explain",
        "get",
        "list",
        "man",
        "reject",
        "wait",
        "withdraw",
    ] {
        let help = run(&[name, "--help"]);
        // Each has the exit codes below it, and the list of those is shown once.
        let help = help.stdout.split("\nEnvironment, for").next().unwrap();
        insta::assert_snapshot!(format!("help-{name}"), help);
    }
}

#[test]
fn help_shows_no_value_of_the_environment() {
    let run = finish(
        command()
            .arg("--help")
            .env("PCTRANSFERS_TOKEN", CANARY)
            .env("PCTRANSFERS_ENDPOINT", format!("https://{CANARY}")),
    );
    assert_eq!(run.code, 0);
}

#[test]
fn version() {
    let run = run(&["--version"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stdout,
        format!("pctransfers {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn accepted_in_part() {
    let run = run(&accept(IN_PART));
    assert_eq!(run.code, 3);
    insta::assert_snapshot!(run.story());
}

#[test]
fn accepted_whole() {
    let run = run(&accept(WHOLE));
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.story());
}

#[test]
fn accepted_without_an_order() {
    let run = run(&accept(WITHOUT_ORDER));
    assert_eq!(run.code, 4);
    insta::assert_snapshot!(run.story());
}

#[test]
fn withdrawn() {
    // Options of every command may stand behind it too.
    let run = run(&[
        "withdraw",
        "--customer",
        CUSTOMER,
        "--transfer",
        TO_WITHDRAW,
        "--yes",
        "--no-read",
        "--emulator",
    ]);
    assert_eq!(run.code, 0);
    insta::assert_snapshot!(run.story());
}

#[test]
fn refused() {
    for (name, transfer) in [("refused-unknown", UNKNOWN), ("refused-busy", IN_PROGRESS)] {
        let run = run(&accept(transfer));
        assert_eq!(run.code, 4);
        insta::assert_snapshot!(name, run.story());
    }
}

#[test]
fn json_of_each_outcome_of_an_accept() {
    for (transfer, code, outcome, example) in [
        (
            IN_PART,
            3,
            "partial",
            include_str!("../../../spec/examples/accept-transfer-partial.json"),
        ),
        (
            WHOLE,
            0,
            "complete",
            include_str!("../../../spec/examples/accept-transfer-complete.json"),
        ),
        (
            WITHOUT_ORDER,
            4,
            "failed",
            include_str!("../../../spec/examples/accept-transfer-failed.json"),
        ),
    ] {
        let run = run(&accept_json(transfer));
        assert_eq!(run.code, code);
        let document = run.document();
        assert_eq!(document["outcome"], outcome);
        assert_eq!(document["status"], 200);
        // Whole, and the same value for value.
        let example: Value = serde_json::from_str(example).unwrap();
        assert_eq!(document["answer"], example);
        // Sorted here: the parser keeps the order in some builds of the workspace only.
        let mut members: Vec<_> = document.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(
            members,
            ["answer", "correlationId", "outcome", "requestId", "status"]
        );
    }
    insta::assert_snapshot!("json-partial", run(&accept_json(IN_PART)).story());
}

#[test]
fn json_of_a_withdraw_and_of_a_refusal() {
    let run = run(&[
        "--emulator",
        "withdraw",
        "--customer",
        CUSTOMER,
        "--transfer",
        TO_WITHDRAW,
        "--yes",
        "--no-read",
        "--output",
        "json",
    ]);
    assert_eq!(run.code, 0);
    run.document();
    insta::assert_snapshot!("json-withdrawn", run.story());

    let run = self::run(&accept_json(UNKNOWN));
    assert_eq!(run.code, 4);
    run.document();
    insta::assert_snapshot!("json-refused", run.story());
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn wrong_usage_is_refused_before_any_request() {
    let ids = ["--customer", CUSTOMER, "--transfer", IN_PART];
    let emulator = ["--emulator", "--endpoint", "http://127.0.0.1:9"];
    let cases: &[(&str, Vec<&str>)] = &[
        ("no-command", vec!["--emulator"]),
        ("unknown-command", vec!["refuse"]),
        ("missing-transfer", vec!["accept", "--customer", CUSTOMER]),
        (
            "customer-is-no-guid",
            vec!["accept", "--customer", "contoso", "--transfer", IN_PART],
        ),
        (
            "transfer-is-no-guid",
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
            "no-time",
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
            "create-without-anything",
            vec!["create", "--yes", "--customer", CUSTOMER],
        ),
        (
            "create-new-commerce-without-names",
            vec!["create", "--yes", "--customer", CUSTOMER, "--new-commerce"],
        ),
        (
            "create-from-no-file",
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
            "direction-of-nobody",
            vec!["list", "--customer", CUSTOMER, "--direction", "incoming"],
        ),
        ("explain-no-number", vec!["explain", "soon"]),
        (
            "unknown-output",
            [&["--output", "xml", "accept"], &ids[..]].concat(),
        ),
        ("endpoint-is-no-url", accept_at("localhost").to_vec()),
        ("endpoint-is-empty", accept_at("").to_vec()),
        (
            "endpoint-is-plain-http",
            accept_at("http://api.example").to_vec(),
        ),
        (
            "endpoint-is-no-http",
            accept_at("ftp://api.example").to_vec(),
        ),
        (
            "endpoint-with-a-password",
            accept_at("https://user:canary-PCTRANSFERS_TOKEN-canary@api.example").to_vec(),
        ),
    ];
    let mut stories = String::new();
    for (name, arguments) in cases {
        let run = run_with_token(arguments);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{name}");
        assert!(!run.stderr.is_empty(), "{name}");
        writeln!(stories, "=== {name}\n{}", run.stderr).unwrap();
    }
    insta::assert_snapshot!("wrong-usage", stories);
}

#[test]
fn without_arguments_there_is_help() {
    let run = run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(run.stderr, self::run(&["--help"]).stdout);
}

#[test]
fn without_a_token_there_is_no_request() {
    for empty in [false, true] {
        let mut command = command();
        command.args(&accept_at("http://127.0.0.1:9")[2..]);
        if empty {
            command.env("PCTRANSFERS_TOKEN", "");
        }
        let run = finish(&mut command);
        assert_eq!(run.code, 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!("no-token", run.story());
        }
    }
    let run = run(&accept_json(IN_PART)[1..]);
    assert_eq!(run.code, 2);
    let document = run.document();
    assert_eq!(document["outcome"], "error");
    assert_eq!(document["status"], Value::Null);
    assert_eq!(document["answer"], Value::Null);
    assert_eq!(document["error"]["mayHaveBeenApplied"], false);
    let message = document["error"]["message"].as_str().unwrap();
    assert!(message.contains("PCTRANSFERS_TOKEN"), "{message}");
}

#[test]
fn a_token_that_cannot_stand_in_a_header_is_refused_and_not_shown() {
    for token in [format!("Bearer {CANARY}"), format!("{CANARY}\n")] {
        let run = finish(
            command()
                .args(accept_at("http://127.0.0.1:9"))
                .env("PCTRANSFERS_TOKEN", token),
        );
        assert_eq!(run.code, 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!("token-is-no-token", run.story());
        }
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;

    for name in ["PCTRANSFERS_TOKEN", "PCTRANSFERS_ENDPOINT"] {
        let run = finish(
            command()
                .args(&accept_at("")[2..])
                .env("PCTRANSFERS_TOKEN", CANARY)
                .env(name, std::ffi::OsStr::from_bytes(b"canary\xFF")),
        );
        assert_eq!(run.code, 2);
        assert_eq!(
            run.stderr,
            format!("error: the environment variable {name} holds bytes that are no text\n")
        );
    }
}

#[tokio::test]
async fn the_token_goes_into_the_header_and_nowhere_else() {
    let server = MockServer::start().await;
    let resource = format!("/v1/customers/{CUSTOMER}/transfers/{IN_PART}");
    Mock::given(method("POST"))
        .and(path(format!("{resource}/accept")))
        .and(header("Authorization", format!("Bearer {CANARY}")))
        .respond_with(ResponseTemplate::new(200).set_body_raw(
            r#"{"orders":[{"id":"o"}],"transferErrors":null}"#,
            "application/json",
        ))
        .expect(2)
        .mount(&server)
        .await;

    let run = run_with_token(&accept_at(&server.uri()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Nothing but the notice of an emulator would stand here, and there is none.
    assert_eq!(run.stderr, "");

    let run = finish(
        command()
            .args(&accept_at("")[2..])
            .env("PCTRANSFERS_TOKEN", CANARY)
            .env("PCTRANSFERS_ENDPOINT", server.uri()),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    for request in server.received_requests().await.unwrap() {
        assert!(!request.url.as_str().contains(CANARY));
        let others = request
            .headers
            .iter()
            .filter(|(name, _)| name.as_str() != "authorization");
        for (name, value) in others {
            assert!(!value.to_str().unwrap().contains(CANARY), "{name}");
        }
    }
}

#[tokio::test]
async fn an_argument_beats_the_environment() {
    let (asked, not_asked) = (
        Emulator::builder().no_auth().start().await.unwrap(),
        Emulator::builder().no_auth().start().await.unwrap(),
    );
    let run = finish(
        command()
            .args(accept_at(&asked.url()))
            .env("PCTRANSFERS_TOKEN", CANARY)
            .env("PCTRANSFERS_ENDPOINT", not_asked.url()),
    );
    assert_eq!(run.code, 3);
    assert_eq!(asked.effects().len(), 1);
    assert_eq!(asked.effects()[0].transfer, data_set::ACCEPTED_IN_PART);
    assert_eq!(asked.requests().len(), 1);

    let run = finish(
        command()
            .args(accept(IN_PART))
            .env("PCTRANSFERS_ENDPOINT", not_asked.url()),
    );
    assert_eq!(run.code, 3);
    assert_eq!(not_asked.requests(), []);
}

#[tokio::test]
async fn a_second_accept_is_refused() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let url = emulator.url();
    assert_eq!(run_with_token(&accept_at(&url)).code, 3);
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 4);
    insta::assert_snapshot!("refused-accepted-before", run.story());
    assert_eq!(emulator.effects().len(), 1);
}

/// Beside a call it would be one emulator too many.
#[test]
fn the_emulator_runs_until_it_is_stopped() {
    use std::io::{BufRead as _, BufReader};

    let mut child = bare_command()
        .args([
            "emulator",
            "--listen",
            "127.0.0.1:0",
            "--no-auth",
            "--quiet",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.strip_prefix("Partner Center emulator at ").unwrap();
    assert_eq!(run_with_token(&accept_at(url)).code, 3);
    let stop = std::process::Command::new("kill")
        .arg(child.id().to_string())
        .status();
    assert!(stop.unwrap().success());
    assert!(child.wait().unwrap().success());

    let run = run(&["--emulator", "emulator"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("'--emulator' cannot be used with the command 'emulator'")
    );
}

#[test]
fn where_nobody_listens_nothing_has_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 1);
    insta::assert_snapshot!("no-connection", run.story());
    let run = run_with_token(&[&["--output", "json"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 1);
    let document = run.document();
    assert_eq!(document["outcome"], "error");
    assert_eq!(document["error"]["mayHaveBeenApplied"], false);
}

#[test]
fn an_answer_that_never_came_leaves_the_outcome_unknown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        // Each of two runs calls and reads back.
        for _ in 0..4 {
            let (mut connection, _) = listener.accept().unwrap();
            let mut request = Vec::new();
            while !request.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                connection.read_exact(&mut byte).unwrap();
                request.push(byte[0]);
            }
        }
    });
    let run = run_with_token(&accept_at(&url));
    assert_eq!(run.code, 5);
    insta::assert_snapshot!("unknown", run.story());

    let run = run_with_token(&[&["--output", "json"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 5);
    run.document();
    insta::assert_snapshot!("json-unknown", run.story());
    server.join().unwrap();
}

#[tokio::test]
async fn answers_that_are_no_json_are_kept_as_text() {
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

/// Nulls, unknown words, two line items in an order, add-ons, an error without line items, and
/// text that would steer a terminal.
#[tokio::test]
async fn odd_answers_are_readable() {
    let server = MockServer::start().await;
    let mut answer: Value = serde_json::from_str(include_str!(
        "../../../spec/examples/accept-transfer-nulls.json"
    ))
    .unwrap();
    let items = answer["orders"][1]["lineItems"].as_array_mut().unwrap();
    items.push(serde_json::json!({ "offerId": "MS-AZR-0017P", "quantity": 2 }));
    let errors = answer["transferErrors"].as_array_mut().unwrap();
    errors.push(serde_json::json!({
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
async fn an_empty_result_is_no_success() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_raw("{}", "application/json"))
        .mount(&server)
        .await;
    let run = run_with_token(&accept_at(&server.uri()));
    // Neither an order nor an error: nobody knows what has moved.
    assert_eq!(run.code, 5);
    insta::assert_snapshot!("empty-result", run.story());
}

#[test]
fn a_reader_that_went_away_changes_nothing() {
    for output in ["text", "json"] {
        let (reader, writer) = std::io::pipe().unwrap();
        let (errors, error_writer) = std::io::pipe().unwrap();
        drop((reader, errors));
        let status = bare_command()
            .args(accept(IN_PART))
            .args(["--output", output])
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(error_writer)
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(3), "{output}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = bare_command()
        .arg("--help")
        .stdout(writer)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_no_success() {
    let full = || {
        std::fs::File::options()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for (transfer, code) in [(WHOLE, 1), (IN_PART, 3)] {
        let output = bare_command()
            .args(accept(transfer))
            .stdout(full())
            .stderr(Stdio::piped())
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.contains("error: failed to write the result:"),
            "{errors}"
        );
    }
}

/// Names of the variables that make a credential, without `PCTRANSFERS_`, and what is said of it.
#[test]
fn a_missing_or_doubled_variable_is_named() {
    let guid = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "set PCTRANSFERS_TOKEN to an access token"),
        (
            &[("TENANT_ID", guid)],
            "PCTRANSFERS_TENANT_ID is set, and PCTRANSFERS_CLIENT_ID is not",
        ),
        (
            &[("CLIENT_SECRET", CANARY)],
            "PCTRANSFERS_CLIENT_SECRET is set, and PCTRANSFERS_TENANT_ID is not",
        ),
        (
            &[("TENANT_ID", guid), ("CLIENT_ID", guid)],
            "none of PCTRANSFERS_CLIENT_SECRET, PCTRANSFERS_CLIENT_CERTIFICATE, ",
        ),
        (
            &[("TOKEN", CANARY), ("CLIENT_ID", guid)],
            "both PCTRANSFERS_TOKEN and PCTRANSFERS_CLIENT_ID are set",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("CLIENT_SECRET", CANARY),
                ("CLIENT_CERTIFICATE", "x.pem"),
            ],
            "PCTRANSFERS_CLIENT_CERTIFICATE is set beside another credential",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("CLIENT_CERTIFICATE", "/nowhere/x.pem"),
            ],
            "PCTRANSFERS_CLIENT_CERTIFICATE names \"/nowhere/x.pem\", which cannot be read",
        ),
        (
            &[
                ("TENANT_ID", "../evil"),
                ("CLIENT_ID", guid),
                ("CLIENT_SECRET", CANARY),
            ],
            "PCTRANSFERS_TENANT_ID: the tenant \"../evil\"",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", "an app"),
                ("CLIENT_SECRET", CANARY),
            ],
            "PCTRANSFERS_CLIENT_ID: the client id \"an app\"",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("REFRESH_TOKEN", CANARY),
                ("REFRESH_TOKEN_FILE", "x"),
            ],
            "both PCTRANSFERS_REFRESH_TOKEN and PCTRANSFERS_REFRESH_TOKEN_FILE are set",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("REFRESH_TOKEN_FILE", "/nowhere/token"),
            ],
            "PCTRANSFERS_REFRESH_TOKEN_FILE names \"/nowhere/token\", which cannot be read",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("REFRESH_TOKEN_FILE", "/dev/null"),
            ],
            "PCTRANSFERS_REFRESH_TOKEN_FILE names \"/dev/null\", which holds no token",
        ),
        (
            &[("TOKEN", CANARY), ("REFRESH_TOKEN_FILE", "x")],
            "both PCTRANSFERS_TOKEN and PCTRANSFERS_REFRESH_TOKEN_FILE are set",
        ),
        (
            &[("TOKEN", CANARY), ("AUTHORITY", "http://login.example")],
            "error: PCTRANSFERS_AUTHORITY: login authority: endpoint \"http://login.example\"",
        ),
        (&[("TOKEN", "Bearer x")], "PCTRANSFERS_TOKEN: "),
    ];
    for (variables, said) in cases {
        let mut command = command();
        command.args(accept_at("http://127.0.0.1:9"));
        for (name, value) in *variables {
            command.env(format!("PCTRANSFERS_{name}"), value);
        }
        let run = finish(&mut command);
        assert_eq!(run.code, 2, "{variables:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{variables:?}: {}", run.stderr);
    }
}

#[test]
fn a_wrong_endpoint_is_named_by_where_it_came_from() {
    let endpoint = "ftp://api.example";
    let run = run_with_token(&accept_at(endpoint));
    assert!(
        run.stderr.starts_with("error: --endpoint: endpoint \"ftp:"),
        "{}",
        run.stderr
    );
    let run = finish(
        command()
            .args(&accept_at("")[2..])
            .env("PCTRANSFERS_TOKEN", CANARY)
            .env("PCTRANSFERS_ENDPOINT", endpoint),
    );
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .starts_with("error: PCTRANSFERS_ENDPOINT: endpoint \"ftp:"),
        "{}",
        run.stderr
    );
}

/// A login service that renews each refresh token, and an API that takes what it gives.
async fn renewing_server() -> MockServer {
    let server = MockServer::start().await;
    let renewed = format!("new-{CANARY}");
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({
            "token_type": "Bearer", "expires_in": 3599, "access_token": CANARY,
            "refresh_token": renewed,
        })))
        .mount(&server)
        .await;
    Mock::given(method("DELETE"))
        .respond_with(ResponseTemplate::new(204))
        .mount(&server)
        .await;
    server
}

/// A withdraw by a user, with all that is logged.
fn withdraw_as_user(url: &str, variable: &str, value: impl AsRef<std::ffi::OsStr>) -> Run {
    let mut command = command();
    command
        .args(["--endpoint", url, "-vvv", "withdraw"])
        .args(["--customer", CUSTOMER, "--transfer", TO_WITHDRAW])
        .args(["--yes", "--no-read"])
        .env("PCTRANSFERS_AUTHORITY", url)
        .env("PCTRANSFERS_TENANT_ID", "contoso.example")
        .env("PCTRANSFERS_CLIENT_ID", "an-app")
        .env(variable, value);
    finish(&mut command)
}

#[tokio::test]
async fn a_renewed_refresh_token_replaces_its_file() {
    let server = renewing_server().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("token");
    let old = format!("old-{CANARY}");
    std::fs::write(&file, format!("{old}\n")).unwrap();
    let run = withdraw_as_user(&server.uri(), "PCTRANSFERS_REFRESH_TOKEN_FILE", &file);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    let sent = &server.received_requests().await.unwrap()[0].body;
    let sent = String::from_utf8_lossy(sent).into_owned();
    assert!(sent.ends_with(&format!("&refresh_token={old}")), "{sent}");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("new-{CANARY}\n")
    );
    // Nothing is left beside it.
    assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_a_refresh_token_s_file_stays_one() {
    let server = renewing_server().await;
    let (there, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let file = there.path().join("token");
    std::fs::write(&file, CANARY).unwrap();
    let link = here.path().join("link");
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let run = withdraw_as_user(&server.uri(), "PCTRANSFERS_REFRESH_TOKEN_FILE", &link);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        format!("new-{CANARY}\n")
    );
    assert_eq!(std::fs::read_link(&link).unwrap(), file);
}

#[tokio::test]
async fn a_renewed_refresh_token_that_cannot_be_kept_is_said() {
    let server = renewing_server().await;
    let run = withdraw_as_user(&server.uri(), "PCTRANSFERS_REFRESH_TOKEN", CANARY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let said = "warning: the login service has renewed the refresh token, and \
                PCTRANSFERS_REFRESH_TOKEN cannot keep the new one";
    assert_eq!(run.stderr.matches(said).count(), 1, "{}", run.stderr);
}

#[test]
fn timeout_is_the_time_of_a_whole_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Takes the connection and says nothing until the other end is gone.
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        connection.read_to_end(&mut request).unwrap_or_default()
    });
    let run = run_with_token(&[&["--timeout", "1"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(
        run.stderr.contains("accept_transfer spent "),
        "{}",
        run.stderr
    );
    // Of the one second, and not of the defaults: what was left of it is what is said.
    assert!(
        !run.stderr.contains("30s") && !run.stderr.contains("100s"),
        "{}",
        run.stderr
    );
    assert!(server.join().unwrap() > 0, "the request was sent");
}

#[tokio::test]
async fn retries_is_how_often_a_call_is_sent_again() {
    for (retries, requests) in [("0", 1), ("1", 2)] {
        let server = MockServer::start().await;
        Mock::given(method("POST"))
            .respond_with(ResponseTemplate::new(429))
            .mount(&server)
            .await;
        let uri = server.uri();
        let mut arguments = accept_at(&uri);
        arguments[8] = retries;
        let run = run_with_token(&arguments);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert_eq!(server.received_requests().await.unwrap().len(), requests);
    }
}

#[tokio::test]
async fn locale_is_sent_if_it_is_given() {
    let server = MockServer::start().await;
    Mock::given(method("POST"))
        .respond_with(ResponseTemplate::new(400))
        .mount(&server)
        .await;
    let url = server.uri();
    run_with_token(&accept_at(&url));
    run_with_token(&[&accept_at(&url)[..], &["--locale", "fr-FR"]].concat());
    let requests = server.received_requests().await.unwrap();
    let locales: Vec<_> = requests
        .iter()
        .map(|request| {
            request
                .headers
                .get("x-locale")
                .map(|value| value.to_str().unwrap())
        })
        .collect();
    assert_eq!(locales, [None, Some("fr-FR")]);
}

/// The first host that a run of the command wants to speak to, as its proxy sees it.
fn first_host(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut command = bare_command();
    for name in [
        "NO_PROXY",
        "no_proxy",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ] {
        command.env_remove(name);
    }
    let mut child = command
        .args(arguments)
        .args([
            "withdraw",
            "--customer",
            CUSTOMER,
            "--transfer",
            TO_WITHDRAW,
            "--yes",
        ])
        .env(
            "HTTPS_PROXY",
            format!("http://{}", proxy.local_addr().unwrap()),
        )
        .envs(variables.iter().copied())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (connection, _) = proxy.accept().unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(connection), &mut line).unwrap();
    // That is all there is to know of it.
    child.kill().unwrap();
    child.wait().unwrap();
    line.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn cloud_decides_which_hosts_are_spoken_to() {
    let token = [("PCTRANSFERS_TOKEN", CANARY)];
    let app = [
        ("PCTRANSFERS_TENANT_ID", "contoso.example"),
        ("PCTRANSFERS_CLIENT_ID", "an-app"),
        ("PCTRANSFERS_CLIENT_SECRET", CANARY),
    ];
    for (arguments, api, login) in [
        (
            &[][..],
            "api.partnercenter.microsoft.com:443",
            "login.microsoftonline.com:443",
        ),
        (
            &["--cloud", "us-government"],
            "api.partnercenter.microsoft.com:443",
            "login.microsoftonline.us:443",
        ),
        (
            &["--cloud", "china"],
            "partner.partnercenterapi.microsoftonline.cn:443",
            "login.partner.microsoftonline.cn:443",
        ),
    ] {
        assert_eq!(first_host(arguments, &token), api);
        assert_eq!(first_host(arguments, &app), login);
    }
}

/// The whole way of an app: a token from the login service, then the call with it.
#[tokio::test]
async fn an_app_gets_its_token_from_the_login_service() {
    let server = MockServer::start().await;
    let tenant = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
    let fetched = "fetched-by-canary-PCTRANSFERS_TOKEN-canary";
    Mock::given(method("POST"))
        .and(path(format!("/{tenant}/oauth2/v2.0/token")))
        .respond_with(ResponseTemplate::new(200).set_body_json(serde_json::json!({
            "token_type": "Bearer", "expires_in": 3599, "access_token": fetched
        })))
        .expect(1)
        .mount(&server)
        .await;
    Mock::given(method("DELETE"))
        .and(header("authorization", format!("Bearer {fetched}")))
        .and(header("x-locale", "nl-NL"))
        .respond_with(ResponseTemplate::new(204))
        .expect(1)
        .mount(&server)
        .await;
    let url = server.uri();
    let run = tokio::task::spawn_blocking(move || {
        let mut command = command();
        command
            .args(["--endpoint", &url, "--locale", "nl-NL", "-vvv", "withdraw"])
            .args(["--customer", CUSTOMER, "--transfer", TO_WITHDRAW])
            .args(["--yes", "--no-read"])
            .env("PCTRANSFERS_AUTHORITY", &url)
            .env("PCTRANSFERS_TENANT_ID", tenant)
            .env("PCTRANSFERS_CLIENT_ID", "an-app")
            .env("PCTRANSFERS_CLIENT_SECRET", CANARY);
        // Looks for the canary, which stands in the token too, in all that was logged.
        finish(&mut command)
    })
    .await
    .unwrap();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("partner_center.attempt"),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("partner_center"), "{}", run.stdout);
}
