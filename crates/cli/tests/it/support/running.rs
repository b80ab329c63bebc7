//! A running command, whose requests a test answers by hand and which it can interrupt.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::run::{CANARY, bare_command};

/// A listener on which the test itself responds, and its URL.
pub(crate) fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Starts the command against a server, without waiting between attempts.
pub(crate) fn start(url: &str, words: &[&str]) -> Child {
    bare_command()
        .args(["--endpoint", url, "--retries", "0"])
        .args(words)
        .env("PCTRANSFERS_TOKEN", CANARY)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Accepts a connection with a request that starts with `verb`; returns its `MS-RequestId` too.
pub(crate) fn request(listener: &TcpListener, verb: &str) -> (TcpStream, String) {
    let (connection, _) = listener.accept().unwrap();
    let head: Vec<String> = BufReader::new(&connection)
        .lines()
        .map(Result::unwrap)
        .take_while(|line| !line.is_empty())
        .collect();
    assert!(head[0].starts_with(verb), "{head:?}");
    let id = head.iter().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("MS-RequestId").then_some(value)
    });
    (connection, id.unwrap().to_owned())
}

/// Sends SIGINT, as Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}
