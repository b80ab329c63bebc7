//! Text of the service and of the user that would control a terminal.

use serde_json::{Value, json};

use crate::run::{run, run_with_token};
use crate::server::{CUSTOMER, Server, TRANSFER, on_create, on_transfer};

/// Kept, because the joiner makes one picture of two.
const COUPLE: &str = "\u{1F469}\u{1F3FD}\u{200d}\u{1F4BB}";

/// Reverses the direction of writing, hides letters, breaks the line, clears the screen.
const HOSTILE: &str = "exe.\u{202e}gnp\u{200b}\u{ad}\u{feff}\u{2028}\u{2029}\u{2066}\u{61c}\u{180e}\
                       \u{e0041}\u{1b}[2J\u{9b}2J\u{7f}\u{0}\r\n\u{85}end";

/// The characters in the text that control a terminal.
fn controls(text: &str) -> String {
    let text = text.replace(COUPLE, "");
    let is_control = |character: &char| {
        (character.is_control() && *character != '\n')
            || matches!(
                *character,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
            )
    };
    let controls = text.chars().filter(is_control);
    controls.map(|it| it.escape_unicode().to_string()).collect()
}

fn text(label: &str) -> String {
    format!("{label} {COUPLE} {HOSTILE}")
}

fn transfer(status: &str) -> Value {
    json!({
        "id": text("id"),
        "status": status,
        "createdTime": text("time"),
        "expirationTime": text("time"),
        "customerTenantId": text("customer"),
        "customerName": text("customer"),
        "sourcePartnerTenantId": text("source"),
        "sourcePartnerName": text("source"),
        "targetPartnerTenantId": text("target"),
        "lineItems": [
            {
                "subscriptionId": text("subscription"),
                "friendlyName": text("name"),
                "status": "Failed",
                "transferError": text("cause"),
            },
            { "subscriptionId": text("second"), "status": "Complete", "orderId": text("order") },
        ],
        (text("member")): text("value"),
    })
}

fn accepted() -> Value {
    json!({
        "orders": [{
            "id": text("id"),
            "status": text("status"),
            "billingCycle": text("cycle"),
            "lineItems": [{ "friendlyName": text("name"), "termDuration": text("term"), "quantity": 1 }],
        }],
        "transferErrors": [{
            "code": text("code"),
            "description": text("description"),
            "transferGroupId": text("group"),
            "lineItems": [{ "subscriptionId": text("subscription"), "friendlyName": text("name") }],
        }],
    })
}

#[test]
fn text_of_the_service_cannot_control_the_terminal() {
    let list = ["list", "--customer", CUSTOMER];
    let fault = json!({ "code": text("code"), "description": text("description") });
    let eligible = json!([{ "id": text("id"), "isEligible": false, "reason": text("reason") }]);
    let cases: &[(&str, Vec<&str>, u16, Value)] = &[
        ("GET", on_transfer("get", &[]), 200, transfer("Active")),
        (
            "GET",
            on_transfer("get", &[]),
            200,
            transfer(&text("Active")),
        ),
        (
            "GET",
            on_transfer("get", &["--quiet"]),
            200,
            transfer("Active"),
        ),
        ("GET", list.to_vec(), 200, json!([transfer("Active")])),
        (
            "GET",
            list.to_vec(),
            200,
            json!([transfer(&text("Active"))]),
        ),
        (
            "GET",
            vec!["eligibility", "--customer", CUSTOMER],
            200,
            eligible,
        ),
        (
            "GET",
            on_transfer("wait", &["--max-wait", "0"]),
            200,
            transfer(&text("Active")),
        ),
        (
            "GET",
            on_transfer("wait", &["--max-wait", "0"]),
            400,
            fault.clone(),
        ),
        ("GET", on_transfer("get", &["-vvv"]), 400, fault.clone()),
        (
            "POST",
            on_transfer("accept", &["--yes", "--no-read"]),
            200,
            accepted(),
        ),
        (
            "POST",
            on_transfer("accept", &["--yes", "--no-read"]),
            200,
            fault.clone(),
        ),
        (
            "POST",
            on_transfer("accept", &["--yes", "--no-read"]),
            400,
            fault.clone(),
        ),
        (
            "POST",
            on_transfer("accept", &["--yes", "--no-read"]),
            500,
            fault,
        ),
        (
            "POST",
            on_create(&["--subscription", "x", "--no-read"]),
            201,
            transfer("Active"),
        ),
    ];
    for (method, arguments, status, body) in cases {
        let server = Server::start();
        server.reply(method, *status, &body.to_string());
        let run = server.call(arguments);
        // Tabs separate the values of a table; those of a value are tested with the tables.
        let all = run.stdout.replace('\t', " ") + &run.stderr;
        assert_eq!(controls(&all), "", "{arguments:?} {status}: {all}");
        assert!(
            all.contains("exe.\u{fffd}gnp"),
            "{arguments:?} {status}: {all}"
        );
        assert!(all.contains(COUPLE), "{arguments:?} {status}: {all}");

        // JSON has the same text, in escapes.
        for format in ["json", "jsonl"] {
            let run = server.call(&[&arguments[..], &["--output", format]].concat());
            assert_eq!(controls(&run.stdout), "", "{arguments:?}: {}", run.stdout);
            let document: Value = serde_json::from_str(&run.stdout).unwrap();
            let answer = document.get("answer").unwrap_or(&document);
            let answer = match (answer, body) {
                (Value::Object(_), Value::Array(_)) => json!([answer]),
                _ => answer.clone(),
            };
            if arguments[0] != "wait" {
                assert_eq!(answer, *body, "{arguments:?}");
            }
        }
    }
}

#[test]
fn text_of_the_user_cannot_control_the_terminal() {
    let hostile = HOSTILE.replace('\0', "");
    let hostile = hostile.as_str();
    let unknown = format!("--bogus-{hostile}");
    let file = format!("/nowhere/{hostile}");
    let endpoint = format!("http://{hostile}");
    let item = format!("={hostile}");
    for arguments in [
        vec![hostile],
        vec!["help", hostile],
        vec![&unknown],
        vec!["get", hostile],
        vec!["get", "--customer", hostile],
        vec!["get", &unknown, CUSTOMER],
        vec!["explain", hostile],
        vec!["completions", hostile],
        vec!["emulator", "--listen", hostile],
        vec!["--cloud", hostile, "man"],
        vec!["--output", hostile, "man"],
        vec!["--endpoint", &endpoint, "list", "--customer", CUSTOMER],
        vec!["--locale", hostile, "list", "--customer", CUSTOMER],
        vec!["create", "--yes", "--customer", CUSTOMER, "--file", &file],
        on_transfer(
            "accept",
            &["--yes", "--new-commerce", "--subscription", &item],
        ),
    ] {
        let run = run_with_token(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert_eq!(controls(&run.stderr), "", "{arguments:?}: {}", run.stderr);
    }
    let server = Server::start();
    server.reply("GET", 200, "[]");
    let status = ["list", "--customer", CUSTOMER, "--status"];
    let run = server.call(&[&status[..], &[hostile]].concat());
    assert_eq!(run.code, 2, "{}", run.stderr);
    let start = "error: invalid value 'exe.\u{fffd}gnp";
    assert!(run.stderr.starts_with(start), "{}", run.stderr);
    assert_eq!(controls(&run.stderr), "", "{}", run.stderr);
    let run = server.call(&[&status[..], &[&format!("other:{hostile}")]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(controls(&run.stderr), "");
}

/// An argument that is not text is named as far as it is readable.
#[cfg(unix)]
#[test]
fn an_argument_that_is_not_utf_8_is_readable() {
    use std::os::unix::ffi::OsStrExt as _;

    let bytes = std::ffi::OsStr::from_bytes(b"--\xe9\x1b[2J");
    let run = crate::run::finish(crate::run::command().arg(bytes));
    assert_eq!(run.code, 2);
    assert_eq!(controls(&run.stderr), "", "{}", run.stderr);
    assert!(run.stderr.contains("--\u{fffd}"), "{}", run.stderr);
}

/// The question is on standard error, below the transfer.
#[cfg(unix)]
#[test]
fn a_question_cannot_control_the_terminal() {
    use crate::pseudo_terminal::on_terminal;

    let server = Server::start();
    server.reply("GET", 200, &transfer("Active").to_string());
    let url = server.url();
    let ids = ["--customer", CUSTOMER, "--transfer", TRANSFER];
    let item = format!("subscription=other:{HOSTILE}").replace('\0', "");
    let items = ["--new-commerce", "--subscription", &item];
    let mut answer = |terminal: &mut dyn std::io::Write| terminal.write_all(b"n\n").unwrap();
    let (shown, code) = on_terminal(
        100,
        false,
        &[&["--endpoint", &url, "accept"], &ids[..], &items].concat(),
        &[("TERM", "dumb")],
        Some(("[y/N] ", &mut answer)),
    );
    assert_eq!(code, 1, "{shown}");
    assert_eq!(controls(&shown), "", "{shown}");
    assert!(
        shown.contains("Hands over subscription (exe.\u{fffd}gnp"),
        "{shown}"
    );
}

#[test]
fn explanations_have_no_controls() {
    let all = run(&["explain"]).stdout.replace('\t', " ") + &run(&["explain", "900103"]).stdout;
    assert_eq!(controls(&all), "");
}

/// Nothing is dropped: each such character is shown as the others are, and JSON has its escape.
#[test]
fn each_control_character_is_shown_and_none_is_dropped() {
    let server = Server::start();
    for control in ('\u{0}'..='\u{1f}').chain('\u{7f}'..='\u{9f}') {
        let name = format!("a{control}b");
        let body = json!([{ "id": TRANSFER, "sourcePartnerName": name, "status": name }]);
        server.reply_once("GET", 200, &body.to_string());
        let run = server.call(&["list", "--customer", CUSTOMER]);
        let is_blank = matches!(control, '\n' | '\r' | '\t');
        let shown = if is_blank { "a b" } else { "a\u{fffd}b" };
        assert!(run.stdout.contains(shown), "{control:?}: {}", run.stdout);
        for format in ["json", "jsonl"] {
            server.reply_once("GET", 200, &body.to_string());
            let run = server.call(&["list", "--customer", CUSTOMER, "--output", format]);
            assert_eq!(controls(&run.stdout), "", "{control:?}: {}", run.stdout);
            let document: Value = serde_json::from_str(&run.stdout).unwrap();
            let answer = document.get("answer").map_or(&document, |list| &list[0]);
            assert_eq!(answer["status"], name, "{format}");
        }
    }
}
