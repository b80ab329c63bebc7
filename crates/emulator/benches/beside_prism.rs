//! Compares the requests per second with Prism, the most used mock server for OpenAPI documents, on
//! the same document, and with bare hyper, the HTTP server that the emulator uses, which answers
//! each request with the same bytes: `cargo bench -p partner-center-emulator --bench beside_prism`.
//!
//! All are separate processes that take turns under the same load: open connections that each send
//! the documented accept as soon as they have the last response. Each round gives a ratio, so the
//! speed of the machine does not matter. The emulator also verifies a signed token and keeps its
//! ledger; Prism returns the example.
//!
//! npm installs Prism from `benches/prism`. Without Node, that row is left out.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

mod support;

use std::convert::Infallible;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use axum::http::{HeaderName, Request, Response};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use partner_center_emulator::data_set;
use uuid::Uuid;

use self::support::{Server, Wire, start};

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(1_000);
const CONNECTIONS: usize = 32;

/// The response of bare hyper, in the environment of its process.
const HEAD: &str = "BARE_HYPER_HEAD";
const BODY: &str = "BARE_HYPER_BODY";

fn main() {
    if let (Ok(head), Ok(body)) = (std::env::var(HEAD), std::env::var(BODY)) {
        serve_hyper(&head, body);
        return;
    }
    let (emulator, emulator_at) = support::emulator(&[]);
    // A separate emulator, as many new ids would replace the remembered ones of the other.
    let (fresh_emulator, fresh_at) = support::emulator(&[]);
    let (token, fresh_token) = (token(&emulator_at), token(&fresh_at));
    let (hyper, hyper_at) = start_hyper(&emulator_at, &token);
    let prism = install_prism().map(|prism| start_prism(&prism));
    // The same request each time, and a new id each time.
    let mut rows = vec![
        ("bare hyper, the same bytes", &hyper_at, &token, false),
        (
            "the emulator, the same request",
            &emulator_at,
            &token,
            false,
        ),
        (
            "the emulator, a new id each time",
            &fresh_at,
            &fresh_token,
            true,
        ),
    ];
    match &prism {
        Some((_, prism_at)) => rows.push(("Prism", prism_at, &token, false)),
        None => println!("no Prism: it needs Node with npm, and one is not installed"),
    }
    for (_, address, token, _) in &rows {
        load(address, token, false, Duration::from_millis(500));
    }
    let mut rates = vec![Vec::new(); rows.len()];
    for round in 0..ROUNDS {
        for turn in 0..rows.len() {
            // Another server is first in each round.
            let at = (turn + round) % rows.len();
            let (_, address, token, fresh) = rows[at];
            rates[at].push(load(address, token, fresh, ROUND));
        }
    }
    println!(
        "{ROUNDS} rounds of {} ms each, {CONNECTIONS} connections, taking turns",
        ROUND.as_millis()
    );
    println!(
        "{:<34} {:>12} {:>26} {:>26}",
        "", "requests/s", "ratio to bare hyper", "ratio to Prism"
    );
    for ((name, ..), own) in rows.iter().zip(&rates) {
        let ratio_to = |base: Option<&Vec<f64>>| {
            let Some(base) = base else {
                return "-".to_owned();
            };
            let ratios = own.iter().zip(base).map(|(own, base)| own / base);
            let ratio = quartiles(ratios.collect());
            format!("{:.2} ({:.2} to {:.2})", ratio[1], ratio[0], ratio[2])
        };
        println!(
            "{name:<34} {:>12.0} {:>26} {:>26}",
            quartiles(own.clone())[1],
            ratio_to(rates.first()),
            ratio_to(rates.get(3)),
        );
    }
    drop((emulator, fresh_emulator, hyper, prism));
}

fn install_prism() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/prism");
    let cli = folder.join("node_modules/@stoplight/prism-cli/dist/index.js");
    let has = |program| Command::new(program).arg("--version").output().is_ok();
    if !has("node") {
        return None;
    }
    if !cli.exists() {
        if !has("npm") {
            return None;
        }
        println!("installing Prism below {}", folder.display());
        let status = Command::new("npm")
            .args(["ci", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .status()
            .unwrap();
        assert!(status.success(), "npm could not install Prism");
    }
    Some(cli)
}

fn start_prism(cli: &Path) -> (Server, String) {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let spec = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/dist/openapi.json");
    let child = Command::new("node")
        .arg(cli)
        .args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()])
        // Without a log line for each request.
        .args(["--verboseLevel", "silent"])
        .arg(spec)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let server = Server(child);
    let address = format!("127.0.0.1:{port}");
    for _ in 0..600 {
        if TcpStream::connect(&address).is_ok() {
            return (server, address);
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("Prism did not start");
}

fn token(address: &str) -> String {
    let request = format!(
        "GET /_emulator/tokens/{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        data_set::TARGET
    );
    runtime().block_on(async {
        let mut wire = Wire::new(address).await;
        let (_, token) = wire.response(request.as_bytes()).await;
        String::from_utf8(token.to_vec()).unwrap()
    })
}

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_io().build().unwrap()
}

/// Starts this program again, as a server that answers each request with the bytes of the emulator.
fn start_hyper(emulator: &str, token: &str) -> (Server, String) {
    let (head, body) = runtime().block_on(async {
        let mut wire = Wire::new(emulator).await;
        let (head, body) = wire.response(&request(token, Uuid::from_u128(1))).await;
        let body = str::from_utf8(body).unwrap().to_owned();
        (head.to_owned(), body)
    });
    let mut command = Command::new(std::env::current_exe().unwrap());
    start(command.env(HEAD, head).env(BODY, body))
}

/// Bare hyper: as the emulator runs it, with one thread, and without any work for a request.
fn serve_hyper(head: &str, body: String) {
    let body = Bytes::from(body);
    let mut response = Response::new(());
    for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
        let name: HeaderName = name.parse().unwrap();
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = move |_: Request<Incoming>| {
        let response = response.clone().map(|()| Full::new(body.clone()));
        async move { Ok::<_, Infallible>(response) }
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            println!("http://{}", listener.local_addr().unwrap());
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                let service = service_fn(answer.clone());
                let connection = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .serve_connection(TokioIo::new(stream), service);
                tokio::spawn(connection);
            }
        });
}

/// Returns the requests per second. One thread sends on all connections: more threads would compete
/// with the server for its core.
fn load(address: &str, token: &str, fresh: bool, time: Duration) -> f64 {
    let runtime = runtime();
    let start = Instant::now();
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|connection| {
            let (address, token) = (address.to_owned(), token.to_owned());
            runtime.spawn(async move {
                let mut wire = Wire::new(&address).await;
                let mut number = 0_u32;
                let mut request = request(&token, Uuid::from_u128(1));
                let at = request.windows(36).position(is_nil_like).unwrap();
                while start.elapsed() < time {
                    if fresh {
                        let id = Uuid::new_v4().to_string();
                        request[at..at + 36].copy_from_slice(id.as_bytes());
                    }
                    let status = wire.ask(&request).await;
                    assert!(status == 200 || fresh, "{status} on {connection}");
                    number += 1;
                }
                number
            })
        })
        .collect();
    let count = runtime.block_on(async {
        let mut count = 0;
        for task in tasks {
            count += task.await.unwrap();
        }
        count
    });
    f64::from(count) / start.elapsed().as_secs_f64()
}

fn is_nil_like(text: &[u8]) -> bool {
    text == Uuid::from_u128(1).to_string().as_bytes()
}

fn request(token: &str, id: Uuid) -> Vec<u8> {
    format!(
        "POST /v1/customers/{}/transfers/{}/accept HTTP/1.1\r\nHost: localhost\r\n\
         Authorization: Bearer {token}\r\nAccept: application/json\r\n\
         MS-RequestId: {id}\r\nMS-CorrelationId: 4827b753-8541-428b-8c90-059b6b4851bd\r\n\
         X-Locale: en-US\r\nContent-Length: 0\r\n\r\n",
        data_set::CUSTOMER,
        data_set::ACCEPTED_IN_PART,
    )
    .into_bytes()
}

/// Returns the lower quartile, the median, and the upper quartile.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}
