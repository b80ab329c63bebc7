//! The table of faults: what the peer does, and what comes of a call. It holds for accept and for
//! withdraw alike.
//!
//! Each line of the table is what was seen on both sides of the socket:
//!
//! - `seen`: how many requests the server saw, and with which tokens. That all of them carry the
//!   ids of the call, and that the answer or the error has the same ones, is checked for each;
//! - `waited`: the time before each further attempt;
//! - `tried`: how often the caller is told that it was tried;
//! - `ends`: `ok`, or the kind of the error, with the status if one came; `dropped` if the caller
//!   gave up, where the rest of the line is what the log says;
//! - `acted`: whether the service has acted, as the caller is told.

use std::time::Duration;

use partner_center_tests::{ATTEMPT_TIMEOUT, CALL_TIMEOUT, Reply, example_text};

use super::row::{line, row};
use super::{Operation, asks_to_wait, half, ok, status};

/// Who is at the other end.
pub(super) enum Peer {
    /// A server that does this with the first, the second and further requests.
    Http(Vec<Reply>),
    /// A server that sends the client to another one, with this status.
    Redirecting(&'static str),
    /// Nobody.
    Absent,
    /// One who resets each connection before reading from it.
    Resetting,
    /// One who knows no TLS where it is expected.
    Plain,
    /// A TLS server whose certificate nobody has reason to trust.
    Untrusted,
    /// One who lets the client begin with TLS, and never says a word.
    Mute,
}

/// When the caller drops the call.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Moment {
    FetchingAToken,
    BeforeAnAnswer,
    InTheBody,
    FetchingANewToken,
    WaitingToRetry,
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) peer: Peer,
    /// A limit that runs out.
    pub(super) spent: &'static [Duration],
    pub(super) dropped: Option<Moment>,
}

fn peer(name: &'static str, peer: Peer) -> Case {
    Case {
        name,
        peer,
        spent: &[],
        dropped: None,
    }
}

fn http<const N: usize>(name: &'static str, replies: [Reply; N]) -> Case {
    peer(name, Peer::Http(replies.into()))
}

/// Time for an attempt or for the whole call runs out.
fn late(limit: &'static [Duration], name: &'static str, reply: Reply) -> Case {
    Case {
        spent: limit,
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
    const AN_ATTEMPT: &[Duration] = &[ATTEMPT_TIMEOUT];
    const THE_CALL: &[Duration] = &[CALL_TIMEOUT];
    const INFORMED: &str = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n";
    const NO_BODY: &str = "HTTP/1.1 204 No Content\r\n\r\n";
    const STALLS: &str = "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{";
    const STALLING_REFUSAL: &str = "HTTP/1.1 403 Forbidden\r\nContent-Length: 99\r\n\r\n{";
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    const TOO_MANY: &str = "429 Too Many Requests";
    const UNAVAILABLE: &str = "503 Service Unavailable";
    const ERROR: &str = "500 Internal Server Error";
    const DENIED: &str = "401 Unauthorized";
    let html = Reply::response(
        "502 Bad Gateway",
        "Content-Type: text/html\r\n",
        &example_text("page-502.html"),
    );
    let Reply::Bytes(good) = ok() else {
        unreachable!()
    };
    let informed = Reply::Bytes([INFORMED.as_bytes(), &good].concat());
    vec![
        http("answered", [ok()]),
        http(
            "answered with half a JSON",
            [Reply::json("200 OK", "{\"orders\":[")],
        ),
        http("1xx, then answered", [informed]),
        http("1xx, then closed", [closes_after(INFORMED)]),
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
        // The connection.
        peer("connection refused", Peer::Absent),
        peer("no TLS where it is expected", Peer::Plain),
        peer("an untrusted certificate", Peer::Untrusted),
        peer("TLS that is never answered", Peer::Mute),
        peer("reset before a byte was read", Peer::Resetting),
        http("reset after the request", [Reply::Reset]),
        http("closed after the request", [closes_after("")]),
        http("half a head", [closes_after("HTTP/1.1 200 O")]),
        http("no HTTP", [closes_after("SSH-2.0-x\r\n\r\n")]),
        http("half a body of a success", [half("200 OK")]),
        http("half a body of a refusal", [half("403 Forbidden")]),
        // Time.
        late(AN_ATTEMPT, "silence beyond an attempt", Reply::Silence),
        late(THE_CALL, "silence beyond the call", Reply::Silence),
        late(
            AN_ATTEMPT,
            "a stalled body beyond an attempt",
            bytes(STALLS),
        ),
        late(THE_CALL, "a stalled body beyond the call", bytes(STALLS)),
        late(
            THE_CALL,
            "a refusal's stalled body",
            bytes(STALLING_REFUSAL),
        ),
        late(
            THE_CALL,
            "a head that drips",
            Reply::Drip("HTTP/1.1 200 OK\r\nA: ", "z"),
        ),
        late(
            THE_CALL,
            "a body that drips",
            Reply::Drip(CHUNKED, "1\r\nz\r\n"),
        ),
        late(
            AN_ATTEMPT,
            "a body that drips past an attempt",
            Reply::Drip(CHUNKED, "1\r\nz\r\n"),
        ),
        // Tokens.
        http("401, then good", [status(DENIED), ok()]),
        http("401 twice", [status(DENIED), status(DENIED), ok()]),
        // Refusals.
        http("400", [status("400 Bad Request"), ok()]),
        http("403", [status("403 Forbidden"), ok()]),
        http("404", [status("404 Not Found"), ok()]),
        http("409", [status("409 Conflict"), ok()]),
        http("501", [status("501 Not Implemented"), ok()]),
        // The service cannot have acted.
        http(
            "429 with seconds, then good",
            [asks_to_wait(TOO_MANY, "57"), ok()],
        ),
        http(
            "429 with a date, then good",
            [
                asks_to_wait(TOO_MANY, "Tue, 14 Nov 2023 22:13:27 GMT"),
                ok(),
            ],
        ),
        http("429 without a time, then good", [status(TOO_MANY), ok()]),
        http(
            "429 without end",
            [status(TOO_MANY), status(TOO_MANY), status(TOO_MANY), ok()],
        ),
        http("429 beyond the cap", [asks_to_wait(TOO_MANY, "61"), ok()]),
        http(
            "429 beyond the deadline",
            [
                asks_to_wait(TOO_MANY, "60"),
                asks_to_wait(TOO_MANY, "60"),
                ok(),
            ],
        ),
        http(
            "503 with seconds, then good",
            [asks_to_wait(UNAVAILABLE, "5"), ok()],
        ),
        // It may have acted.
        http("408", [status("408 Request Timeout"), ok()]),
        http("500", [status(ERROR), ok()]),
        http("500 with seconds", [asks_to_wait(ERROR, "5"), ok()]),
        http("502 HTML", [html, ok()]),
        http("503 without a time", [status(UNAVAILABLE), ok()]),
        http(
            "503 with nonsense for a time",
            [asks_to_wait(UNAVAILABLE, "soon"), ok()],
        ),
        http("504", [status("504 Gateway Timeout"), ok()]),
        // One after the other.
        http("429, then 500", [status(TOO_MANY), status(ERROR), ok()]),
        http("429, then reset", [status(TOO_MANY), Reply::Reset, ok()]),
        http(
            "429, then 401, then good",
            [status(TOO_MANY), status(DENIED), ok()],
        ),
        http(
            "401, then 429, then good",
            [status(DENIED), status(TOO_MANY), ok()],
        ),
        // A caller who gives up.
        dropped(
            Moment::FetchingAToken,
            "dropped without a token",
            [bytes(NO_BODY)],
        ),
        dropped(
            Moment::BeforeAnAnswer,
            "dropped before an answer",
            [Reply::Silence, ok()],
        ),
        dropped(
            Moment::InTheBody,
            "dropped in the body",
            [bytes(STALLS), ok()],
        ),
        dropped(
            Moment::FetchingANewToken,
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
async fn the_table_holds_for_both_operations() {
    let accept = table(Operation::Accept).await;
    insta::assert_snapshot!(accept, @r"
    fault                             seen         waited       tried  ends             acted
    answered                          1 t1                      1      ok               yes
    answered with half a JSON         1 t1                      1      decode 200       maybe
    1xx, then answered                1 t1                      1      ok               yes
    1xx, then closed                  1 t1                      1      interrupted      maybe
    101                               1 t1                      1      service 101      maybe
    202                               1 t1                      1      service 202      maybe
    301 to another host               1 t1                      1      service 301      maybe
    302 to another host               1 t1                      1      service 302      maybe
    303 to another host               1 t1                      1      service 303      maybe
    307 to another host               1 t1                      1      service 307      maybe
    308 to another host               1 t1                      1      service 308      maybe
    connection refused                0            400ms 800ms  3      connect          no
    no TLS where it is expected       0            400ms 800ms  3      connect          no
    an untrusted certificate          0            400ms 800ms  3      connect          no
    TLS that is never answered        0            400ms 800ms  3      connect          no
    reset before a byte was read      0                         1      interrupted      maybe
    reset after the request           1 t1                      1      interrupted      maybe
    closed after the request          1 t1                      1      interrupted      maybe
    half a head                       1 t1                      1      interrupted      maybe
    no HTTP                           1 t1                      1      interrupted      maybe
    half a body of a success          1 t1                      1      interrupted 200  maybe
    half a body of a refusal          1 t1                      1      service 403      no
    silence beyond an attempt         1 t1                      1      timeout          maybe
    silence beyond the call           1 t1                      1      timeout          maybe
    a stalled body beyond an attempt  1 t1                      1      timeout 200      maybe
    a stalled body beyond the call    1 t1                      1      timeout 200      maybe
    a refusal's stalled body          1 t1                      1      service 403      no
    a head that drips                 1 t1                      1      timeout          maybe
    a body that drips                 1 t1                      1      timeout 200      maybe
    a body that drips past an attempt 1 t1                      1      timeout 200      maybe
    401, then good                    2 t1 t2                   2      ok               yes
    401 twice                         2 t1 t2                   2      service 401      no
    400                               1 t1                      1      service 400      no
    403                               1 t1                      1      service 403      no
    404                               1 t1                      1      service 404      no
    409                               1 t1                      1      service 409      no
    501                               1 t1                      1      service 501      no
    429 with seconds, then good       2 t1 t1      57.4s        2      ok               yes
    429 with a date, then good        2 t1 t1      7.4s         2      ok               yes
    429 without a time, then good     2 t1 t1      400ms        2      ok               yes
    429 without end                   3 t1 t1 t1   400ms 800ms  3      service 429      no
    429 beyond the cap                1 t1                      1      service 429      no
    429 beyond the deadline           2 t1 t1      60.4s        2      service 429      no
    503 with seconds, then good       2 t1 t1      5.4s         2      ok               yes
    408                               1 t1                      1      service 408      maybe
    500                               1 t1                      1      service 500      maybe
    500 with seconds                  1 t1                      1      service 500      maybe
    502 HTML                          1 t1                      1      service 502      maybe
    503 without a time                1 t1                      1      service 503      maybe
    503 with nonsense for a time      1 t1                      1      service 503      maybe
    504                               1 t1                      1      service 504      maybe
    429, then 500                     2 t1 t1      400ms        2      service 500      maybe
    429, then reset                   2 t1 t1      400ms        2      interrupted      maybe
    429, then 401, then good          3 t1 t1 t2   400ms        3      ok               yes
    401, then 429, then good          3 t1 t2 t2   800ms        3      ok               yes
    dropped without a token           0                         0      dropped          no
    dropped before an answer          1 t1                      1      dropped          maybe
    dropped in the body               1 t1                      1      dropped          maybe
    dropped after 401                 1 t1                      1      dropped          no
    dropped after 429                 1 t1         400ms        1      dropped          no
    ");
    assert_eq!(accept, table(Operation::Withdraw).await);
}

async fn table(operation: Operation) -> String {
    let mut table = line(["fault", "seen", "waited", "tried", "ends", "acted"]);
    for case in cases() {
        table.push_str(&row(operation, &case).await);
    }
    table
}
