//! The overhead of the client: `cargo bench -p partner-center-tests` compares an accept through the
//! client (ids, retries, limits, spans, cached token), with and without a subscriber that formats
//! spans, to the same request through hyper and reqwest.
//!
//! All sides use one server and decode the same response into the same type. They take turns, and
//! each round gives a ratio, so a machine that slows down slows all sides. Harnesses that measure one
//! side after the other (criterion, divan) would report that as a difference. A ratio above 1 is
//! faster than reqwest.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::hint::black_box;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http1::SendRequest;
use partner_center_tests::{
    CORRELATION_ID, CUSTOMER, NumberedTokens, REQUEST_ID, TOKEN, TRANSFER, example_text,
};
use partner_center_transfers::Client;
use partner_center_transfers::types::TransferSubmitResult;
use tokio::runtime::Runtime;
use tracing::Dispatch;
use tracing_subscriber::fmt::format::FmtSpan;

const ROUNDS: usize = 101;
const CALLS: usize = 100;

fn main() {
    let address = serve(&example_text("accept-transfer-partial.json"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut sides = [
        ("reqwest", Side::reqwest(address)),
        ("hyper", Side::hyper(&runtime, address)),
        ("this client", Side::client(address, false)),
        ("... traced", Side::client(address, true)),
    ];

    // Opens the connections and warms the code up.
    for (_, side) in &mut sides {
        side.round(&runtime);
    }
    let mut times = vec![Vec::with_capacity(ROUNDS); sides.len()];
    for round in 0..ROUNDS {
        for turn in 0..sides.len() {
            // Each round starts with another side.
            let at = (turn + round) % sides.len();
            times[at].push(sides[at].1.round(&runtime));
        }
    }

    println!("{ROUNDS} rounds of {CALLS} accepts on loopback, one at a time, taking turns");
    println!(
        "{:<12} {:>10} {:>26} {:>12}",
        "", "a call", "ratio to reqwest", "allocations"
    );
    for (at, (name, side)) in sides.iter_mut().enumerate() {
        let ratios = spread(
            times[0]
                .iter()
                .zip(&times[at])
                .map(|(base, own)| base.as_secs_f64() / own.as_secs_f64()),
        );
        let calls = u32::try_from(CALLS).unwrap();
        let micros = spread(
            times[at]
                .iter()
                .map(|time| (*time / calls).as_secs_f64() * 1e6),
        );
        println!(
            "{name:<12} {:>7.1} us {:>9.3} ({:.3} to {:.3}) {:>12}",
            micros[1],
            ratios[1],
            ratios[0],
            ratios[2],
            side.allocations(&runtime),
        );
    }
    let decode = decoding(&example_text("accept-transfer-partial.json"));
    println!("decoding alone: {decode:.1} us");
}

/// The lower quartile, the median and the upper quartile.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}

/// The time to decode a response, in microseconds.
fn decoding(text: &str) -> f64 {
    let calls = 10_000;
    let start = Instant::now();
    for _ in 0..calls {
        black_box(serde_json::from_slice::<TransferSubmitResult>(text.as_bytes()).unwrap());
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
}

enum Side {
    Hyper(SendRequest<Empty<Bytes>>, SocketAddr),
    Reqwest(reqwest::Client, String),
    Client(Client, Option<Dispatch>),
}

impl Side {
    fn hyper(runtime: &Runtime, address: SocketAddr) -> Self {
        runtime.block_on(async {
            let stream = tokio::net::TcpStream::connect(address).await.unwrap();
            let io = hyper_util::rt::TokioIo::new(stream);
            let (sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            Self::Hyper(sender, address)
        })
    }

    fn reqwest(address: SocketAddr) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self::Reqwest(client, format!("http://{address}{}", path()))
    }

    fn client(address: SocketAddr, traced: bool) -> Self {
        let client = Client::builder()
            .endpoint(format!("http://{address}"))
            .credential(NumberedTokens::default())
            .build()
            .unwrap();
        let subscriber = tracing_subscriber::fmt()
            .with_ansi(false)
            .with_writer(std::io::sink)
            .with_span_events(FmtSpan::CLOSE)
            .finish();
        Self::Client(client, traced.then(|| Dispatch::new(subscriber)))
    }

    async fn call(&mut self) -> TransferSubmitResult {
        match self {
            Self::Hyper(sender, address) => {
                let request = hyper::Request::post(path())
                    .header("host", address.to_string())
                    .header("authorization", format!("Bearer {TOKEN}"))
                    .header("accept", "application/json")
                    .header("content-type", "application/json")
                    .header("content-length", "0")
                    .header("ms-requestid", REQUEST_ID)
                    .header("ms-correlationid", CORRELATION_ID)
                    .body(Empty::new())
                    .unwrap();
                sender.ready().await.unwrap();
                let response = sender.send_request(request).await.unwrap();
                let body = response.into_body().collect().await.unwrap().to_bytes();
                serde_json::from_slice(&body).unwrap()
            }
            Self::Reqwest(client, url) => {
                let request = client
                    .post(&*url)
                    .bearer_auth(TOKEN)
                    .header("accept", "application/json")
                    .header("content-type", "application/json")
                    .header("content-length", "0")
                    .header("ms-requestid", REQUEST_ID)
                    .header("ms-correlationid", CORRELATION_ID);
                request.send().await.unwrap().json().await.unwrap()
            }
            Self::Client(client, _) => {
                let call = client
                    .accept_transfer()
                    .customer_id(CUSTOMER)
                    .transfer_id(TRANSFER);
                call.send().await.unwrap().into_inner()
            }
        }
    }

    fn round(&mut self, runtime: &Runtime) -> Duration {
        let subscriber = match self {
            Self::Client(_, Some(subscriber)) => subscriber.clone(),
            _ => Dispatch::none(),
        };
        tracing::dispatcher::with_default(&subscriber, || {
            // Otherwise the interest of the first subscriber is cached for all of them.
            tracing::callsite::rebuild_interest_cache();
            let start = Instant::now();
            runtime.block_on(async {
                for _ in 0..CALLS {
                    black_box(self.call().await);
                }
            });
            start.elapsed()
        })
    }

    /// The number of allocations of one call, without those of the server's threads.
    fn allocations(&mut self, runtime: &Runtime) -> u64 {
        let measured = allocation_counter::measure(|| {
            self.round(runtime);
        });
        measured.count_total / u64::try_from(CALLS).unwrap()
    }
}

fn path() -> String {
    format!("/v1/customers/{CUSTOMER}/transfers/{TRANSFER}/accept")
}

/// A server on its own threads with one response to every request.
fn serve(body: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = answer.clone();
            std::thread::spawn(move || answer_all(stream.unwrap(), answer.as_bytes()));
        }
    });
    address
}

fn answer_all(mut stream: TcpStream, answer: &[u8]) {
    stream.set_nodelay(true).unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        request.extend_from_slice(&buffer[..read]);
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}
