//! A server that says exactly the bytes it is told, or breaks off where it is told: for answers
//! that no well-behaved HTTP library would send.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What the server does with one request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Sends these bytes and keeps the connection open.
    Bytes(Vec<u8>),
    /// Sends these bytes and closes the connection.
    BytesThenClose(Vec<u8>),
    /// Reads the request and says nothing, for as long as the client waits.
    Silence,
    /// Reads the request and resets the connection, so that the client gets an error and no end.
    Reset,
    /// Sends these bytes, and then large chunks of a body for as long as the client reads.
    Endless(Vec<u8>),
    /// Sends the first bytes, and then the second ones again and again, slowly, for longer than
    /// any client should read.
    Drip(&'static str, &'static str),
}

impl Reply {
    /// A whole answer with a JSON body.
    pub fn json(status: &str, body: &str) -> Self {
        Self::answer(
            status,
            "Content-Type: application/json; charset=utf-8\r\n",
            body,
        )
    }

    /// A whole answer; each of the headers ends with `\r\n`.
    pub fn answer(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{headers}\r\n");
        Self::Bytes([head.as_bytes(), body.as_bytes()].concat())
    }
}

/// How often a slow server sends something before it closes: a client with a limit is gone long
/// before, and a test of one without ends.
const DROPS: usize = 50_000;

/// A server on this machine. It ends when this is dropped.
#[derive(Debug)]
pub struct RawServer {
    url: String,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

/// What a server has seen.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl Seen {
    pub(crate) fn note(&self, request: String) {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(request);
    }
}

impl RawServer {
    /// Starts a server that gives each request the next reply, in order, and hangs up on any
    /// request beyond them.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let mut replies: Vec<Reply> = replies.into_iter().collect();
        replies.reverse();
        Self::answering(move |_| replies.pop()).await
    }

    /// Starts a server that asks what to do with each request, given its head, and hangs up where
    /// there is nothing.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn answering(mut answer: impl FnMut(&str) -> Option<Reply> + Send + 'static) -> Self {
        Self::listening(|door| async move {
            while let Some(stream) = door.next().await {
                serve(stream, &mut answer, &door.seen).await;
            }
        })
        .await
    }

    /// Starts a server that reads whatever comes first, HTTP or not, gives it these bytes and
    /// hangs up.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn start_blind(reply: &'static [u8]) -> Self {
        Self::listening(move |door| async move {
            while let Some(mut stream) = door.next().await {
                door.seen.note(read_some(&mut stream).await);
                // The client may be gone already.
                let _ = stream.write_all(reply).await;
            }
        })
        .await
    }

    /// Starts a server that reads for as long as the client stays, and never says a word.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn start_mute() -> Self {
        Self::listening(|door| async move {
            while let Some(mut stream) = door.next().await {
                loop {
                    let read = read_some(&mut stream).await;
                    if read.is_empty() {
                        break;
                    }
                    door.seen.note(read);
                }
            }
        })
        .await
    }

    /// Starts a server that resets each connection before it has read anything.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn start_resetting() -> Self {
        Self::listening(|door| async move {
            while let Some(stream) = door.next().await {
                // Closing with this set sends a reset.
                let _ = stream.set_zero_linger();
            }
        })
        .await
    }

    /// Starts a server that treats its connections in some way of its own.
    pub(crate) async fn listening<F>(run: impl FnOnce(Door) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::<Seen>::default();
        let door = Door {
            listener,
            seen: Arc::clone(&seen),
        };
        Self {
            url,
            seen,
            task: tokio::spawn(run(door)),
        }
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its URL, for one who expects TLS.
    pub fn https_url(&self) -> String {
        self.url.replace("http://", "https://")
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// The heads of the requests that it has read, and whatever came with them.
    pub fn requests(&self) -> Vec<String> {
        let requests = self.seen.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Where a server's connections come in.
pub(crate) struct Door {
    listener: TcpListener,
    pub(crate) seen: Arc<Seen>,
}

impl Door {
    pub(crate) async fn next(&self) -> Option<TcpStream> {
        let (stream, _) = self.listener.accept().await.ok()?;
        self.seen.connections.fetch_add(1, Ordering::Relaxed);
        Some(stream)
    }
}

/// What comes next, as text; nothing at the end.
pub(crate) async fn read_some(stream: &mut (impl AsyncRead + Unpin)) -> String {
    let mut bytes = [0; 4096];
    let read = stream.read(&mut bytes).await.unwrap_or_default();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}

/// One connection.
async fn serve(
    mut stream: TcpStream,
    answer: &mut (impl FnMut(&str) -> Option<Reply> + Send),
    seen: &Seen,
) {
    while let Some(request) = read_head(&mut stream).await {
        let reply = answer(&request);
        seen.note(request);
        match reply {
            Some(Reply::Bytes(bytes)) => {
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
            }
            Some(Reply::BytesThenClose(bytes)) => {
                // The client may be gone already; either way this connection ends here.
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Some(Reply::Silence) => {
                // Until the client hangs up.
                let _ = stream.read(&mut [0; 1]).await;
                return;
            }
            Some(Reply::Reset) => {
                // Closing with this set sends a reset instead of an end.
                let _ = stream.set_zero_linger();
                return;
            }
            Some(Reply::Endless(head)) => {
                let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
                let mut bytes = head;
                while stream.write_all(&bytes).await.is_ok() {
                    bytes.clear();
                    bytes.extend_from_slice(chunk.as_bytes());
                }
                return;
            }
            Some(Reply::Drip(head, drop)) => {
                // Each drop on its way by itself.
                let _ = stream.set_nodelay(true);
                let mut bytes = head;
                for _ in 0..DROPS {
                    if stream.write_all(bytes.as_bytes()).await.is_err() {
                        return;
                    }
                    bytes = drop;
                    // The client takes its turn, and is given something at each.
                    tokio::task::yield_now().await;
                }
                return;
            }
            None => return,
        }
    }
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}
