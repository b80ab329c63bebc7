//! Endpoint, cloud, limits and language: where requests go, and what happens without a response.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::Stdio;
use std::thread;

use partner_center_emulator::{Emulator, data_set};

use crate::command_lines::{CUSTOMER, IN_PART, TO_WITHDRAW, accept, accept_at};
use crate::run::{CANARY, bare_command, command, finish, run_with_token};
use crate::server::{Server, on_transfer};

#[tokio::test]
async fn arguments_override_the_environment() {
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

#[test]
fn an_invalid_endpoint_is_reported_with_its_source() {
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

#[test]
fn a_refused_connection_means_nothing_was_changed() {
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
fn a_lost_response_leaves_the_outcome_unknown() {
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

#[test]
fn timeout_limits_the_whole_call() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    // Accepts the connection and sends nothing until the client closes it.
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        connection.read_to_end(&mut request).unwrap_or_default()
    });
    let run = run_with_token(&[&["--timeout", "1"], &accept_at(&url)[..]].concat());
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(run.stderr.contains("accept_transfer "), "{}", run.stderr);
    // The message has the given limit, and not a default.
    assert!(
        !run.stderr.contains("30s") && !run.stderr.contains("100s"),
        "{}",
        run.stderr
    );
    assert!(server.join().unwrap() > 0, "the request was sent");
}

/// There is always something to read, and never a response.
#[test]
fn a_flood_of_interim_responses_does_not_outlast_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        assert!(connection.read(&mut [0; 4096]).unwrap() > 0);
        let flood = "HTTP/1.1 102 Processing\r\n\r\n".repeat(10_000);
        let mut sent = 0;
        while connection.write_all(flood.as_bytes()).is_ok() {
            sent += 1;
        }
        sent
    });
    let arguments = ["--endpoint", &url, "--timeout", "1", "--retries", "0"];
    let run = run_with_token(&[&arguments, &on_transfer("get", &[])[..]].concat());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("within 1 s (limit for the whole call)"),
        "{}",
        run.stderr
    );
    assert!(server.join().unwrap() > 0);
}

#[test]
fn retries_limits_how_often_a_call_is_repeated() {
    for (retries, requests) in [("0", 1), ("1", 2)] {
        let server = Server::start();
        server.reply("POST", 429, "");
        let url = server.url();
        let mut arguments = accept_at(&url);
        arguments[8] = retries;
        let run = run_with_token(&arguments);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert_eq!(server.requests().len(), requests);
    }
}

#[test]
fn locale_is_sent_if_given() {
    let server = Server::start();
    server.reply("POST", 400, "");
    let url = server.url();
    run_with_token(&accept_at(&url));
    run_with_token(&[&accept_at(&url)[..], &["--locale", "fr-FR"]].concat());
    let requests = server.requests();
    let locales: Vec<_> = requests.iter().map(|it| it.header("X-Locale")).collect();
    assert_eq!(locales, [None, Some("fr-FR")]);
}

/// The first host that the command connects to, as its proxy sees it.
fn first_host(arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut child = bare_command()
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
    child.kill().unwrap();
    child.wait().unwrap();
    line.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn cloud_selects_the_hosts() {
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
