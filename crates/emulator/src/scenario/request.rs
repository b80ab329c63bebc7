//! One request as it came from the socket, read without tidying it up: a repeated header, a body
//! where none belongs and a chunked empty one must all be seen.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest head, and the longest body, that are read.
const LIMIT: usize = 1024 * 1024;
const MOST_HEADERS: usize = 128;

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The values of a header, in order.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
            .collect()
    }

    fn says(&self, name: &str, word: &str) -> bool {
        self.values(name)
            .iter()
            .any(|value| value.eq_ignore_ascii_case(word))
    }
}

/// Reads one request. `None` if the client hung up before it said anything.
///
/// # Errors
///
/// If what came is no whole request in HTTP/1.1; says what it is.
pub(crate) async fn read(stream: &mut TcpStream) -> Result<Option<Request>, String> {
    let mut bytes = Vec::new();
    let (mut request, head) = loop {
        if let Some(found) = head(&bytes)? {
            break found;
        }
        if more(stream, &mut bytes).await? == 0 {
            return if bytes.is_empty() {
                Ok(None)
            } else {
                Err("a part of a request, and then nothing".to_owned())
            };
        }
    };
    bytes.drain(..head);
    if request.says("expect", "100-continue") {
        stream
            .write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
            .await
            .map_err(|error| broken(&error))?;
    }
    request.body = if request.says("transfer-encoding", "chunked") {
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
                return Err("a request with less body than it promised".to_owned());
            }
        }
        bytes.truncate(length);
        bytes
    };
    Ok(Some(request))
}

/// The head, and how long it is, if all of it is there.
fn head(bytes: &[u8]) -> Result<Option<(Request, usize)>, String> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(bytes) {
        Ok(httparse::Status::Partial) => Ok(None),
        Ok(httparse::Status::Complete(length)) => {
            let request = Request {
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
        Err(error) => Err(format!(
            "something that is no request in HTTP/1.1 ({error})"
        )),
    }
}

/// A chunked body without its framing.
async fn chunked(stream: &mut TcpStream, mut bytes: Vec<u8>) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    loop {
        let size = httparse::parse_chunk_size(&bytes)
            .map_err(|_| "a request with a chunk of no size".to_owned())?;
        if let httparse::Status::Complete((start, size)) = size {
            let size = usize::try_from(size).unwrap_or(usize::MAX).min(LIMIT);
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
            return Err("a request with less body than it promised".to_owned());
        }
    }
}

async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> Result<usize, String> {
    if bytes.len() > LIMIT {
        return Err(format!("a request of more than {LIMIT} bytes"));
    }
    stream.read_buf(bytes).await.map_err(|error| broken(&error))
}

fn broken(error: &io::Error) -> String {
    format!("a part of a request, and then: {error}")
}
