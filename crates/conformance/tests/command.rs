//! The command from outside: output, exit codes, the report, and messages for invalid files and
//! broken drivers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const SCENARIOS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/scenarios");

fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_partner-center-conformance"))
}

fn run(arguments: &[&str]) -> Output {
    command().args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A scenario without requests, which a one-line shell driver can pass.
fn scenario() -> Value {
    json!({
        "description": "An id that is no GUID is refused.",
        "source": {"from": ["inferred"], "page": "nothing but a test"},
        "tags": ["input"],
        "needs": ["input-check"],
        "call": {"operation": "accept_transfer", "inputs": {"transfer-id": "42"}},
        "expect": {
            "requests": {"count": 0},
            "conclusion": {"error": {"kind": "invalid-input", "mayHaveBeenApplied": false}},
        },
    })
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn an_invalid_file_is_described() {
    let folder = tempfile::tempdir().unwrap();
    let changed = |change: fn(&mut Value)| {
        let mut scenario = scenario();
        change(&mut scenario);
        scenario.to_string()
    };
    for (file, said) in [
        (
            "{\"description\": ".to_owned(),
            "invalid JSON: EOF while parsing a value at line 1",
        ),
        (
            format!("{} more", scenario()),
            "invalid JSON: trailing characters",
        ),
        (
            changed(|scenario| scenario["tags"] = json!(["outcom"])),
            "invalid scenario: tags[0]: unknown variant `outcom`, expected one of `request`",
        ),
        (
            changed(|scenario| scenario["replys"] = json!([])),
            "invalid scenario: replys: unknown field `replys`, expected one of",
        ),
        (
            changed(|scenario| {
                scenario.as_object_mut().unwrap().remove("expect");
            }),
            "missing field `expect`",
        ),
        (
            changed(|scenario| scenario["replies"] = json!([{"status": "200"}])),
            "invalid scenario: replies[0].status: invalid type: string \"200\"",
        ),
        (
            changed(|scenario| scenario["call"]["times"] = json!(0)),
            "invalid scenario: /call/times: 0 is less than the minimum of 1",
        ),
        (
            changed(|scenario| scenario["expect"]["requests"]["count"] = json!(1)),
            "expect.requests: `method` and `path` are required unless `count` is 0",
        ),
        (
            changed(|scenario| scenario["replies"] = json!([{"status": 200}])),
            "expect.requests.count is 0, but there are 1 replies",
        ),
        (
            changed(|scenario| {
                scenario["expect"]["conclusion"] = json!({"answer": {"status": 200}});
            }),
            "expect: no reply has the status of the answer, 200",
        ),
    ] {
        let path = write(folder.path(), "case.json", &file);
        let output = run(&[&path, "--", "true"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}: {stderr}");
        assert!(stderr.contains(said), "{stderr}");
        assert!(
            stderr.starts_with("error: ") && stderr.contains("case.json: "),
            "{stderr}"
        );
        assert_eq!(text(&output.stdout), "");
    }
}

#[test]
fn an_invalid_reply_is_described() {
    let folder = tempfile::tempdir().unwrap();
    for (reply, said) in [
        (
            json!({"status": 200, "bodyText": "", "body": 1}),
            "sets body and bodyText; set only one",
        ),
        (
            json!({"status": 200, "bodyFile": "../examples/none.json"}),
            "none.json: No such file",
        ),
        (json!({"status": 200, "bodyBase64": "?"}), "bodyBase64: "),
        (json!({"status": 200, "raw": "x"}), "set `raw` alone"),
        (
            json!({"fault": "close", "bodyText": "x"}),
            "sets `bodyText` without `status`",
        ),
        (
            json!({"status": 200, "fault": "reset"}),
            "use `close` or `stall`",
        ),
        (
            json!({"status": 200, "bodyText": "abc", "fault": "close", "faultAfterBytes": 4}),
            "faultAfterBytes is 4, but the body has only 3 bytes",
        ),
    ] {
        let mut scenario = scenario();
        scenario["replies"] = json!([reply]);
        scenario["expect"]["requests"] = json!({"count": 1, "method": "POST", "path": "/"});
        let path = write(folder.path(), "case.json", &scenario.to_string());
        let output = run(&[&path, "--", "true"]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}: {stderr}");
        assert!(stderr.contains("case.json: replies[0]: "), "{stderr}");
        assert!(stderr.contains(said), "{stderr}");
    }
}

/// A scenario can come from anyone.
#[test]
fn a_body_file_is_one_of_the_suite() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("suite/scenarios");
    let examples = root.path().join("suite/examples");
    fs::create_dir_all(&folder).unwrap();
    fs::create_dir(&examples).unwrap();
    let secret = root.path().join("suite/secret");
    for file in [
        &secret,
        &folder.join("own.json"),
        &examples.join("one.json"),
    ] {
        fs::write(file, "{}").unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(&secret, folder.join("link")).unwrap();
    let run_with = |file: &str| {
        let mut scenario = scenario();
        scenario["replies"] = json!([{"status": 200, "bodyFile": file}]);
        scenario["expect"]["requests"] = json!({"count": 1, "method": "POST", "path": "/"});
        let path = write(&folder, "case.json", &scenario.to_string());
        text(&run(&[&path, "--", "true"]).stderr)
    };
    for file in ["own.json", "../examples/one.json", "../scenarios/own.json"] {
        let stderr = run_with(file);
        assert!(!stderr.contains("bodyFile"), "{file}: {stderr}");
    }
    let absolute = secret.display().to_string();
    for file in [
        "../secret",
        "../examples/../secret",
        "../../../../../../../../etc/passwd",
        "/etc/passwd",
        "link",
        &absolute,
    ] {
        let stderr = run_with(file);
        let expected = format!("replies[0]: bodyFile {file}: is outside of the folder");
        if cfg!(unix) {
            assert!(stderr.contains(&expected), "{file}: {stderr}");
        }
    }
    assert!(run_with(".").contains("is not a regular file"));
}

#[test]
fn every_invalid_file_of_a_folder_is_named_and_an_empty_folder_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let output = run(&[&path, "--", "true"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("contains no scenario (no *.json file)"));

    write(folder.path(), "a.json", "{");
    write(folder.path(), "b.json", "[]");
    write(folder.path(), "x.schema.json", "{}");
    let stderr = text(&run(&[&path, "--", "true"]).stderr);
    assert!(stderr.contains("a.json: invalid JSON"), "{stderr}");
    assert!(stderr.contains("b.json: invalid scenario"), "{stderr}");
    assert!(!stderr.contains("schema"), "{stderr}");

    let output = run(&["no/such/folder"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no/such/folder: cannot be read"));
}

#[test]
fn an_error_is_short_whatever_a_file_says() {
    let folder = tempfile::tempdir().unwrap();
    let long = "x".repeat(100_000);
    for member in ["tags", "needs", "replys"] {
        let mut scenario = scenario();
        scenario[member] = json!([long]);
        let path = write(folder.path(), "long.json", &scenario.to_string());
        let output = run(&[&path, "--", "true"]);
        assert_eq!(output.status.code(), Some(1));
        let stderr = text(&output.stderr);
        assert!(stderr.contains("long.json: invalid scenario"), "{stderr}");
        assert!(stderr.len() <= 2048, "{member}: {}", stderr.len());
    }
}

#[test]
fn wrong_usage_exits_with_2() {
    for arguments in [
        &[][..],
        &["--only", "nonsense", SCENARIOS],
        &["--limit", "0", SCENARIOS],
        &["--schema", SCENARIOS],
        &["--no-such", SCENARIOS],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn the_schema_is_printed() {
    let output = run(&["--schema"]);
    assert!(output.status.success());
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["additionalProperties"], false);
}

/// A one-line shell driver: its answers to the two questions.
#[cfg(unix)]
fn driver(about: &str, call: &str) -> String {
    format!("read ask; case $ask in *'\"ask\":\"capabilities\"'*) {about};; *) {call};; esac")
}

#[cfg(unix)]
const ABOUT: &str = r#"echo '{"client": "a line of shell", "capabilities": ["input-check"]}'"#;

#[cfg(unix)]
#[test]
fn results_are_printed_and_written_to_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let mut skipped = scenario();
    skipped["needs"] = json!(["repeat"]);
    write(folder.path(), "good.json", &scenario().to_string());
    write(folder.path(), "skipped.json", &skipped.to_string());
    let report = folder.path().join("report.txt").display().to_string();

    let good = driver(ABOUT, r#"echo '{"error": {"message": "no GUID"}}'"#);
    let output = run(&[&path, "--report", &report, "--", "sh", "-c", &good]);
    assert_eq!(
        text(&output.stdout),
        "pass good\n\
         skip skipped: the driver lacks repeat\n\
         a line of shell: 1 passed, 0 failed, 1 skipped\n\
         not checked, since the driver lacks it: attempts (1), effect (1), error-kind (1), fault \
         (1), retry-after (1)\n"
    );
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(report["client"], "a line of shell");
    assert_eq!(report["cases"][0]["case"], "good");
    assert_eq!(report["cases"][0]["verdict"], "pass");
    assert_eq!(report["cases"][1]["reason"], "the driver lacks repeat");

    let bad = driver(ABOUT, r#"echo '{"answer": {"status": 200}}'"#);
    let output = run(&[&path, "--", "sh", "-c", &bad]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text(&output.stdout).starts_with(
            "fail good: conclusion: expected an error of kind invalid-input, got an answer with \
             status 200\n"
        ),
        "{}",
        text(&output.stdout)
    );

    // A run without a passed case fails.
    let output = run(&[&path, "--skip", "input", "--", "sh", "-c", &good]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no scenario has the requested tags"));
    let unable = driver("echo '{\"client\": \"none\"}'", "false");
    let output = run(&[&path, "--", "sh", "-c", &unable]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).contains("none: 0 passed, 0 failed, 2 skipped"));
}

#[cfg(unix)]
#[test]
fn a_broken_driver_is_described() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), "case.json", &scenario().to_string());
    // Broken when asked for its capabilities: no scenario runs.
    for (about, said) in [
        (
            "echo oh no >&2; exit 3",
            "the driver ended with exit code 3; expected 0, even if the client's call failed; its standard error: oh no",
        ),
        ("kill -9 $$", "the driver crashed"),
        (
            "true",
            "the driver printed nothing; expected one JSON document",
        ),
        ("echo hello", "the driver printed invalid JSON: hello"),
        (
            "echo '{\"client\": \"x\"} {}'",
            "the driver printed more than one JSON document",
        ),
        (
            "echo '{\"capabilities\": []}'",
            "the driver's answer is invalid: .: missing field `client`",
        ),
        (
            "echo '{\"client\": \"x\", \"capabilities\": [\"fly\"]}'",
            "the driver's answer is invalid: capabilities[0]: unknown variant `fly`, expected one of `attempts`",
        ),
    ] {
        let output = run(&[&path, "--", "sh", "-c", &driver(about, "true")]);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{about}");
        assert!(stderr.contains(said), "{stderr}\nlacks {said}");
        assert_eq!(text(&output.stdout), "", "{about}");
    }
    // Broken when asked to make a call: the case fails, and the next one runs.
    for (call, said) in [
        ("exit 3", "fail case: the driver ended with exit code 3"),
        ("kill -9 $$", "fail case: the driver crashed"),
        ("true", "fail case: the driver printed nothing"),
        (
            "echo '{\"eror\": {}}'",
            "fail case: the driver's answer is invalid: eror: unknown field `eror`, expected one of `answer`",
        ),
        (
            "echo '{}'",
            "fail case: conclusion: expected `answer` or `error`, got neither",
        ),
    ] {
        let output = run(&[&path, "--", "sh", "-c", &driver(ABOUT, call)]);
        let stdout = text(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{call}");
        assert!(stdout.contains(said), "{stdout}\nlacks {said}");
        assert!(stdout.contains("0 passed, 1 failed"), "{stdout}");
    }

    let output = run(&[&path, "--", "no-such-driver"]);
    assert_eq!(output.status.code(), Some(1));
    let said = "cannot start the driver `no-such-driver`: ";
    assert!(
        text(&output.stderr).contains(said),
        "{}",
        text(&output.stderr)
    );
}

/// Without a driver, the call is printed, and the request of whatever tool makes it is checked.
#[tokio::test]
async fn a_manual_call_is_checked_by_its_request() {
    for (token, verdict) in [
        ("scenario-token-one", "pass accept-complete"),
        (
            "my-own",
            "fail accept-complete: request 1, Authorization: expected Bearer scenario-token-one, got Bearer my-own",
        ),
    ] {
        let mut child = command()
            .arg(format!("{SCENARIOS}/accept-complete.json"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let call = lines.next().unwrap().unwrap();
        let call: Value = serde_json::from_str(call.strip_prefix("call ").unwrap()).unwrap();
        assert_eq!(call["operation"], "accept_transfer");
        let url = format!(
            "{}/v1/customers/{}/transfers/{}/accept",
            call["url"].as_str().unwrap(),
            call["inputs"]["customer-id"].as_str().unwrap(),
            call["inputs"]["transfer-id"].as_str().unwrap(),
        );
        let request = reqwest::Client::new()
            .post(url)
            .header("content-length", "0")
            .header("accept", "application/json")
            .bearer_auth(token);
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(lines.next().unwrap().unwrap(), verdict);
        let good = verdict.starts_with("pass");
        assert_eq!(child.wait().unwrap().success(), good);
    }
}

#[test]
fn text_of_others_cannot_control_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut scenario = scenario();
    scenario["\u{202e}member\u{1b}[2J"] = json!("\u{200b}");
    let path = write(folder.path(), "hostile.json", &scenario.to_string());
    let output = run(&[&path]);
    assert_eq!(output.status.code(), Some(1));
    let errors = text(&output.stderr);
    assert!(errors.contains(r"\u{202e}member"), "{errors}");
    let is_control = |it: char| it == '\u{202e}' || (it.is_control() && it != '\n');
    assert!(!errors.contains(is_control), "{errors:?}");
}

#[test]
fn arguments_in_errors_cannot_control_the_terminal() {
    for argument in [
        "--\u{202e}x\u{1b}[2J",
        "--only=\u{202e}\u{9b}\nerror: forged",
    ] {
        let output = run(&[argument]);
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{errors:?}");
        assert!(
            !errors.contains(['\u{202e}', '\u{1b}', '\u{9b}']),
            "{errors:?}"
        );
        assert!(!errors.contains("\nerror: forged"), "{errors:?}");
        assert!(errors.contains(r"\u{202e}"), "{errors:?}");
    }
}

#[test]
fn help_without_a_usable_width_is_readable() {
    let help = |columns: &str| {
        let output = command().arg("--help").env("COLUMNS", columns).output();
        text(&output.unwrap().stdout)
    };
    assert!(help("100").lines().any(|line| line.len() > 60));
    for unknown in ["0", "1", "19", "-1", "wide"] {
        assert_eq!(help(unknown), help("100"), "{unknown}");
    }
    assert_eq!(help("500"), help("100"));
}
