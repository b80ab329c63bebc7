//! Values of variables and options with what shells, files and copied text add to them.

use serde_json::json;

use crate::command_lines::{CUSTOMER, TO_WITHDRAW};
use crate::run::{CANARY, command, finish};
use crate::server::Server;

const TENANT: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
const APP: &str = "8a1f6a52-6e43-4b0c-9f3f-0d7c9b1e2a3d";

#[test]
fn line_ends_blanks_and_braces_are_not_sent() {
    for (tenant, app, secret, id) in [
        (
            format!("{TENANT}\r\n"),
            format!("{APP}\n"),
            format!("{CANARY}\r"),
            "\r\n",
        ),
        (
            format!("{{{TENANT}}}"),
            format!("({APP})"),
            format!("{CANARY}\r\n"),
            "",
        ),
        (
            format!(" {TENANT}\t"),
            format!("urn:uuid:{APP}"),
            format!("{CANARY}\n"),
            " ",
        ),
    ] {
        let server = Server::start();
        let token = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "given"});
        server.reply("POST", 200, &token.to_string());
        server.reply("DELETE", 204, "");
        let url = format!("{}{id}", server.url());
        let mut command = command();
        command
            .args(["withdraw", "--customer", &format!("{id}{{{CUSTOMER}}}{id}")])
            .args([
                "--transfer",
                &format!(" {TO_WITHDRAW}{id}"),
                "--yes",
                "--no-read",
            ])
            .env("PCTRANSFERS_ENDPOINT", &url)
            .env("PCTRANSFERS_AUTHORITY", &url)
            .env("PCTRANSFERS_TENANT_ID", tenant)
            .env("PCTRANSFERS_CLIENT_ID", app)
            .env("PCTRANSFERS_CLIENT_SECRET", secret);
        let run = finish(&mut command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let [login, withdraw] = &server.requests()[..] else {
            panic!("two requests: {}", run.stderr);
        };
        assert_eq!(login.target(), format!("/{TENANT}/oauth2/v2.0/token"));
        assert!(
            login.body.contains(&format!("&client_id={APP}&")),
            "{}",
            login.body
        );
        assert!(
            login.body.ends_with(&format!("&client_secret={CANARY}")),
            "{}",
            login.body
        );
        let path = format!("/v1/customers/{CUSTOMER}/transfers/{TO_WITHDRAW}");
        assert_eq!(withdraw.target(), path);
    }
}

#[test]
fn options_are_cleaned_like_variables() {
    let server = Server::start();
    server.reply("GET", 200, "[]");
    let list = |endpoint: String| {
        let mut command = command();
        command
            .args(["--endpoint", &endpoint, "--cloud", "global\r\n", "list"])
            .args(["--customer", &format!("{{{CUSTOMER}}}")])
            .env("PCTRANSFERS_TOKEN", CANARY);
        finish(&mut command)
    };
    let run = list(format!(" {}\r\n", server.url()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = list(format!("\"{}\"", server.url()));
    assert_eq!(run.code, 2);
    let expected = "error: --endpoint is enclosed in quotes";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn an_access_token_with_a_line_end_is_sent_without_it() {
    let server = Server::start();
    server.reply("DELETE", 204, "");
    let mut command = command();
    command
        .args([
            "--endpoint",
            &server.url(),
            "withdraw",
            "--customer",
            CUSTOMER,
        ])
        .args(["--transfer", TO_WITHDRAW, "--yes", "--no-read"])
        .env("PCTRANSFERS_TOKEN", format!("{CANARY}\r\n"));
    let run = finish(&mut command);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let bearer = format!("Bearer {CANARY}");
    assert_eq!(server.requests()[0].header("Authorization"), Some(&*bearer));
}

#[test]
fn quotes_and_other_characters_are_refused_with_the_name_of_the_variable() {
    let app = [("TENANT_ID", TENANT), ("CLIENT_ID", APP)];
    let token = [("TOKEN", CANARY)];
    for (others, name, inner) in [
        (&app[..], "CLIENT_SECRET", CANARY),
        (&app, "REFRESH_TOKEN", CANARY),
        (&app, "REFRESH_TOKEN_FILE", "token"),
        (&app, "CLIENT_CERTIFICATE", "app.pem"),
        (&[], "TOKEN", CANARY),
        (&app[1..], "TENANT_ID", TENANT),
        (&app[..1], "CLIENT_ID", APP),
        (&token, "ENDPOINT", "http://127.0.0.1:9"),
        (&token, "AUTHORITY", "http://127.0.0.1:9"),
    ] {
        let is_path = matches!(name, "REFRESH_TOKEN_FILE" | "CLIENT_CERTIFICATE");
        for (value, expected) in [
            (
                format!("\"{inner}\""),
                "is enclosed in quotes: set it without the quotes",
            ),
            (format!("'{inner}'\r\n"), "is enclosed in quotes"),
            (format!("\u{201C}{inner}\u{201D}"), "is enclosed in quotes"),
            (
                format!("{inner}\u{1b}"),
                "contains the control character U+001B",
            ),
            (format!("{inner}\n{inner}"), "contains a line break"),
            (
                format!("{inner}\u{a0}"),
                "contains the invisible character U+00A0",
            ),
            (
                format!("\u{feff}{inner}"),
                "contains the invisible character U+FEFF",
            ),
            ("\r\n".to_owned(), "is empty"),
            ("  ".to_owned(), "is empty"),
        ] {
            if is_path && expected.contains("invisible") {
                continue;
            }
            let mut command = command();
            command.args(["list", "--customer", CUSTOMER]);
            for (name, value) in others {
                command.env(format!("PCTRANSFERS_{name}"), value);
            }
            if name == "TENANT_ID" || name == "CLIENT_ID" {
                command.env("PCTRANSFERS_CLIENT_SECRET", CANARY);
            }
            let run = finish(command.env(format!("PCTRANSFERS_{name}"), &value));
            assert_eq!(run.code, 2, "{value:?}: {}", run.stderr);
            let expected = format!("error: PCTRANSFERS_{name} {expected}");
            assert!(
                run.stderr.starts_with(&expected),
                "{value:?}: {}",
                run.stderr
            );
        }
    }
}
