//! Starting and stopping.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use partner_center_emulator::{Emulator, data_set};

use crate::{PARTIAL, accept_path};

fn connect(emulator: &Emulator) -> TcpStream {
    let address = emulator.url().strip_prefix("http://").unwrap().to_owned();
    TcpStream::connect(address).unwrap()
}

#[tokio::test]
async fn it_stands_on_a_loopback_port_of_its_own() {
    let (one, other) = (
        Emulator::start().await.unwrap(),
        Emulator::start().await.unwrap(),
    );
    assert!(one.url().starts_with("http://127.0.0.1:"), "{}", one.url());
    assert_ne!(one.url(), other.url());
}

#[tokio::test]
async fn dropping_it_closes_the_port_and_every_connection() {
    let emulator = Emulator::start().await.unwrap();
    let address = emulator.url().strip_prefix("http://").unwrap().to_owned();
    let mut idle = connect(&emulator);
    let mut stuck = connect(&emulator);
    stuck.write_all(b"POST /v1/customers/").unwrap();

    drop(emulator);

    assert!(TcpStream::connect(&address).is_err(), "still listens");
    for connection in [&mut idle, &mut stuck] {
        let mut rest = Vec::new();
        // The end or a reset: it does not matter which, but it must not stay open.
        let _ = connection.read_to_end(&mut rest);
        assert_eq!(rest, b"");
    }
}

/// The test blocks the only thread of its runtime; the emulator must not depend on it. Raw bytes,
/// to see what HTTP libraries hide.
#[tokio::test(flavor = "current_thread")]
async fn it_answers_while_its_starter_is_blocked() {
    let emulator = Emulator::start().await.unwrap();
    let mut connection = connect(&emulator);
    write!(
        connection,
        "POST {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
        accept_path(data_set::ACCEPTED_IN_PART),
        emulator.token(data_set::TARGET).unwrap(),
    )
    .unwrap();
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).unwrap();
    assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    assert!(answer.ends_with(PARTIAL));

    let mut connection = connect(&emulator);
    write!(
        connection,
        "DELETE {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Connection: close\r\n\r\n",
        crate::path(data_set::TO_WITHDRAW),
        emulator.token(data_set::SOURCE).unwrap(),
    )
    .unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 204 No Content\r\n"),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[tokio::test]
async fn what_came_is_written_down_without_the_token() {
    let emulator = Emulator::start().await.unwrap();
    let mut connection = connect(&emulator);
    connection
        .write_all(
            b"GET /nowhere?with=query HTTP/1.1\r\nHost: localhost\r\n\
              Authorization: Bearer secret-token\r\nConnection: close\r\n\r\n",
        )
        .unwrap();
    connection.read_to_end(&mut Vec::new()).unwrap();
    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].method, "GET");
    assert_eq!(requests[0].path, "/nowhere");
    assert_eq!(requests[0].status, 404);
    assert!(!format!("{emulator:?}").contains("secret-token"));
}
