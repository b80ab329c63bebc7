//! Servers as child processes, and a minimal HTTP client.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::thread;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A process. Dropping it ends it.
pub(crate) struct Server(pub(crate) Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a server that prints its URL first. Returns it with its address.
pub(crate) fn start(command: &mut Command) -> (Server, String) {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line.trim().rsplit("//").next().unwrap().to_owned();
    // Reads the rest, so that the pipe does not fill up.
    thread::spawn(move || out.read_to_string(&mut String::new()));
    (Server(child), address)
}

/// The emulator, without a log.
pub(crate) fn emulator(arguments: &[&str]) -> (Server, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_partner-center-emulator"));
    start(
        command
            .args(["--listen", "127.0.0.1:0", "--quiet"])
            .args(arguments),
    )
}

/// A connection.
pub(crate) struct Wire {
    stream: tokio::net::TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    pub(crate) async fn new(address: &str) -> Self {
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: vec![0; 64 * 1024],
        }
    }

    /// Sends a request, reads the whole response, and returns its status.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> u16 {
        let (head, _) = self.response(request).await;
        head[9..12].parse().unwrap()
    }

    /// Sends a request, and returns the head and the body of the response.
    pub(crate) async fn response(&mut self, request: &[u8]) -> (&str, &[u8]) {
        self.stream.write_all(request).await.unwrap();
        let mut filled = 0;
        loop {
            if filled == self.buffer.len() {
                self.buffer.resize(2 * filled, 0);
            }
            let read = self.stream.read(&mut self.buffer[filled..]).await.unwrap();
            assert!(read > 0, "the connection was closed");
            filled += read;
            let came = &self.buffer[..filled];
            let Some(head) = came.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let length = str::from_utf8(&came[..head])
                .unwrap()
                .lines()
                .filter_map(|line| line.split_once(": "))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, value)| value.trim().parse::<usize>().unwrap());
            let end = head + 4 + length;
            // The rest of a large body needs no search for the end of the head.
            if filled < end {
                self.buffer.resize(end, 0);
                let rest = &mut self.buffer[filled..end];
                self.stream.read_exact(rest).await.unwrap();
            }
            let head = str::from_utf8(&self.buffer[..head]).unwrap();
            return (head, &self.buffer[head.len() + 4..end]);
        }
    }
}
