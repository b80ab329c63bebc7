//! A server that says exactly the bytes it is told, or breaks off where it is told: for answers
//! that no well-behaved HTTP library would send.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
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
    /// Sends these bytes, and then chunks of a body for as long as the client reads.
    Endless(Vec<u8>),
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

/// A server on this machine. It ends when this is dropped.
#[derive(Debug)]
pub struct RawServer {
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
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
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serve(stream, &mut answer, &seen).await;
            }
        });
        Self {
            url,
            requests,
            task,
        }
    }

    /// Starts a server that reads whatever comes first, HTTP or not, and gives it these bytes.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn start_blind(reply: &'static [u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = [0; 4096];
                let read = stream.read(&mut bytes).await.unwrap_or_default();
                if let Ok(mut seen) = seen.lock() {
                    seen.push(String::from_utf8_lossy(&bytes[..read]).into_owned());
                }
                // The client may be gone already.
                let _ = stream.write_all(reply).await;
            }
        });
        Self {
            url,
            requests,
            task,
        }
    }

    /// Starts a server that resets each connection before it has read anything.
    ///
    /// # Panics
    ///
    /// If no port on this machine can be had.
    pub async fn start_resetting() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Closing with this set sends a reset.
                let _ = stream.set_zero_linger();
            }
        });
        Self {
            url,
            requests: Arc::default(),
            task,
        }
    }

    /// Its URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The heads of the requests that it has read, and whatever came with them.
    ///
    /// # Panics
    ///
    /// If a test panicked while it held them.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no holder panics").clone()
    }
}

impl Drop for RawServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// One connection.
async fn serve(
    mut stream: TcpStream,
    answer: &mut (impl FnMut(&str) -> Option<Reply> + Send),
    seen: &Mutex<Vec<String>>,
) {
    while let Some(request) = read_head(&mut stream).await {
        let reply = answer(&request);
        if let Ok(mut seen) = seen.lock() {
            seen.push(request);
        }
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
