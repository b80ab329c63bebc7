//! Runs one case: starts the peer, makes the call, and reports what each side observed.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use partner_center_tests::{
    FakeRuntime, Log, NumberedTokens, Reply, Request, ScriptedServer, settle,
};
use partner_center_transfers::{Error, RetryPolicy};
use tracing_subscriber::filter::LevelFilter;

use super::{Operation, Sent, client_of, describe, ok, poll_once, send, unused_port};

/// The other end of the connection.
pub(super) enum Peer {
    /// A server with these replies to the requests.
    Http(Vec<Reply>),
    /// A server that redirects to another one with this status.
    Redirecting(&'static str),
    /// No server.
    Absent,
    /// A server that resets each connection before it reads.
    Resetting,
    /// A server without TLS where TLS is expected.
    NoTls,
    /// A TLS server with a certificate that is not trusted.
    UntrustedTls,
    /// A server that never answers the TLS handshake.
    SilentTls,
}

/// When the caller drops the call.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Moment {
    FetchingToken,
    BeforeResponse,
    InBody,
    FetchingNewToken,
    WaitingToRetry,
}

pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) peer: Peer,
    /// The time limit that expires.
    pub(super) expiring: &'static [Duration],
    pub(super) dropped: Option<Moment>,
}

pub(super) fn row(cells: [&str; 6]) -> String {
    let [name, requests, sleeps, attempts, result, applied] = cells;
    format!("{name:<34}{requests:<13}{sleeps:<13}{attempts:<10}{result:<17}{applied}\n")
}

pub(super) async fn run_case(operation: Operation, case: &Case) -> String {
    let name = format!("{operation:?}: {}", case.name);
    let other = ScriptedServer::start([]).await;
    let (server, url) = set_up(&case.peer, other.url()).await;
    let credential = match case.dropped {
        Some(Moment::FetchingToken) => NumberedTokens::up_to(0),
        Some(Moment::FetchingNewToken) => NumberedTokens::up_to(1),
        _ => NumberedTokens::default(),
    };
    let runtime = match case.dropped {
        Some(Moment::WaitingToRetry) => FakeRuntime::stuck(),
        _ => FakeRuntime::expiring(case.expiring),
    };
    let retry = RetryPolicy::default();
    let client = client_of(&url, Arc::clone(&runtime), retry, credential.clone());

    let requests = || {
        let read = server
            .as_ref()
            .map(ScriptedServer::requests)
            .unwrap_or_default();
        // A TLS peer also reads bytes that are not HTTP.
        read.into_iter()
            .filter(|read| read.head.contains("HTTP/1.1\r\n"))
    };
    let log = Log::capture(LevelFilter::WARN);
    // The HTTP library's connect timeout uses Tokio's clock, which jumps ahead while it is paused.
    let silent = matches!(case.peer, Peer::SilentTls);
    if silent {
        tokio::time::pause();
    }
    let mut call = Box::pin(send(&client, operation));
    let result = match case.dropped {
        None => Some(call.await),
        Some(moment) => {
            let reached = || match moment {
                Moment::FetchingToken => credential.fetches() == 1,
                Moment::BeforeResponse | Moment::InBody => requests().count() == 1,
                Moment::FetchingNewToken => credential.fetches() == 2,
                Moment::WaitingToRetry => runtime.sleeps().len() == 1,
            };
            while !reached() {
                poll_all(&mut call, &name).await;
            }
            if moment == Moment::InBody {
                // The client reads the head a little later than the server has the request.
                for _ in 0..200 {
                    poll_all(&mut call, &name).await;
                }
            }
            drop(call);
            // A request sent after the drop would arrive now.
            settle().await;
            None
        }
    };
    if silent {
        tokio::time::resume();
    }

    let log = log.text();
    let observed = observe(result, &log, &name);
    let requests: Vec<Request> = requests().collect();
    for request in &requests {
        for (header_name, id) in [
            ("ms-requestid", &observed.request_id),
            ("ms-correlationid", &observed.correlation_id),
        ] {
            let sent = request.header(header_name).unwrap();
            assert_eq!(sent, id, "{name}: {header_name}");
        }
    }
    if matches!(case.peer, Peer::Http(_) | Peer::Redirecting(_)) {
        assert_eq!(requests.len().to_string(), observed.attempts, "{name}");
    } else if let Some(server) = &server {
        let read = format!("{:?}", server.requests());
        assert!(!read.to_lowercase().contains("bearer"), "{name}: {read}");
    }
    assert_eq!(other.connections(), 0, "{name}");

    let tokens: Vec<String> = requests
        .iter()
        .filter_map(|request| request.header("authorization"))
        .map(|value| value.replace("Bearer ", ""))
        .collect();
    let sleeps: Vec<String> = runtime
        .sleeps()
        .iter()
        .map(|sleep| format!("{sleep:?}"))
        .collect();
    let requests = format!("{} {}", requests.len(), tokens.join(" "));
    row([
        case.name,
        requests.trim_end(),
        &sleeps.join(" "),
        &observed.attempts,
        &observed.outcome,
        &observed.applied,
    ])
}

/// The peer, if there is one, and its URL.
async fn set_up(peer: &Peer, other: &str) -> (Option<ScriptedServer>, String) {
    let server = match peer {
        Peer::Http(replies) => ScriptedServer::start(replies.clone()).await,
        Peer::Redirecting(status) => {
            let location = format!("Location: {other}/\r\n");
            ScriptedServer::start([Reply::response(status, &location, ""), ok()]).await
        }
        Peer::Absent => return (None, unused_port().await),
        Peer::Resetting => ScriptedServer::start_resetting().await,
        Peer::NoTls => ScriptedServer::start_raw(b"HTTP/1.1 200 OK\r\n\r\n").await,
        Peer::UntrustedTls => ScriptedServer::start_untrusted_tls().await,
        Peer::SilentTls => ScriptedServer::start_silent().await,
    };
    let url = match peer {
        Peer::NoTls | Peer::UntrustedTls | Peer::SilentTls => server.https_url(),
        _ => server.url().to_owned(),
    };
    (Some(server), url)
}

/// Polls the call, and then the server.
async fn poll_all<T: Debug>(call: &mut Pin<Box<impl Future<Output = T>>>, name: &str) {
    assert!(poll_once(call).is_none(), "{name}");
    tokio::task::yield_now().await;
}

/// What the caller observes.
struct Observed {
    attempts: String,
    outcome: String,
    applied: String,
    request_id: String,
    correlation_id: String,
}

fn observe(result: Option<Result<Sent, Error>>, log: &str, name: &str) -> Observed {
    match result {
        Some(Ok(sent)) => Observed {
            attempts: sent.attempts.to_string(),
            outcome: "ok".to_owned(),
            applied: "yes".to_owned(),
            request_id: sent.request_id.to_string(),
            correlation_id: sent.correlation_id.to_string(),
        },
        Some(Err(error)) => Observed {
            attempts: error.attempts().to_string(),
            outcome: describe(&error),
            applied: applied(error.may_have_been_applied()),
            request_id: error.request_id().unwrap().to_string(),
            correlation_id: error.correlation_id().unwrap().to_string(),
        },
        None => {
            let cancelled = log
                .lines()
                .find(|line| line.contains("the call was cancelled"));
            let cancelled = cancelled.unwrap_or_else(|| panic!("{name}: {log}"));
            let value = |field: &str| {
                let (_, rest) = cancelled.split_once(&format!("{field}=")).unwrap();
                rest.split([' ', '}']).next().unwrap().to_owned()
            };
            Observed {
                attempts: value(" attempts"),
                outcome: "dropped".to_owned(),
                applied: applied(value(" may_have_been_applied") == "true"),
                request_id: value("ms.request_id"),
                correlation_id: value("ms.correlation_id"),
            }
        }
    }
}

fn applied(maybe: bool) -> String {
    if maybe { "maybe" } else { "no" }.to_owned()
}
