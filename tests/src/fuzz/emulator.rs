//! The emulator: requests as bytes, data files and state files.

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use partner_center_emulator::{DataSet, Emulator, data_set};
use tokio::runtime::Runtime;

/// An emulator is replaced after this many requests, as it keeps what it received.
const REQUESTS: usize = 2_000;
/// The text in a request that stands for a token of the target.
const TOKEN: &[u8] = b"{token}";
/// Longer than any request takes without an injected fault.
const LIMIT: Duration = Duration::from_secs(10);

struct Running {
    runtime: Runtime,
    emulator: Emulator,
    left: usize,
}

impl Running {
    fn start() -> Self {
        let runtime = runtime();
        let emulator = runtime.block_on(Emulator::start()).expect("an emulator");
        Self {
            runtime,
            emulator,
            left: REQUESTS,
        }
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime")
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// A request, or several, with `{token}` for a token.
pub(super) fn requests(bytes: &[u8]) {
    // Injected faults may delay or end a connection, and change nothing that is checked here.
    if contains(bytes, b"/_emulator/faults") {
        return;
    }
    RUNNING.with_borrow_mut(|running| {
        let running = running.get_or_insert_with(Running::start);
        let emulator = &running.emulator;
        let token = emulator.token(data_set::TARGET).unwrap_or_default();
        let effects = emulator.effects().len();
        let response = exchange(&emulator.url(), &replaced(bytes, token.as_bytes()));
        assert!(
            response.is_empty() || response.starts_with(b"HTTP/1."),
            "{}",
            String::from_utf8_lossy(&response)
        );
        // With the end of the line, which a text that is repeated from the request cannot contain.
        assert!(
            !contains(&response, b" 500 Internal Server Error\r\n"),
            "{}",
            String::from_utf8_lossy(&response)
        );
        // New data clears the ledger.
        if !contains(bytes, TOKEN) && !contains(bytes, b"/_emulator/") {
            assert_eq!(
                emulator.effects().len(),
                effects,
                "a change without a token"
            );
        }
        running.left -= 1;
        if running.left == 0 {
            running.emulator = running
                .runtime
                .block_on(Emulator::start())
                .expect("an emulator");
            running.left = REQUESTS;
        } else if running.left.is_multiple_of(100) {
            let restored = emulator.change(|data| *data = DataSet::built_in());
            restored.expect("the built-in data");
        }
    });
}

fn exchange(url: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    stream.set_read_timeout(Some(LIMIT)).expect("a limit");
    let mut response = Vec::new();
    // The emulator may close the connection before it has read everything.
    let sent = stream
        .write_all(request)
        .and_then(|()| stream.shutdown(Shutdown::Write));
    if let Err(error) = stream.read_to_end(&mut response)
        && sent.is_ok()
    {
        let kind = error.kind();
        assert!(
            kind == std::io::ErrorKind::ConnectionReset,
            "no end of the response: {error}"
        );
    }
    response
}

fn replaced(bytes: &[u8], token: &[u8]) -> Vec<u8> {
    let mut request = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = position(rest, TOKEN) {
        request.extend_from_slice(&rest[..at]);
        request.extend_from_slice(token);
        rest = &rest[at + TOKEN.len()..];
    }
    [&request[..], rest].concat()
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    position(bytes, part).is_some()
}

/// A data file is refused, or gives the same data after it was written.
pub(super) fn data_files(bytes: &[u8]) {
    let Ok(data) = DataSet::from_json(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&data).expect("a data set can be written");
    let again = DataSet::from_json(&written).expect("a data set that was written is valid");
    assert_eq!(again, data);
}

/// A state file is refused, or can be continued from.
pub(super) fn state_files(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("state.json");
    std::fs::write(&file, bytes).expect("a temporary file");
    let runtime = runtime();
    let start = || runtime.block_on(Emulator::builder().state_file(&file).start());
    if let Ok(emulator) = start() {
        let data = emulator.data();
        let effects = emulator.effects();
        drop(emulator);
        let again = start().expect("a state file that was used can be used again");
        assert_eq!(again.effects(), effects);
        assert_eq!(again.data().transfers.len(), data.transfers.len());
    }
}
