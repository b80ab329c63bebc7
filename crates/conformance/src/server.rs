//! Plays the replies of one scenario on a loopback port, and records the requests.
//!
//! Each connection serves one request and is then closed. So the effect of a fault on the next request
//! does not depend on the client's connection pool.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::request::{self, RawRequest};
use crate::scenario::reply::{PreparedReply, ReplyFault};

/// The maximum number of connections that wait to be accepted.
const BACKLOG: u32 = 128;

/// A server that plays the replies of one scenario until it is dropped.
#[derive(Debug)]
pub struct ScenarioServer {
    url: String,
    shared: Arc<Shared>,
    task: Option<JoinHandle<()>>,
    /// A bound port without a listener. Keeping it prevents other programs from using it.
    _reserved: Option<TcpSocket>,
}

#[derive(Debug)]
struct Shared {
    url: String,
    replies: Vec<PreparedReply>,
    received: Mutex<Vec<ReceivedRequest>>,
    /// The number of completed replies.
    completed: watch::Sender<usize>,
}

/// A request, or a connection that was reset before its request was read.
#[derive(Clone, Debug)]
pub(crate) struct ReceivedRequest {
    /// The request. `None` if nothing was read, an error if it was not a valid request.
    pub(crate) request: Option<Result<RawRequest, String>>,
    /// When the request was complete.
    pub(crate) at: Instant,
    /// When the reply was complete.
    pub(crate) answered: Option<Instant>,
}

impl ScenarioServer {
    /// Starts on a free port of 127.0.0.1. Without `listening` the port is only reserved.
    pub(crate) fn start(replies: Vec<PreparedReply>, listening: bool) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
        let url = format!("http://{}", socket.local_addr()?);
        let shared = Arc::new(Shared {
            url: url.clone(),
            replies,
            received: Mutex::default(),
            completed: watch::Sender::new(0),
        });
        let (task, reserved) = if listening {
            let listener = socket.listen(BACKLOG)?;
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
            _reserved: reserved,
        })
    }

    /// Returns the base URL, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Waits until this number of replies is complete.
    pub async fn wait_for_replies(&self, count: usize) {
        let mut completed = self.shared.completed.subscribe();
        // An error is impossible: `self` owns the sender.
        let _ = completed.wait_for(|completed| *completed >= count).await;
    }

    /// Returns the number of replies of the scenario.
    pub fn reply_count(&self) -> usize {
        self.shared.replies.len()
    }

    pub(crate) fn received(&self) -> Vec<ReceivedRequest> {
        self.shared.received().clone()
    }
}

impl Drop for ScenarioServer {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Shared {
    fn received(&self) -> MutexGuard<'_, Vec<ReceivedRequest>> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records a request and returns its index.
    fn record(&self, request: Option<Result<RawRequest, String>>) -> usize {
        let mut received = self.received();
        received.push(ReceivedRequest {
            request,
            at: Instant::now(),
            answered: None,
        });
        received.len() - 1
    }

    /// Records the next connection and returns its index, if it must be reset unread.
    fn resets_next(&self) -> Option<usize> {
        let next = self.received().len();
        let fault = self.replies.get(next)?.fault;
        (fault == Some(ReplyFault::ResetBeforeReading)).then(|| self.record(None))
    }

    fn finished(&self, number: usize) {
        if let Some(received) = self.received().get_mut(number) {
            received.answered = Some(Instant::now());
        }
        self.completed.send_modify(|completed| *completed += 1);
    }
}

/// Accepts connections. Aborting this task aborts their tasks too.
async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Shared>) {
    if let Some(number) = shared.resets_next() {
        // Wait for data: an earlier reset could make the client's connect fail instead.
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
    let number = shared.record(Some(request));
    let Some(reply) = shared.replies.get(number) else {
        return;
    };
    // The client may have closed the connection, which is not a failure of the server.
    let _ = stream.write_all(&reply.wire(&shared.url)).await;
    match reply.fault {
        Some(ReplyFault::Reset | ReplyFault::ResetBeforeReading) => reset(&stream),
        Some(ReplyFault::Stall) => {
            shared.finished(number);
            wait_for_close(&mut stream).await;
            return;
        }
        Some(ReplyFault::Close) | None => {
            let _ = stream.shutdown().await;
        }
    }
    shared.finished(number);
    if reply.fault.is_none() {
        // Closing while the client still sends could discard the response.
        wait_for_close(&mut stream).await;
    }
}

/// Makes closing the stream send a reset.
fn reset(stream: &TcpStream) {
    // Fails only if the connection is already closed.
    let _ = stream.set_zero_linger();
}

async fn wait_for_close(stream: &mut TcpStream) {
    let mut bytes = [0; 1024];
    while matches!(stream.read(&mut bytes).await, Ok(read) if read > 0) {}
}
