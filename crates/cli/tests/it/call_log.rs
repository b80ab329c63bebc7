//! What the command shows of its calls: `-v`, and waits.

use partner_center_tests::Reply;

use crate::run::{CANARY, Run, command, finish, run_with_token};
use crate::server::{CUSTOMER, Server, TRANSFER, on_transfer};

/// Runs a command with retries against the server.
fn call(server: &Server, arguments: &[&str]) -> Run {
    run_with_token(&[&["--endpoint", &server.url()], arguments].concat())
}

/// The lines with times and delays replaced.
fn without_times(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        let mut words: Vec<&str> = line.split(' ').collect();
        for at in 1..words.len() {
            if matches!(words[at].trim_end_matches(':'), "ms" | "s") {
                words[at - 1] = "N";
            }
        }
        shown += &(words.join(" ") + "\n");
    }
    shown
}

fn busy(retry_after: &str) -> Reply {
    let headers = format!("Retry-After: {retry_after}\r\nSet-Cookie: canary-cookie\r\n");
    Reply::response("429 Too Many Requests", &headers, "")
}

#[test]
fn verbose_shows_requests_responses_and_retries() {
    let server = Server::start();
    server.add("GET", busy("0"), true);
    server.reply("GET", 200, "{}");
    let run = call(&server, &on_transfer("get", &["-v"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let id = server.requests()[0]
        .header("MS-RequestId")
        .unwrap()
        .to_owned();
    let url = format!(
        "{}/v1/customers/{CUSTOMER}/transfers/{TRANSFER}",
        server.url()
    );
    assert_eq!(
        without_times(&run.stderr),
        format!(
            "-> GET {url} [request id {id}]\n\
             <- 429 in N ms\n\
             retrying in N s: 429 Too Many Requests (rate limit)\n\
             -> GET {url} [request id {id}]\n\
             <- 200 in N ms\n"
        )
    );
}

#[test]
fn verbose_shows_each_failed_attempt() {
    let server = Server::start();
    // The server closes the connection on a request without a reply.
    let run = call(&server, &on_transfer("get", &["-v", "--retries", "1"]));
    assert_eq!(run.code, 1, "{}", run.stderr);
    let closed = "connection closed before the response was complete";
    let shown = without_times(&run.stderr);
    assert_eq!(
        shown.matches(&format!("<- {closed} after N ms\n")).count(),
        2,
        "{shown}"
    );
    assert!(
        shown.contains(&format!("retrying in N s: {closed}\n")),
        "{shown}"
    );
}

#[test]
fn more_verbose_shows_headers_without_secrets() {
    let server = Server::start();
    server.add("GET", busy("0"), true);
    server.reply("GET", 200, "{}");
    let run = call(&server, &on_transfer("get", &["-vv"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let id = server.requests()[0]
        .header("MS-RequestId")
        .unwrap()
        .to_owned();
    for line in [
        format!("->   ms-requestid: {id}"),
        "->   accept: application/json".to_owned(),
        "<-   retry-after: 0".to_owned(),
        "<-   set-cookie: <redacted>".to_owned(),
    ] {
        assert!(
            run.stderr.lines().any(|it| it == line),
            "{line}\n{}",
            run.stderr
        );
    }
    let all = run.stderr.to_lowercase();
    for secret in ["bearer", "canary"] {
        assert!(!all.contains(secret), "{secret} is in:\n{all}");
    }
    // The libraries' own logs are for `-vvv` only.
    assert!(!run.stderr.contains("hyper"), "{}", run.stderr);
    let run = call(&server, &on_transfer("get", &["-vvv"]));
    assert!(run.stderr.contains("-> GET "), "{}", run.stderr);
    assert!(run.stderr.contains("partner_center.call"), "{}", run.stderr);
}

#[test]
fn verbose_shows_the_login_without_its_secrets() {
    let server = Server::start();
    let token = r#"{"access_token":"canary-access","token_type":"Bearer","expires_in":3600}"#;
    let echo = "X-Echo: canary-PCTRANSFERS_TOKEN-canary\r\nContent-Type: application/json\r\n";
    server.add("POST", Reply::response("200 OK", echo, token), false);
    server.reply("GET", 200, "{}");
    let url = server.url();
    let mut command = command();
    let get = on_transfer("get", &["-vv", "--endpoint", &url]);
    let command = command.args(get).env("PCTRANSFERS_AUTHORITY", &url);
    let command = command.env("PCTRANSFERS_TENANT_ID", "contoso.example");
    let command = command.env("PCTRANSFERS_CLIENT_ID", "an-app");
    let run = finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let login = format!("-> POST {url}/contoso.example/oauth2/");
    assert!(run.stderr.starts_with(&login), "{}", run.stderr);
    assert_eq!(
        run.stderr.matches("<- 200 in ").count(),
        2,
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("canary"), "{}", run.stderr);
}

#[test]
fn a_wait_for_a_rate_limit_is_said_without_a_terminal() {
    let server = Server::start();
    server.add("GET", busy("0"), true);
    server.reply("GET", 200, "{}");
    for (arguments, expected) in [
        (
            &[][..],
            "Waiting N s before the next attempt: 429 Too Many Requests (rate limit)\n",
        ),
        (&["--quiet"], ""),
    ] {
        let run = call(&server, &on_transfer("get", arguments));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(without_times(&run.stderr), expected);
        server.add_first("GET", busy("0"));
    }
}

#[test]
fn a_wait_for_the_login_service_is_said_too() {
    let server = Server::start();
    server.add(
        "POST",
        Reply::response("503 -", "Retry-After: 0\r\n", ""),
        true,
    );
    server.reply(
        "POST",
        200,
        r#"{"access_token":"t","token_type":"Bearer","expires_in":3600}"#,
    );
    server.reply("GET", 200, "{}");
    let url = server.url();
    let mut command = command();
    let command = command.args(on_transfer("get", &["--endpoint", &url]));
    let command = command.env("PCTRANSFERS_AUTHORITY", &url);
    let command = command.env("PCTRANSFERS_TENANT_ID", "contoso.example");
    let command = command.env("PCTRANSFERS_CLIENT_ID", "an-app");
    let run = finish(command.env("PCTRANSFERS_CLIENT_SECRET", CANARY));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        without_times(&run.stderr),
        "Waiting N s before the next attempt: 503 Service Unavailable\n"
    );
}

/// The line stays on the terminal, and the spinner goes on below it.
#[cfg(unix)]
#[test]
fn a_wait_is_said_on_a_terminal() {
    use crate::pseudo_terminal::on_terminal;

    let server = Server::start();
    server.add("GET", busy("0"), true);
    server.reply("GET", 200, "{}");
    let url = server.url();
    let get = [&["--endpoint", &url][..], &on_transfer("get", &[])].concat();
    let (shown, code) = on_terminal(100, false, &get, &[], None);
    assert_eq!(code, 0, "{shown}");
    assert!(
        shown.contains("before the next attempt: 429 Too Many Requests"),
        "{shown}"
    );
}
