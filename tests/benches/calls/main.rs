//! The overhead of the client: `cargo bench -p partner-center-benches` compares an accept through the
//! client (ids, retries, limits, spans, cached token) to the same request through hyper, reqwest and
//! the clients that progenitor and openapi-generator generate from the same document.
//!
//! All sides use one server, a process of its own, and decode the same response. hyper and reqwest
//! decode it once into plain derived types, as a user would write them, and once into the types of
//! this client: two different questions. They and the generated clients send the same ids in each
//! call. One row of reqwest makes new ids, as this client does and any program has to.
//!
//! The sides take turns, and each round gives a ratio, so a machine that slows down slows all of
//! them. Harnesses that measure one side after the other (criterion, divan) would report that as a
//! difference. A ratio above 1 is faster than reqwest with plain types and the same ids.
//!
//! Everything is measured with one call at a time and with 64 in flight, without a subscriber and
//! with one that formats spans. The generated clients have no spans, and run without it.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

#[expect(unreachable_pub, reason = "the tests export it")]
#[path = "../../src/fixed_server.rs"]
mod fixed_server;
#[path = "../peers/measure.rs"]
mod measure;
mod peers;
#[path = "../support/plain.rs"]
mod plain;
#[expect(
    dead_code,
    unreachable_pub,
    reason = "the tests use all, and export them"
)]
#[path = "../../src/published.rs"]
mod published;
mod server;
mod sides;

use std::hint::black_box;
use std::net::SocketAddr;

use measure::{Round, Worker, measure, round};
use partner_center_transfers::types::TransferSubmitResult;
use peers::Peer;
use serde::de::DeserializeOwned;
use sides::{Hyper, Ours, Reqwest, new_ids, same_ids};
use tokio::runtime::Runtime;
use tracing::Dispatch;
use tracing_subscriber::fmt::format::FmtSpan;

/// The published response to an accept.
const RESPONSE: &str = include_str!("../../../spec/examples/accept-transfer-partial.json");
const ROUNDS: usize = 101;
/// Per round; divisible by the calls in flight.
const CALLS: usize = 128;

/// A side's name, and what measures a round of it. The first one is the base of the ratios.
type Row<'a> = (String, Box<dyn FnMut(bool) -> Round + 'a>);

fn main() {
    if server::is_asked_for() {
        return server::serve(RESPONSE);
    }
    let server = server::start();
    let address = server.address;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut peers = peers::start(address);
    let ways = [(1, "one at a time"), (64, "64 in flight")];

    println!("{ROUNDS} rounds of {CALLS} accepts on loopback, taking turns; median (quartiles)");
    for (in_flight, how) in ways {
        let mut rows = sides(&runtime, address, in_flight);
        let peers = peers.iter_mut();
        rows.extend(peers.map(|(name, peer)| peer_row(name, peer, in_flight)));
        table(&format!("without a subscriber, {how}"), &mut rows);
    }
    // Not earlier: one that exists costs each call something, even where it is not the default.
    let subscriber = Dispatch::new(formatting());
    tracing::dispatcher::with_default(&subscriber, || {
        for (in_flight, how) in ways {
            let mut rows = sides(&runtime, address, in_flight);
            table(&format!("with a subscriber, {how}"), &mut rows);
        }
    });
    let mut rows = vec![
        (
            "plain types".to_owned(),
            decoding::<plain::TransferSubmitResult>(RESPONSE),
        ),
        (
            "our types".to_owned(),
            decoding::<TransferSubmitResult>(RESPONSE),
        ),
    ];
    table("decoding alone", &mut rows);
}

fn formatting() -> impl tracing::Subscriber + Send + Sync {
    tracing_subscriber::fmt()
        .with_ansi(false)
        .with_writer(std::io::sink)
        .with_span_events(FmtSpan::CLOSE)
        .finish()
}

fn sides(runtime: &Runtime, address: SocketAddr, in_flight: usize) -> Vec<Row<'_>> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let client = Ours::client(address);
    vec![
        row("reqwest, plain types", runtime, in_flight, || {
            Reqwest::<plain::TransferSubmitResult>::new(http.clone(), address, same_ids)
        }),
        row("reqwest, plain types, new ids", runtime, in_flight, || {
            Reqwest::<plain::TransferSubmitResult>::new(http.clone(), address, new_ids)
        }),
        row("reqwest, our types", runtime, in_flight, || {
            Reqwest::<TransferSubmitResult>::new(http.clone(), address, same_ids)
        }),
        row("hyper, plain types", runtime, in_flight, || {
            Hyper::<plain::TransferSubmitResult>::new(runtime, address)
        }),
        row("hyper, our types", runtime, in_flight, || {
            Hyper::<TransferSubmitResult>::new(runtime, address)
        }),
        row("this client", runtime, in_flight, || {
            Ours::new(client.clone())
        }),
    ]
}

fn row<'a, W: Worker>(
    name: &str,
    runtime: &'a Runtime,
    in_flight: usize,
    worker: impl Fn() -> W,
) -> Row<'a> {
    let mut workers: Vec<W> = (0..in_flight).map(|_| worker()).collect();
    let measured = move |count| round(runtime, &mut workers, CALLS, count);
    (name.to_owned(), Box::new(measured))
}

fn peer_row<'a>(name: &str, peer: &'a mut Peer, in_flight: usize) -> Row<'a> {
    let measured = move |count| peer.round(CALLS, in_flight, count);
    (name.to_owned(), Box::new(measured))
}

fn decoding<T: DeserializeOwned>(text: &str) -> Box<dyn FnMut(bool) -> Round + '_> {
    Box::new(|count| {
        measure(count, || {
            for _ in 0..CALLS {
                black_box(serde_json::from_str::<T>(text).unwrap());
            }
        })
    })
}

/// Measures the rows in turn, and prints them.
fn table(title: &str, rows: &mut [Row<'_>]) {
    let mut rounds = vec![Vec::with_capacity(ROUNDS); rows.len()];
    for turn in 0..ROUNDS {
        for at in 0..rows.len() {
            // Each round starts with another side.
            let at = (at + turn) % rows.len();
            // Not counted: the side before has filled the caches with its own code, and a peer, which is a
            // process of its own, more so than the others.
            rows[at].1(false);
            rounds[at].push(rows[at].1(false));
        }
    }
    println!(
        "\n{title:<36} {:>10} {:>26} {:>26} {:>12}",
        "a call", "wall ratio", "CPU ratio", "allocations"
    );
    for (at, (name, measured)) in rows.iter_mut().enumerate() {
        let ratios = |time: fn(&Round) -> f64| {
            let pairs = rounds[0].iter().zip(&rounds[at]);
            spread(pairs.map(|(base, own)| time(base) / time(own)))
        };
        let calls = u32::try_from(CALLS).unwrap();
        let micros = spread(
            rounds[at]
                .iter()
                .map(|own| (own.wall / calls).as_secs_f64() * 1e6),
        );
        println!(
            "{name:<36} {:>7.1} us {:>26} {:>26} {:>12}",
            micros[1],
            shown(ratios(|round| round.wall.as_secs_f64())),
            shown(ratios(|round| round.cpu.as_secs_f64())),
            measured(true).allocations / u64::from(calls),
        );
    }
}

fn shown([lower, median, upper]: [f64; 3]) -> String {
    format!("{median:.3} ({lower:.3} to {upper:.3})")
}

/// The lower quartile, the median and the upper quartile.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}
