//! Reads a request from a socket without normalizing it, so that repeated headers, unexpected bodies
//! and chunked empty bodies remain visible.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The maximum size of the head, and of the body, in bytes.
const MAX_SIZE: usize = 1024 * 1024;
const MAX_HEADERS: usize = 128;

/// A request as it was received.
#[derive(Clone, Debug, Default)]
pub(crate) struct RawRequest {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl RawRequest {
    /// Returns the values of a header, in order.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn has_value(&self, name: &str, expected: &str) -> bool {
        self.values(name)
            .iter()
            .any(|value| value.eq_ignore_ascii_case(expected))
    }
}

/// Reads one request. Returns `None` if the client closed the connection without sending anything.
///
/// # Errors
///
/// If the data is not a complete HTTP/1.1 request. The message describes the data.
pub(crate) async fn read(stream: &mut TcpStream) -> Result<Option<RawRequest>, String> {
    let mut bytes = Vec::new();
    let (mut request, head) = loop {
        if let Some(found) = head(&bytes)? {
            break found;
        }
        if more(stream, &mut bytes).await? == 0 {
            return if bytes.is_empty() {
                Ok(None)
            } else {
                Err("an incomplete request".to_owned())
            };
        }
    };
    bytes.drain(..head);
    if request.has_value("expect", "100-continue") {
        stream
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
            .await
            .map_err(|error| broken(&error))?;
    }
    request.body = if request.has_value("transfer-encoding", "chunked") {
        chunked(stream, bytes).await?
    } else {
        let length = match request.values("content-length").first() {
            Some(length) => length
                .parse()
                .map_err(|_| format!("a request with Content-Length: {length}"))?,
            None => 0,
        };
        while bytes.len() < length {
            if more(stream, &mut bytes).await? == 0 {
                return Err("a request with a shorter body than announced".to_owned());
            }
        }
        bytes.truncate(length);
        bytes
    };
    Ok(Some(request))
}

/// Parses the head and returns its length, or `None` if it is incomplete.
fn head(bytes: &[u8]) -> Result<Option<(RawRequest, usize)>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(bytes) {
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(length)) => {
            let request = RawRequest {
                method: parsed.method.unwrap_or_default().to_owned(),
                path: parsed.path.unwrap_or_default().to_owned(),
                headers: parsed
                    .headers
                    .iter()
                    .map(|header| {
                        let value = String::from_utf8_lossy(header.value);
                        (header.name.to_owned(), value.into_owned())
                    })
                    .collect(),
                body: Vec::new(),
            };
            Ok(Some((request, length)))
        }
        Err(error) => Err(format!("data that is not an HTTP/1.1 request ({error})")),
    }
}

/// Reads a chunked body and removes its framing.
async fn chunked(stream: &mut TcpStream, mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let size = httparse::parse_chunk_size(&bytes)
            .map_err(|_| "a request with an invalid chunk size".to_owned())?;
        if let httparse::Status::Complete((start, size)) = size {
            let size = usize::try_from(size).unwrap_or(usize::MAX).min(MAX_SIZE);
            let end = start + size + 2;
            if bytes.len() >= end {
                body.extend_from_slice(&bytes[start..start + size]);
                bytes.drain(..end);
                if size == 0 {
                    return Ok(body);
                }
                continue;
            }
        }
        if more(stream, &mut bytes).await? == 0 {
            return Err("a request with a shorter body than announced".to_owned());
        }
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<usize, String> {
    if bytes.len() > MAX_SIZE {
        return Err(format!("a request larger than {MAX_SIZE} bytes"));
    }
    stream.read_buf(bytes).await.map_err(|error| broken(&error))
}

fn broken(error: &io::Error) -> String {
    format!("an incomplete request ({error})")
}
