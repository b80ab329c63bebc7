//! A server that gives one response to every request, as fast as a benchmark needs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

/// Serves the body as JSON on threads of its own.
///
/// # Panics
///
/// No port is free.
pub fn fixed_server(body: &str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("the address of a listener");
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let answer = answer.clone();
            std::thread::spawn(move || {
                answer_all(stream.expect("a connection"), answer.as_bytes());
            });
        }
    });
    address
}

fn answer_all(mut stream: TcpStream, answer: &[u8]) {
    stream.set_nodelay(true).expect("an open connection");
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        request.extend_from_slice(&buffer[..read]);
        if request.ends_with(b"\r\n\r\n") {
            request.clear();
            if stream.write_all(answer).is_err() {
                return;
            }
        }
    }
}
