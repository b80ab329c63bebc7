//! The table of failures: what the peer does, and how a call ends. It is the same for accept and
//! withdraw. The columns:
//!
//! - `requests`: the number of requests that the server received, and their tokens;
//! - `sleeps`: the delay before each further attempt;
//! - `attempts`: the number of attempts in the response or error;
//! - `result`: `ok`, or the kind of error and its status; `dropped` if the caller dropped the call,
//!   where `attempts` and `applied` come from the log;
//! - `applied`: whether the call was applied, as the response or error says.
//!
//! For each case the requests, the response or error, and the log have the same ids.

use std::time::Duration;

use partner_center_tests::{ATTEMPT_TIMEOUT, CALL_TIMEOUT, Reply, example_text};

use super::run_case::{Case, Moment, Peer, row, run_case};
use super::{Operation, ok, retry_after, status};

fn peer(name: &'static str, peer: Peer) -> Case {
    Case {
        name,
        peer,
        expiring: &[],
        dropped: None,
    }
}

fn http<const N: usize>(name: &'static str, replies: [Reply; N]) -> Case {
    peer(name, Peer::Http(replies.into()))
}

/// The time limit of an attempt or of the whole call expires.
fn timeout(limit: &'static [Duration], name: &'static str, reply: Reply) -> Case {
    Case {
        expiring: limit,
        ..http(name, [reply])
    }
}

fn dropped<const N: usize>(moment: Moment, name: &'static str, replies: [Reply; N]) -> Case {
    Case {
        dropped: Some(moment),
        ..http(name, replies)
    }
}

fn bytes(text: &str) -> Reply {
    Reply::Bytes(text.into())
}

fn closes_after(text: &str) -> Reply {
    Reply::BytesThenClose(text.into())
}

#[expect(clippy::too_many_lines, reason = "a table")]
fn cases() -> Vec<Case> {
    const ATTEMPT: &[Duration] = &[ATTEMPT_TIMEOUT];
    const CALL: &[Duration] = &[CALL_TIMEOUT];
    const INFORMATIONAL: &str = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    const NO_BODY: &str = "HTTP/1.1 204 No Content\r\n\r\n";
    const STALLED: &str = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{";
    const STALLED_403: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\n{";
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const TOO_MANY: &str = "429 Too Many Requests";
    const UNAVAILABLE: &str = "503 Service Unavailable";
    const ERROR: &str = "500 Internal Server Error";
    const DENIED: &str = "401 Unauthorized";
    const CONFLICT: &str = "409 Conflict";
    let html = Reply::response(
        "502 Bad Gateway",
        "Content-Type: text/html\r\n",
        &example_text("page-502.html"),
    );
    let Reply::Bytes(good) = ok() else {
        unreachable!()
    };
    let informational = Reply::Bytes([INFORMATIONAL.as_bytes(), &good].concat());
    vec![
        http("200", [ok()]),
        http(
            "200 with incomplete JSON",
            [Reply::json("200 OK", "{\"orders\":[")],
        ),
        http("1xx, then 200", [informational]),
        http("1xx, then closed", [closes_after(INFORMATIONAL)]),
        http("101", [bytes("HTTP/1.1 101 Switching Protocols\r\n\r\n")]),
        http("202", [status("202 Accepted")]),
        peer(
            "301 to another host",
            Peer::Redirecting("301 Moved Permanently"),
        ),
        peer("302 to another host", Peer::Redirecting("302 Found")),
        peer("303 to another host", Peer::Redirecting("303 See Other")),
        peer(
            "307 to another host",
            Peer::Redirecting("307 Temporary Redirect"),
        ),
        peer(
            "308 to another host",
            Peer::Redirecting("308 Permanent Redirect"),
        ),
        // Connections.
        peer("connection refused", Peer::Absent),
        peer("no TLS", Peer::NoTls),
        peer("untrusted certificate", Peer::UntrustedTls),
        peer("TLS handshake without an answer", Peer::SilentTls),
        peer("reset before the request", Peer::Resetting),
        http("reset after the request", [Reply::Reset]),
        http("closed after the request", [closes_after("")]),
        http("truncated head", [closes_after("HTTP/1.1 200 O")]),
        http("not HTTP", [closes_after("SSH-2.0-x\r\n\r\n")]),
        http(
            "truncated body of a success",
            [Reply::truncated("200 OK", "{")],
        ),
        http(
            "truncated body of a 403",
            [Reply::truncated("403 Forbidden", "{")],
        ),
        // Time limits.
        timeout(ATTEMPT, "no response, attempt timeout", Reply::Silence),
        timeout(CALL, "no response, call timeout", Reply::Silence),
        timeout(ATTEMPT, "stalled body, attempt timeout", bytes(STALLED)),
        timeout(CALL, "stalled body, call timeout", bytes(STALLED)),
        timeout(CALL, "stalled body of a 403", bytes(STALLED_403)),
        timeout(
            CALL,
            "slow head, call timeout",
            Reply::Drip("HTTP/1.1 200 OK\r\nA: ", "z"),
        ),
        timeout(
            CALL,
            "slow body, call timeout",
            Reply::Drip(CHUNKED, "1\r\nz\r\n"),
        ),
        timeout(
            ATTEMPT,
            "slow body, attempt timeout",
            Reply::Drip(CHUNKED, "1\r\nz\r\n"),
        ),
        // Tokens.
        http("401, then 200", [status(DENIED), ok()]),
        http("401 twice", [status(DENIED), status(DENIED), ok()]),
        // Rejections.
        http("400", [status("400 Bad Request"), ok()]),
        http("403", [status("403 Forbidden"), ok()]),
        http("404", [status("404 Not Found"), ok()]),
        http("409", [status(CONFLICT), ok()]),
        http("501", [status("501 Not Implemented"), ok()]),
        // Certainly not applied.
        http(
            "429 with seconds, then 200",
            [retry_after(TOO_MANY, "57"), ok()],
        ),
        http(
            "429 with a date, then 200",
            [retry_after(TOO_MANY, "Tue, 14 Nov 2023 22:13:27 GMT"), ok()],
        ),
        http("429 without a time, then 200", [status(TOO_MANY), ok()]),
        http(
            "429 three times",
            [status(TOO_MANY), status(TOO_MANY), status(TOO_MANY), ok()],
        ),
        http(
            "429 with more than the cap",
            [retry_after(TOO_MANY, "61"), ok()],
        ),
        http(
            "429 past the call timeout",
            [
                retry_after(TOO_MANY, "60"),
                retry_after(TOO_MANY, "60"),
                ok(),
            ],
        ),
        http(
            "503 with seconds, then 200",
            [retry_after(UNAVAILABLE, "5"), ok()],
        ),
        // Possibly applied.
        http("408", [status("408 Request Timeout"), ok()]),
        http("500", [status(ERROR), ok()]),
        http("500 with seconds", [retry_after(ERROR, "5"), ok()]),
        http("502 HTML", [html, ok()]),
        http("503 without a time", [status(UNAVAILABLE), ok()]),
        http(
            "503 with an invalid time",
            [retry_after(UNAVAILABLE, "soon"), ok()],
        ),
        http("504", [status("504 Gateway Timeout"), ok()]),
        // Sequences.
        http("429, then 500", [status(TOO_MANY), status(ERROR), ok()]),
        http("429, then reset", [status(TOO_MANY), Reply::Reset, ok()]),
        // The first attempt may have done what the second one is refused for.
        http("429, then 409", [status(TOO_MANY), status(CONFLICT)]),
        http(
            "503 with seconds, then 409",
            [retry_after(UNAVAILABLE, "5"), status(CONFLICT)],
        ),
        http("401, then 409", [status(DENIED), status(CONFLICT)]),
        http(
            "429, then 401, then 200",
            [status(TOO_MANY), status(DENIED), ok()],
        ),
        http(
            "401, then 429, then 200",
            [status(DENIED), status(TOO_MANY), ok()],
        ),
        // Dropped calls.
        dropped(
            Moment::FetchingToken,
            "dropped before the token",
            [bytes(NO_BODY)],
        ),
        dropped(
            Moment::BeforeResponse,
            "dropped before the response",
            [Reply::Silence, ok()],
        ),
        dropped(
            Moment::InBody,
            "dropped in the body",
            [bytes(STALLED), ok()],
        ),
        dropped(
            Moment::FetchingNewToken,
            "dropped after 401",
            [status(DENIED), ok()],
        ),
        dropped(
            Moment::WaitingToRetry,
            "dropped after 429",
            [status(TOO_MANY), ok()],
        ),
    ]
}

#[tokio::test]
async fn each_failure_ends_as_listed_for_accept_and_withdraw() {
    let accept = table(Operation::Accept).await;
    insta::assert_snapshot!(accept, @r"
    case                              requests     sleeps       attempts  result           applied
    200                               1 t1                      1         ok               yes
    200 with incomplete JSON          1 t1                      1         decode 200       maybe
    1xx, then 200                     1 t1                      1         ok               yes
    1xx, then closed                  1 t1                      1         interrupted      maybe
    101                               1 t1                      1         service 101      maybe
    202                               1 t1                      1         service 202      maybe
    301 to another host               1 t1                      1         service 301      maybe
    302 to another host               1 t1                      1         service 302      maybe
    303 to another host               1 t1                      1         service 303      maybe
    307 to another host               1 t1                      1         service 307      maybe
    308 to another host               1 t1                      1         service 308      maybe
    connection refused                0            400ms 800ms  3         connect          no
    no TLS                            0            400ms 800ms  3         connect          no
    untrusted certificate             0            400ms 800ms  3         connect          no
    TLS handshake without an answer   0            400ms 800ms  3         connect          no
    reset before the request          0                         1         interrupted      maybe
    reset after the request           1 t1                      1         interrupted      maybe
    closed after the request          1 t1                      1         interrupted      maybe
    truncated head                    1 t1                      1         interrupted      maybe
    not HTTP                          1 t1                      1         interrupted      maybe
    truncated body of a success       1 t1                      1         interrupted 200  maybe
    truncated body of a 403           1 t1                      1         service 403      no
    no response, attempt timeout      1 t1                      1         timeout          maybe
    no response, call timeout         1 t1                      1         timeout          maybe
    stalled body, attempt timeout     1 t1                      1         timeout 200      maybe
    stalled body, call timeout        1 t1                      1         timeout 200      maybe
    stalled body of a 403             1 t1                      1         service 403      no
    slow head, call timeout           1 t1                      1         timeout          maybe
    slow body, call timeout           1 t1                      1         timeout 200      maybe
    slow body, attempt timeout        1 t1                      1         timeout 200      maybe
    401, then 200                     2 t1 t2                   2         ok               yes
    401 twice                         2 t1 t2                   2         service 401      no
    400                               1 t1                      1         service 400      no
    403                               1 t1                      1         service 403      no
    404                               1 t1                      1         service 404      maybe
    409                               1 t1                      1         service 409      no
    501                               1 t1                      1         service 501      maybe
    429 with seconds, then 200        2 t1 t1      57.4s        2         ok               yes
    429 with a date, then 200         2 t1 t1      7.4s         2         ok               yes
    429 without a time, then 200      2 t1 t1      400ms        2         ok               yes
    429 three times                   3 t1 t1 t1   400ms 800ms  3         service 429      no
    429 with more than the cap        1 t1                      1         service 429      no
    429 past the call timeout         2 t1 t1      60.4s        2         service 429      no
    503 with seconds, then 200        2 t1 t1      5.4s         2         ok               yes
    408                               1 t1                      1         service 408      maybe
    500                               1 t1                      1         service 500      maybe
    500 with seconds                  1 t1                      1         service 500      maybe
    502 HTML                          1 t1                      1         service 502      maybe
    503 without a time                1 t1                      1         service 503      maybe
    503 with an invalid time          1 t1                      1         service 503      maybe
    504                               1 t1                      1         service 504      maybe
    429, then 500                     2 t1 t1      400ms        2         service 500      maybe
    429, then reset                   2 t1 t1      400ms        2         interrupted      maybe
    429, then 409                     2 t1 t1      400ms        2         service 409      maybe
    503 with seconds, then 409        2 t1 t1      5.4s         2         service 409      maybe
    401, then 409                     2 t1 t2                   2         service 409      no
    429, then 401, then 200           3 t1 t1 t2   400ms        3         ok               yes
    401, then 429, then 200           3 t1 t2 t2   800ms        3         ok               yes
    dropped before the token          0                         0         dropped          no
    dropped before the response       1 t1                      1         dropped          maybe
    dropped in the body               1 t1                      1         dropped          maybe
    dropped after 401                 1 t1                      1         dropped          no
    dropped after 429                 1 t1         400ms        1         dropped          no
    ");
    assert_eq!(accept, table(Operation::Withdraw).await);
}

async fn table(operation: Operation) -> String {
    let mut table = row([
        "case", "requests", "sleeps", "attempts", "result", "applied",
    ]);
    for case in cases() {
        table.push_str(&run_case(operation, &case).await);
    }
    table
}
