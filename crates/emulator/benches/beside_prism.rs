//! Compares the requests per second with Prism, the most used mock server for OpenAPI documents, on
//! the same document: `cargo bench -p partner-center-emulator`.
//!
//! Both are separate processes that take turns under the same load: open connections that each send
//! the documented accept as soon as they have the last response. Each round gives a ratio, so the
//! speed of the machine does not matter. The emulator also verifies a signed token and keeps its
//! ledger; Prism returns the example.
//!
//! npm installs Prism from `benches/prism`. Without Node, the benchmark is skipped.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use partner_center_emulator::data_set;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use uuid::Uuid;

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(1_000);
const CONNECTIONS: usize = 32;

fn main() {
    let Some(prism) = install_prism() else {
        println!("skipped: Prism needs Node with npm, and neither is installed");
        return;
    };
    let (emulator, emulator_at) = start_emulator();
    // A separate emulator, as many new ids would replace the remembered ones of the other.
    let (fresh_emulator, fresh_at) = start_emulator();
    let (prism, prism_at) = start_prism(&prism);
    let (token, fresh_token) = (token(&emulator_at), token(&fresh_at));
    // The same request each time, and a new id each time.
    let same = [
        ("Prism", prism_at.as_str(), &token, false),
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
    for (_, address, token, _) in same {
        load(address, token, false, Duration::from_millis(500));
    }
    let mut rates = vec![Vec::new(); same.len()];
    for round in 0..ROUNDS {
        for turn in 0..same.len() {
            // Another server is first in each round.
            let at = (turn + round) % same.len();
            let (_, address, token, fresh) = same[at];
            rates[at].push(load(address, token, fresh, ROUND));
        }
    }
    println!(
        "{ROUNDS} rounds of {} ms each, {CONNECTIONS} connections, taking turns",
        ROUND.as_millis()
    );
    println!("{:<34} {:>12} {:>26}", "", "requests/s", "ratio to Prism");
    for ((name, ..), own) in same.iter().zip(&rates) {
        let rate = quartiles(own.clone());
        let ratio = quartiles(
            own.iter()
                .zip(&rates[0])
                .map(|(own, base)| own / base)
                .collect(),
        );
        println!(
            "{name:<34} {:>12.0} {:>9.1} ({:.1} to {:.1})",
            rate[1], ratio[1], ratio[0], ratio[2]
        );
    }
    drop((emulator, fresh_emulator, prism));
}

/// Dropping it ends the process.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
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

fn start_emulator() -> (Server, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_partner-center-emulator"))
        .args(["--listen", "127.0.0.1:0", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line.trim().rsplit("//").next().unwrap().to_owned();
    // Reads the rest of the greeting, so that the pipe does not fill up.
    thread::spawn(move || out.read_to_string(&mut String::new()));
    (Server(child), address)
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
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET /_emulator/tokens/{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        data_set::TARGET
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.rsplit("\r\n\r\n").next().unwrap().to_owned()
}

/// Returns the requests per second. One thread sends on all connections: more threads would compete
/// with the server for its core.
fn load(address: &str, token: &str, fresh: bool, time: Duration) -> f64 {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
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

/// A minimal HTTP client.
struct Wire {
    stream: tokio::net::TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    async fn new(address: &str) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: vec![0; 64 * 1024],
        }
    }

    /// Sends a request, reads the whole response, and returns its status.
    async fn ask(&mut self, request: &[u8]) -> u16 {
        self.stream.write_all(request).await.unwrap();
        let mut filled = 0;
        loop {
            let read = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(read > 0, "the connection was closed");
            filled += read;
            let came = &self.buffer[..filled];
            let Some(head) = came.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = str::from_utf8(&came[..head]).unwrap();
            let length = text
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse::<usize>().unwrap());
            if filled >= head + 4 + length {
                return text[9..12].parse().unwrap();
            }
        }
    }
}

/// Returns the lower quartile, the median, and the upper quartile.
fn quartiles(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [1, 2, 3].map(|quarter| values[values.len() * quarter / 4])
}
