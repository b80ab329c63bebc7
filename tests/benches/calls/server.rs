//! The server of the comparison: this program once more, so that no side shares a process with it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use crate::fixed_server::fixed_server;

const ARGUMENT: &str = "serve";

pub(crate) struct Server {
    process: Child,
    pub(crate) address: SocketAddr,
}

/// Whether this program is to be the server.
pub(crate) fn is_asked_for() -> bool {
    std::env::args().nth(1).as_deref() == Some(ARGUMENT)
}

/// Prints the address, and serves the body until the input ends.
pub(crate) fn serve(body: &str) {
    println!("{}", fixed_server(body));
    let _ = std::io::stdin().lines().count();
}

pub(crate) fn start() -> Server {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .arg(ARGUMENT)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(process.stdout.as_mut().unwrap());
    output.read_line(&mut line).unwrap();
    let address = line.trim().parse().unwrap();
    Server { process, address }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
