//! Credentials from the environment.

use serde_json::{Value, json};

use crate::command_lines::{CUSTOMER, IN_PART, TO_WITHDRAW, accept_at, accept_json};
use crate::run::{CANARY, command, finish, run, run_with_token};
use crate::server::Server;
use crate::token_file::{renewing_server, withdraw_as_user};

#[test]
fn nothing_is_sent_without_credentials() {
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
fn an_invalid_token_is_rejected_and_not_shown() {
    for token in [format!("Bearer {CANARY}"), format!("{CANARY} {CANARY}")] {
        let run = finish(
            command()
                .args(accept_at("http://127.0.0.1:9"))
                .env("PCTRANSFERS_TOKEN", token),
        );
        assert_eq!(run.code, 2);
        insta::allow_duplicates! {
            insta::assert_snapshot!("invalid-token", run.story());
        }
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_rejected() {
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
            format!("error: the environment variable {name} is not valid UTF-8\n")
        );
    }
}

/// The variables are given without `PCTRANSFERS_`.
#[test]
fn missing_and_conflicting_variables_are_named() {
    let guid = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "set PCTRANSFERS_TOKEN to an access token"),
        (
            &[("TENANT_ID", guid)],
            "PCTRANSFERS_TENANT_ID is set but PCTRANSFERS_CLIENT_ID is not",
        ),
        (
            &[("CLIENT_SECRET", CANARY)],
            "PCTRANSFERS_CLIENT_SECRET is set but PCTRANSFERS_TENANT_ID is not",
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
            "both PCTRANSFERS_CLIENT_CERTIFICATE and PCTRANSFERS_CLIENT_SECRET are set",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("CLIENT_CERTIFICATE", "/nowhere/x.pem"),
            ],
            "PCTRANSFERS_CLIENT_CERTIFICATE: cannot read \"/nowhere/x.pem\": ",
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
            "PCTRANSFERS_REFRESH_TOKEN_FILE: cannot read \"/nowhere/token\": ",
        ),
        (
            &[
                ("TENANT_ID", guid),
                ("CLIENT_ID", guid),
                ("REFRESH_TOKEN_FILE", "/dev/null"),
            ],
            "PCTRANSFERS_REFRESH_TOKEN_FILE: \"/dev/null\" is empty; expected exactly one refresh token",
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
    for (variables, expected) in cases {
        let variable =
            |(name, value): &(&str, &str)| (format!("PCTRANSFERS_{name}"), value.to_string());
        let mut command = command();
        command.args(accept_at("http://127.0.0.1:9"));
        let run = finish(command.envs(variables.iter().map(variable)));
        assert_eq!(run.code, 2, "{variables:?}: {}", run.stderr);
        assert!(
            run.stderr.contains(expected),
            "{variables:?}: {}",
            run.stderr
        );
    }
}

#[test]
fn the_token_is_sent_in_the_authorization_header_only() {
    let server = Server::start();
    let path = format!("/v1/customers/{CUSTOMER}/transfers/{IN_PART}/accept");
    server.reply(
        "POST",
        200,
        r#"{"orders":[{"id":"o"}],"transferErrors":null}"#,
    );

    let run = run_with_token(&accept_at(&server.url()));
    assert_eq!(run.code, 0, "{}", run.stderr);
    // There is no notice about an emulator.
    assert_eq!(run.stderr, "");

    let run = finish(
        command()
            .args(&accept_at("")[2..])
            .env("PCTRANSFERS_TOKEN", CANARY)
            .env("PCTRANSFERS_ENDPOINT", server.url()),
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        assert_eq!((request.method(), request.target()), ("POST", &*path));
        let bearer = format!("Bearer {CANARY}");
        assert_eq!(request.header("Authorization"), Some(&*bearer));
        assert!(!request.to_string().replace(&bearer, "").contains(CANARY));
    }
}

#[test]
fn an_app_gets_its_token_from_the_login_service() {
    let server = Server::start();
    let tenant = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
    let fetched = "fetched-by-canary-PCTRANSFERS_TOKEN-canary";
    let token = json!({
        "token_type": "Bearer", "expires_in": 3599, "access_token": fetched
    });
    server.reply("POST", 200, &token.to_string());
    server.reply("DELETE", 204, "");
    let url = server.url();
    let mut command = command();
    command
        .args(["--endpoint", &url, "--locale", "nl-NL", "-vvv", "withdraw"])
        .args(["--customer", CUSTOMER, "--transfer", TO_WITHDRAW])
        .args(["--yes", "--no-read"])
        .env("PCTRANSFERS_AUTHORITY", &url)
        .env("PCTRANSFERS_TENANT_ID", tenant)
        .env("PCTRANSFERS_CLIENT_ID", "an-app")
        .env("PCTRANSFERS_CLIENT_SECRET", CANARY);
    // Searches the log for the canary, which is also part of the token.
    let run = finish(&mut command);
    let [login, withdraw] = &server.requests()[..] else {
        panic!("two requests: {}", run.stderr);
    };
    assert_eq!(login.target(), format!("/{tenant}/oauth2/v2.0/token"));
    assert_eq!(
        withdraw.header("Authorization"),
        Some(&*format!("Bearer {fetched}"))
    );
    assert_eq!(withdraw.header("X-Locale"), Some("nl-NL"));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("partner_center.attempt"),
        "{}",
        run.stderr
    );
    assert!(!run.stdout.contains("partner_center"), "{}", run.stdout);
}

#[test]
fn a_renewed_refresh_token_without_a_file_prints_a_warning() {
    let server = renewing_server();
    let run = withdraw_as_user(&server.url(), "PCTRANSFERS_REFRESH_TOKEN", CANARY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let expected = "warning: the login service renewed the refresh token, and \
                PCTRANSFERS_REFRESH_TOKEN cannot store the new one";
    assert_eq!(run.stderr.matches(expected).count(), 1, "{}", run.stderr);
}
