//! The replies of one scenario on a port of this machine, and what was received there.
//!
//! One connection is one request: each answer closes its connection, so that what a fault does to
//! the next request does not depend on how a client keeps connections.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use super::reply::{Fault, Prepared};
use super::request::{self, Request};

/// How many connections may wait to be accepted.
const WAITING: u32 = 128;

/// A server that plays the replies of one scenario. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    url: String,
    shared: Arc<Shared>,
    task: Option<JoinHandle<()>>,
    /// A port at which nobody listens, kept so that nobody else comes to listen there.
    _kept: Option<TcpSocket>,
}

#[derive(Debug)]
struct Shared {
    url: String,
    replies: Vec<Prepared>,
    received: Mutex<Vec<Received>>,
    /// How many replies are said to their end.
    said: watch::Sender<usize>,
}

/// One request, or a connection that was reset before one was read.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// What came; `None` if nothing was read, an error if it was no request.
    pub(crate) request: Option<Result<Request, String>>,
    /// When it had come.
    pub(crate) at: Instant,
    /// When the reply was said.
    pub(crate) answered: Option<Instant>,
}

impl Server {
    /// Starts on a free port of 127.0.0.1, at which nobody listens unless that is asked for.
    pub(crate) fn start(replies: Vec<Prepared>, listening: bool) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let url = format!("http://{}", socket.local_addr()?);
        let shared = Arc::new(Shared {
            url: url.clone(),
            replies,
            received: Mutex::default(),
            said: watch::Sender::new(0),
        });
        let (task, kept) = if listening {
            let listener = socket.listen(WAITING)?;
            (
                Some(tokio::spawn(listen(listener, Arc::clone(&shared)))),
                None,
            )
        } else {
            (None, Some(socket))
        };
        Ok(Self {
            url,
            shared,
            task,
            _kept: kept,
        })
    }

    /// The base URL, without a slash at its end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until this many replies are said.
    pub async fn said(&self, count: usize) {
        // The sender lives as long as this does.
        let _ = self
            .shared
            .said
            .subscribe()
            .wait_for(|said| *said >= count)
            .await;
    }

    /// How many replies it has.
    pub fn replies(&self) -> usize {
        self.shared.replies.len()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Shared {
    fn received(&self) -> MutexGuard<'_, Vec<Received>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes what came, and says which one it is.
    fn note(&self, request: Option<Result<Request, String>>) -> usize {
        let mut received = self.received();
        received.push(Received {
            request,
            at: Instant::now(),
            answered: None,
        });
        received.len() - 1
    }

    /// Whether the next connection is to be reset unread; if so, it is noted.
    fn resets_next(&self) -> Option<usize> {
        let next = self.received().len();
        let fault = self.replies.get(next)?.fault;
        (fault == Some(Fault::ResetBeforeReading)).then(|| self.note(None))
    }

    fn finished(&self, number: usize) {
        if let Some(received) = self.received().get_mut(number) {
            received.answered = Some(Instant::now());
        }
        self.said.send_modify(|said| *said += 1);
    }
}

/// Accepts connections. What it spawned ends with it.
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    if let Some(number) = shared.resets_next() {
        // Not before something is there to be read: a reset that overtakes the client's connecting
        // would be a connection that never came about.
        let _ = stream.peek(&mut [0; 1]).await;
        reset(&stream);
        drop(stream);
        shared.finished(number);
        return;
    }
    let request = match request::read(&mut stream).await {
        Ok(None) => return,
        Ok(Some(request)) => Ok(request),
        Err(problem) => Err(problem),
    };
    let number = shared.note(Some(request));
    let Some(reply) = shared.replies.get(number) else {
        return;
    };
    // The client may be gone already; the next line of its story is its own.
    let _ = stream.write_all(&reply.wire(&shared.url)).await;
    match reply.fault {
        Some(Fault::Reset | Fault::ResetBeforeReading) => reset(&stream),
        Some(Fault::Stall) => {
            shared.finished(number);
            until_hung_up(&mut stream).await;
            return;
        }
        Some(Fault::Close) | None => {
            let _ = stream.shutdown().await;
        }
    }
    shared.finished(number);
    if reply.fault.is_none() {
        // Closing while the client still sends would take the answer from it.
        until_hung_up(&mut stream).await;
    }
}

/// Makes closing send a reset instead of an end.
fn reset(stream: &TcpStream) {
    // It fails only where the connection is gone already.
    let _ = stream.set_zero_linger();
}

async fn until_hung_up(stream: &mut TcpStream) {
    let mut bytes = [0; 1024];
    while matches!(stream.read(&mut bytes).await, Ok(read) if read > 0) {}
}
