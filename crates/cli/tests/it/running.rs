//! A run of the command that has not ended: what it asks for is seen as it comes, and it can be
//! interrupted.

use std::io::{BufRead as _, BufReader};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use crate::run::{CANARY, bare_command};

/// Nobody answers there but the test itself.
pub(crate) fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

/// Starts a call to a server, without a wait between attempts.
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

/// A connection on which such a request has come, and its `MS-RequestId`.
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

/// As Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(kill.unwrap().success());
}
