//! Malformed requests: each gets an error or a closed connection, and does not affect later requests.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use partner_center_emulator::{Emulator, data_set};

use crate::path;

struct Raw(TcpStream);

impl Raw {
    fn to(emulator: &Emulator) -> Self {
        let address = emulator.url().strip_prefix("http://").unwrap().to_owned();
        Self(TcpStream::connect(address).unwrap())
    }

    /// Returns what the emulator sends until it closes the connection. A reset counts as closing: the
    /// emulator resets a connection if it did not read everything.
    fn ask(mut self, bytes: &[u8]) -> String {
        let _ = self.0.write_all(bytes);
        let _ = self.0.shutdown(std::net::Shutdown::Write);
        let mut response = Vec::new();
        let _ = self.0.read_to_end(&mut response);
        String::from_utf8(response).unwrap()
    }
}

fn still_serves(emulator: &Emulator) {
    let response = Raw::to(emulator)
        .ask(b"GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
}

#[tokio::test]
async fn malformed_requests_get_400_or_a_closed_connection() {
    let emulator = Emulator::start().await.unwrap();
    let delete = format!(
        "DELETE {} HTTP/1.1\r\nHost: localhost\r\n",
        path(data_set::TO_WITHDRAW)
    );
    let token = emulator.token(data_set::SOURCE).unwrap();
    let good = format!("{delete}Authorization: Bearer {token}\r\nConnection: close\r\n");
    let giant_header = format!("{delete}X-Giant: {}\r\n\r\n", "x".repeat(1024 * 1024));
    let many_headers = format!("{delete}{}\r\n", "X-Many: 1\r\n".repeat(500));
    let long_path = format!(
        "GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "x".repeat(100_000)
    );
    let bad_utf8 = [b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()].concat();
    let id_in_latin1 = [good.as_bytes(), b"MS-RequestId: \xe4\xf6\xfc\r\n\r\n"].concat();
    let locale_in_latin1 = [
        format!("{delete}Connection: close\r\n").as_bytes(),
        b"X-Locale: \xe4\r\n\r\n",
    ]
    .concat();
    let two_lengths = format!("{good}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab");
    let broken_chunk = format!("{good}Transfer-Encoding: chunked\r\n\r\nZZZ\r\n");
    let short_body = format!("{good}Content-Length: 10\r\n\r\nabc");
    for (what, bytes, starts) in [
        ("nothing", &b""[..], &[""][..]),
        ("noise", b"\x16\x03\x01\x02\x00\x01", &["", "HTTP/1.1 400 "]),
        ("no version", b"GET /\r\n\r\n", &["HTTP/1.1 400 "]),
        (
            "HTTP/2",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            &["", "HTTP/1.1 400 "],
        ),
        ("bad UTF-8", &bad_utf8, &["HTTP/1.1 400 ", "HTTP/1.1 404 "]),
        (
            "giant header",
            giant_header.as_bytes(),
            &["", "HTTP/1.1 431 "],
        ),
        ("many headers", many_headers.as_bytes(), &["HTTP/1.1 431 "]),
        ("long path", long_path.as_bytes(), &["HTTP/1.1 414 "]),
        ("id that is not text", &id_in_latin1, &["HTTP/1.1 400 "]),
        (
            "locale that is not text",
            &locale_in_latin1,
            &["HTTP/1.1 401 "],
        ),
        ("two lengths", two_lengths.as_bytes(), &["HTTP/1.1 400 "]),
        ("broken chunk", broken_chunk.as_bytes(), &["HTTP/1.1 400 "]),
        ("short body", short_body.as_bytes(), &["", "HTTP/1.1 400 "]),
    ] {
        let response = Raw::to(&emulator).ask(bytes);
        let good = match response.as_str() {
            "" => starts.contains(&""),
            response => starts
                .iter()
                .any(|start| !start.is_empty() && response.starts_with(start)),
        };
        assert!(
            good,
            "{what}: {}",
            response.lines().next().unwrap_or_default()
        );
        still_serves(&emulator);
    }
    assert_eq!(emulator.effects(), []);
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let emulator = Emulator::start().await.unwrap();
    let token = emulator.token(data_set::SOURCE).unwrap();
    let request = |transfer| {
        format!(
            "DELETE {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
            path(transfer)
        )
    };
    let last = "GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let responses = Raw::to(&emulator).ask(
        format!(
            "{}{}{}{last}",
            request(data_set::TO_WITHDRAW),
            request(data_set::TO_WITHDRAW),
            request(data_set::IN_PROGRESS)
        )
        .as_bytes(),
    );
    let statuses: Vec<&str> = responses
        .lines()
        .filter_map(|line| line.rsplit_once("HTTP/1.1 "))
        .map(|(_, status)| &status[..3])
        .collect();
    assert_eq!(statuses, ["204", "404", "409", "200"], "{responses}");
    assert_eq!(emulator.effects().len(), 1);
}

#[tokio::test]
async fn a_slow_client_does_not_delay_others() {
    let emulator = Emulator::start().await.unwrap();
    let token = emulator.token(data_set::SOURCE).unwrap();
    let request = format!(
        "DELETE {} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n",
        path(data_set::TO_WITHDRAW)
    );
    let mut slow = Raw::to(&emulator);
    slow.0.set_nodelay(true).unwrap();
    let (last, first) = request.as_bytes().split_last().unwrap();
    for (at, byte) in first.iter().enumerate() {
        slow.0.write_all(&[*byte]).unwrap();
        if at % 64 == 0 {
            still_serves(&emulator);
        }
    }
    let response = slow.ask(&[*last]);
    assert!(response.starts_with("HTTP/1.1 204 "), "{response}");
}

#[tokio::test]
async fn an_unfinished_request_times_out() {
    let emulator = Emulator::builder()
        .read_timeout(Duration::from_millis(1))
        .no_auth()
        .start()
        .await
        .unwrap();
    let head = Raw::to(&emulator);
    let mut response = Vec::new();
    let mut stream = &head.0;
    stream.write_all(b"DELETE /v1/cust").unwrap();
    // The client does not close its side; the emulator does.
    let _ = stream.read_to_end(&mut response);
    assert_eq!(response, b"");

    // With such a short timeout the head may be late too; then the test tries again.
    for _ in 0..1_000 {
        let body = Raw::to(&emulator);
        let mut stream = &body.0;
        let _ = write!(
            stream,
            "DELETE {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nConnection: close\r\n\r\nabc",
            path(data_set::TO_WITHDRAW)
        );
        let mut response = Vec::new();
        let _ = stream.read_to_end(&mut response);
        let response = String::from_utf8(response).unwrap();
        if !response.is_empty() {
            assert!(response.starts_with("HTTP/1.1 408 "), "{response}");
            assert!(response.contains(r#""code":"408""#), "{response}");
            assert_eq!(emulator.effects(), []);
            return;
        }
    }
    panic!("no response");
}
