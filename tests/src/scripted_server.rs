//! An HTTP server that sends exactly the bytes a test gives it, and records the requests.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What the server does with one request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes and keeps the connection open.
    Bytes(Vec<u8>),
    /// Sends these bytes and closes the connection.
    BytesThenClose(Vec<u8>),
    /// Sends nothing and keeps the connection open until the client closes it.
    Silence,
    /// Resets the connection.
    Reset,
    /// Sends these bytes, then chunks of a body for as long as the client reads.
    Endless(Vec<u8>),
    /// Sends the first bytes once, then the second ones again and again, slowly.
    Drip(&'static str, &'static str),
}

impl Reply {
    /// A complete response with a JSON body. `status` is code and reason, such as `200 OK`.
    pub fn json(status: &str, body: &str) -> Self {
        Self::response(
            status,
            "Content-Type: application/json; charset=utf-8\r\n",
            body,
        )
    }

    /// A complete response. Each header ends with `\r\n`.
    pub fn response(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
        Self::Bytes([head.as_bytes(), body.as_bytes()].concat())
    }

    /// A response that ends before its promised length.
    pub fn truncated(status: &str, body: &str) -> Self {
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: 9999\r\n\r\n{body}");
        Self::BytesThenClose(head.into_bytes())
    }
}

/// A request as the server read it.
#[derive(Clone, Debug)]
pub struct Request {
    /// The request line and the headers, up to and with the empty line.
    pub head: String,
    /// The body.
    pub body: String,
}

impl Request {
    /// The method.
    pub fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    /// The path and query.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// The value of the first header of this name, in any letter case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }

    /// The body as JSON, if it is JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body).ok()
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.head)?;
        f.write_str(&self.body)
    }
}

/// How many times [`Reply::Drip`] repeats: more than a client with a limit reads, few enough for a
/// test without a limit to end.
const DRIPS: usize = 50_000;

/// A server on a loopback port. It stops when it is dropped.
#[derive(Debug)]
pub struct ScriptedServer {
    url: String,
    received: Arc<Received>,
    task: JoinHandle<()>,
}

/// What a server has received.
#[derive(Debug, Default)]
pub(crate) struct Received {
    connections: AtomicUsize,
    requests: Mutex<Vec<Request>>,
}

impl Received {
    fn push(&self, request: Request) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
    }

    /// Records bytes that need not be HTTP.
    pub(crate) fn push_raw(&self, head: String) {
        if !head.is_empty() {
            let body = String::new();
            self.push(Request { head, body });
        }
    }
}

impl ScriptedServer {
    /// Starts a server that gives each request the next reply, in order, and closes the connection
    /// on any further request.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies = replies.into_iter().collect::<Vec<_>>().into_iter();
        Self::with_handler(move |_| replies.next()).await
    }

    /// Starts a server that replies as the handler says, and closes the connection on `None`.
    pub async fn with_handler(
        handler: impl FnMut(&Request) -> Option<Reply> + Send + 'static,
    ) -> Self {
        let handler = Arc::new(Mutex::new(handler));
        Self::listen(move |stream, received| {
            let handler = Arc::clone(&handler);
            async move {
                let mut stream = BufReader::new(stream);
                while let Some(request) = read_request(&mut stream).await {
                    received.push(request.clone());
                    let reply = {
                        let mut handler = handler.lock().unwrap_or_else(PoisonError::into_inner);
                        handler(&request)
                    };
                    let Some(reply) = reply else { return };
                    if !send(stream.get_mut(), reply).await {
                        return;
                    }
                }
            }
        })
        .await
    }

    /// Starts a server that sends these bytes after the first bytes of each connection, HTTP or
    /// not, and closes it.
    pub async fn start_raw(reply: &'static [u8]) -> Self {
        Self::listen(move |mut stream, received| async move {
            received.push_raw(read_some(&mut stream).await);
            // The client may be gone.
            let _ = stream.write_all(reply).await;
        })
        .await
    }

    /// Starts a server that reads for as long as the client stays connected, and sends nothing.
    pub async fn start_silent() -> Self {
        Self::listen(|mut stream, received| async move {
            loop {
                let text = read_some(&mut stream).await;
                if text.is_empty() {
                    return;
                }
                received.push_raw(text);
            }
        })
        .await
    }

    /// Starts a server that resets each connection before it reads anything.
    pub async fn start_resetting() -> Self {
        Self::listen(|stream, _| async move { reset(&stream) }).await
    }

    /// Starts a server with its own handling of a connection.
    ///
    /// # Panics
    ///
    /// If there is no free port.
    pub(crate) async fn listen<F>(
        serve: impl Fn(TcpStream, Arc<Received>) -> F + Send + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener");
        let received = Arc::<Received>::default();
        let task = tokio::spawn({
            let received = Arc::clone(&received);
            async move {
                // Aborts the connections when the server is dropped.
                let mut connections = JoinSet::new();
                while let Ok((stream, _)) = listener.accept().await {
                    received.connections.fetch_add(1, Ordering::Relaxed);
                    connections.spawn(serve(stream, Arc::clone(&received)));
                }
            }
        });
        Self {
            url: format!("http://{address}"),
            received,
            task,
        }
    }

    /// The server's `http` URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's URL with the scheme `https`.
    pub fn https_url(&self) -> String {
        self.url.replace("http://", "https://")
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.received.connections.load(Ordering::Relaxed)
    }

    /// The requests so far, in order.
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.received.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for ScriptedServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The next bytes as text; empty at the end.
pub(crate) async fn read_some(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = [0; 4096];
    let read = stream.read(&mut bytes).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

pub(crate) async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).await.ok()? == 0 {
            return None;
        }
    }
    let mut request = Request {
        head,
        body: String::new(),
    };
    let length = request.header("content-length");
    let mut body = vec![0; length.map_or(Some(0), |length| length.parse().ok())?];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}

/// Closing the connection then sends a reset.
pub(crate) fn reset(stream: &TcpStream) {
    let _ = stream.set_zero_linger();
}

/// Sends a reply; `false` if the connection is to be closed.
async fn send(stream: &mut TcpStream, reply: Reply) -> bool {
    match reply {
        Reply::Bytes(bytes) => return stream.write_all(&bytes).await.is_ok(),
        Reply::BytesThenClose(bytes) => {
            // The client may be gone; the connection ends here either way.
            let _ = stream.write_all(&bytes).await;
        }
        Reply::Silence => {
            let _ = stream.read(&mut [0; 1]).await;
        }
        Reply::Reset => reset(stream),
        Reply::Endless(head) => {
            let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
            let mut bytes = &head[..];
            while stream.write_all(bytes).await.is_ok() {
                bytes = chunk.as_bytes();
            }
        }
        Reply::Drip(head, drip) => {
            // Sends each drip in a packet of its own.
            let _ = stream.set_nodelay(true);
            let mut bytes = head;
            for _ in 0..DRIPS {
                if stream.write_all(bytes.as_bytes()).await.is_err() {
                    break;
                }
                bytes = drip;
                tokio::task::yield_now().await;
            }
        }
    }
    false
}
