//! Starting and stopping.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use partner_center_emulator::{Emulator, data_set};

use serde_json::Value;

use crate::{PARTIAL, accept_path, parsed};

fn connect(emulator: &Emulator) -> TcpStream {
    let address = emulator.url().strip_prefix("http://").unwrap().to_owned();
    TcpStream::connect(address).unwrap()
}

#[tokio::test]
async fn each_emulator_has_its_own_loopback_port() {
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

    assert!(TcpStream::connect(&address).is_err(), "it still listens");
    for connection in [&mut idle, &mut stuck] {
        let mut rest = Vec::new();
        // The connection must not stay open; whether it is closed or reset does not matter.
        let _ = connection.read_to_end(&mut rest);
        assert_eq!(rest, b"");
    }
}

/// The test blocks the only thread of its runtime. It uses raw bytes, to see what HTTP libraries
/// hide.
#[tokio::test(flavor = "current_thread")]
async fn it_responds_while_the_test_blocks_its_runtime() {
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
    let mut response = Vec::new();
    connection.read_to_end(&mut response).unwrap();
    assert!(response.starts_with(b"HTTP/1.1 200 OK\r\n"));
    let body = response
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap()
        + 4;
    let body: Value = serde_json::from_slice(&response[body..]).unwrap();
    assert_eq!(body, parsed(PARTIAL));

    let mut connection = connect(&emulator);
    write!(
        connection,
        "DELETE {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n\
         Connection: close\r\n\r\n",
        crate::path(data_set::TO_WITHDRAW),
        emulator.token(data_set::SOURCE).unwrap(),
    )
    .unwrap();
    let mut response = String::new();
    connection.read_to_string(&mut response).unwrap();
    assert!(
        response.starts_with("HTTP/1.1 204 No Content\r\n"),
        "{response}"
    );
    assert!(response.ends_with("\r\n\r\n"), "{response}");
}

#[tokio::test]
async fn requests_are_recorded_without_the_token() {
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
