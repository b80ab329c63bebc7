//! How time and memory grow with the number of transfers:
//! `cargo bench -p partner-center-emulator --bench growth`.
//!
//! Each row has ten times the transfers of the one before. What is asked for is the same, except
//! where the whole is asked for: start, settle and the state, which may take ten times as long.

#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

mod support;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use partner_center_emulator::data_set;
use partner_center_emulator::model::{DataSet, NewCommerce, Status};

use self::support::{Server, Wire, emulator};

const SIZES: [usize; 3] = [1_000, 10_000, 100_000];

/// How often each request is sent, each time for another transfer.
const REQUESTS: usize = 300;

const COLUMNS: [&str; 11] = [
    "transfers",
    "start",
    "memory",
    "get",
    "list",
    "accept",
    "+ state",
    "bytes",
    "state read",
    "settle all",
    "settle each",
];

fn main() {
    println!(
        "get, list, accept: the median of {REQUESTS} requests in sequence. + state: an accept with a state \
         file, which appends this many bytes"
    );
    print(COLUMNS.map(str::to_owned));
    for size in SIZES {
        let directory = tempfile::tempdir().unwrap();
        print(measure(size, directory.path()));
    }
}

fn print(columns: [String; 11]) {
    let columns = columns.map(|column| format!("{column:>11}"));
    println!("{}", columns.join(" "));
}

fn measure(size: usize, directory: &Path) -> [String; 11] {
    let file = |name: &str| directory.join(name).to_str().unwrap().to_owned();
    let (data, settling) = (file("data.json"), file("settling.json"));
    let mut set = DataSet::with_customers(size);
    fs::write(&data, serde_json::to_vec(&set).unwrap()).unwrap();
    in_progress(&mut set);
    fs::write(&settling, serde_json::to_vec(&set).unwrap()).unwrap();
    drop(set);

    let started = Instant::now();
    let (process, address) = emulator(&["--no-auth", "--data", &data]);
    let start = started.elapsed();
    let memory = resident(&process);
    let mut client = Client::new(&address);
    let get = client.median(size, |at| {
        ("GET", path(at, &data_set::transfer(at).to_string()))
    });
    let list = client.median(size, |at| ("GET", path(at, "")));
    let accept = client.median(size, accept_request);
    let state_read = client.time("GET", "/_emulator/state", "");
    drop(process);

    let state = file("state.json");
    let (process, address) = emulator(&["--no-auth", "--data", &data, "--state", &state]);
    let mut client = Client::new(&address);
    let before = fs::metadata(&state).unwrap().len();
    let saved = client.median(size, accept_request);
    let bytes = fs::metadata(&state).unwrap().len() - before;
    drop(process);

    let (process, address) = emulator(&["--no-auth", "--data", &settling]);
    let mut client = Client::new(&address);
    client.time("POST", "/_emulator/clock", "{\"advanceSeconds\": 100}");
    // The next request finds all of them due.
    let settle = client.time("GET", &path(0, ""), "");
    drop(process);

    let milliseconds = |time: Duration| format!("{:.1} ms", time.as_secs_f64() * 1e3);
    let microseconds = |time: Duration| format!("{:.0} us", time.as_secs_f64() * 1e6);
    [
        size.to_string(),
        milliseconds(start),
        format!("{:.0} MB", memory / 1e6),
        microseconds(get),
        microseconds(list),
        microseconds(accept),
        microseconds(saved),
        format!("{} B", bytes / REQUESTS as u64),
        milliseconds(state_read),
        milliseconds(settle),
        format!(
            "{:.1} us",
            (settle / u32::try_from(size).unwrap()).as_secs_f64() * 1e6
        ),
    ]
}

/// Makes the transfers new-commerce ones that the service is about to finish.
fn in_progress(data: &mut DataSet) {
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60);
    for transfer in &mut data.transfers {
        transfer.status = Status::InProgress;
        transfer.new_commerce = Some(NewCommerce {
            transfer_type: 3,
            customer_email_id: "admin@tailspin.example".to_owned(),
            target_partner_email_id: None,
            partner_on_record: None,
            target_product_types: None,
            ignore_eligibility_check: None,
            expiration_time: None,
            settles_time: Some(soon.to_string()),
            completed_time: None,
        });
    }
}

fn path(at: usize, rest: &str) -> String {
    let slash = if rest.is_empty() { "" } else { "/" };
    format!(
        "/v1/customers/{}/transfers{slash}{rest}",
        data_set::customer(at)
    )
}

fn accept_request(at: usize) -> (&'static str, String) {
    (
        "POST",
        path(at, &format!("{}/accept", data_set::transfer(at))),
    )
}

struct Client {
    runtime: tokio::runtime::Runtime,
    wire: Wire,
}

impl Client {
    fn new(address: &str) -> Self {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_io().build().unwrap();
        let wire = runtime.block_on(Wire::new(address));
        Self { runtime, wire }
    }

    /// The time of a request until its whole response.
    fn time(&mut self, method: &str, path: &str, body: &str) -> Duration {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let started = Instant::now();
        let status = self.runtime.block_on(self.wire.ask(request.as_bytes()));
        let time = started.elapsed();
        assert_eq!(status, 200, "{method} {path}");
        time
    }

    /// The median of requests that are spread over all transfers.
    fn median(
        &mut self,
        size: usize,
        request: impl Fn(usize) -> (&'static str, String),
    ) -> Duration {
        let spread = (0..REQUESTS).map(|number| number * size / REQUESTS);
        let mut times: Vec<Duration> = spread
            .map(|at| {
                let (method, path) = request(at);
                self.time(method, &path, "")
            })
            .collect();
        times.sort_unstable();
        times[times.len() / 2]
    }
}

/// The memory of a process in bytes; 0 where the system does not say.
fn resident(process: &Server) -> f64 {
    let status = fs::read_to_string(format!("/proc/{}/status", process.0.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB"));
    kilobytes.map_or(0.0, |text| text.trim().parse::<f64>().unwrap() * 1024.0)
}
