//! One line of the table: the peer is set up, the call is made, and both sides say what they saw.

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;

use partner_center_tests::{
    FakeRuntime, Log, NumberedTokens, Reply, Request, ScriptedServer, settle,
};
use partner_center_transfers::{Error, RetryPolicy};
use tracing_subscriber::filter::LevelFilter;

use super::table::{Case, Moment, Peer};
use super::{Operation, Sent, client_of, describe, deserted, ok, polled, send};

pub(super) fn line(cells: [&str; 6]) -> String {
    let [name, seen, waited, tried, ends, acted] = cells;
    format!("{name:<34}{seen:<13}{waited:<13}{tried:<7}{ends:<17}{acted}\n")
}

pub(super) async fn row(operation: Operation, case: &Case) -> String {
    let name = format!("{operation:?}: {}", case.name);
    let elsewhere = ScriptedServer::start([]).await;
    let (server, url) = set_up(&case.peer, elsewhere.url()).await;
    let credential = match case.dropped {
        Some(Moment::FetchingAToken) => NumberedTokens::up_to(0),
        Some(Moment::FetchingANewToken) => NumberedTokens::up_to(1),
        _ => NumberedTokens::default(),
    };
    let runtime = match case.dropped {
        Some(Moment::WaitingToRetry) => FakeRuntime::stuck(),
        _ => FakeRuntime::expiring(case.spent),
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
    // That the limit for connecting runs out is the HTTP library's to see, with Tokio's clock: it
    // jumps ahead where nothing else is to come.
    let mute = matches!(case.peer, Peer::Mute);
    if mute {
        tokio::time::pause();
    }
    let mut call = Box::pin(send(&client, operation));
    let result = match case.dropped {
        None => Some(call.await),
        Some(moment) => {
            let reached = || match moment {
                Moment::FetchingAToken => credential.fetches() == 1,
                Moment::BeforeAnAnswer | Moment::InTheBody => requests().count() == 1,
                Moment::FetchingANewToken => credential.fetches() == 2,
                Moment::WaitingToRetry => runtime.sleeps().len() == 1,
            };
            while !reached() {
                give_turn(&mut call, &name).await;
            }
            if moment == Moment::InTheBody {
                // The head is on its way a little after the request has been seen.
                for _ in 0..200 {
                    give_turn(&mut call, &name).await;
                }
            }
            drop(call);
            // Time enough for what is not to be sent.
            settle().await;
            None
        }
    };
    if mute {
        tokio::time::resume();
    }

    let log = log.text();
    let told = told(result, &log, &name);
    let requests: Vec<Request> = requests().collect();
    for request in &requests {
        for (header_name, id) in [
            ("ms-requestid", &told.request_id),
            ("ms-correlationid", &told.correlation_id),
        ] {
            let sent = request.header(header_name).unwrap();
            assert_eq!(sent, id, "{name}: {header_name}");
        }
    }
    if matches!(case.peer, Peer::Http(_) | Peer::Redirecting(_)) {
        assert_eq!(requests.len().to_string(), told.tried, "{name}");
    } else if let Some(server) = &server {
        let read = format!("{:?}", server.requests());
        assert!(!read.to_lowercase().contains("bearer"), "{name}: {read}");
    }
    // Neither a connection nor a token.
    assert_eq!(elsewhere.connections(), 0, "{name}");

    let tokens: Vec<String> = requests
        .iter()
        .filter_map(|request| request.header("authorization"))
        .map(|value| value.replace("Bearer ", ""))
        .collect();
    let waits: Vec<String> = runtime
        .sleeps()
        .iter()
        .map(|wait| format!("{wait:?}"))
        .collect();
    let seen = format!("{} {}", requests.len(), tokens.join(" "));
    line([
        case.name,
        seen.trim_end(),
        &waits.join(" "),
        &told.tried,
        &told.ends,
        &told.acted,
    ])
}

/// The peer, if there is one, and its URL.
async fn set_up(peer: &Peer, elsewhere: &str) -> (Option<ScriptedServer>, String) {
    let server = match peer {
        Peer::Http(replies) => ScriptedServer::start(replies.clone()).await,
        Peer::Redirecting(status) => {
            let location = format!("Location: {elsewhere}/\r\n");
            ScriptedServer::start([Reply::response(status, &location, ""), ok()]).await
        }
        Peer::Absent => return (None, deserted().await),
        Peer::Resetting => ScriptedServer::start_resetting().await,
        Peer::Plain => ScriptedServer::start_raw(b"HTTP/1.1 200 OK\r\n\r\n").await,
        Peer::Untrusted => ScriptedServer::start_untrusted_tls().await,
        Peer::Mute => ScriptedServer::start_silent().await,
    };
    let url = match peer {
        Peer::Plain | Peer::Untrusted | Peer::Mute => server.https_url(),
        _ => server.url().to_owned(),
    };
    (Some(server), url)
}

/// Lets the call go on, and then all others.
async fn give_turn<T: Debug>(call: &mut Pin<Box<impl Future<Output = T>>>, name: &str) {
    assert!(polled(call).is_none(), "{name}");
    tokio::task::yield_now().await;
}

/// What the caller is told.
struct Told {
    tried: String,
    ends: String,
    acted: String,
    request_id: String,
    correlation_id: String,
}

fn told(result: Option<Result<Sent, Error>>, log: &str, name: &str) -> Told {
    match result {
        Some(Ok(sent)) => Told {
            tried: sent.attempts.to_string(),
            ends: "ok".to_owned(),
            acted: "yes".to_owned(),
            request_id: sent.request_id.to_string(),
            correlation_id: sent.correlation_id.to_string(),
        },
        Some(Err(error)) => Told {
            tried: error.attempts().to_string(),
            ends: describe(&error),
            acted: acted(error.may_have_been_applied()),
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
            Told {
                tried: value(" attempts"),
                ends: "dropped".to_owned(),
                acted: acted(value(" may_have_been_applied") == "true"),
                request_id: value("ms.request_id"),
                correlation_id: value("ms.correlation_id"),
            }
        }
    }
}

fn acted(maybe: bool) -> String {
    if maybe { "maybe" } else { "no" }.to_owned()
}
