//! A proxy between a client and the emulator that fails as its plan says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::fault::{Answer, Delivery, End, Fault, NONE};
use crate::scripted_server::{Request, ScriptedServer, read_request, reset};
use crate::{FakeRuntime, settle};

/// What the proxy does with the requests of the next call.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The token of the partner that calls.
    pub(super) token: String,
    /// The faults of the attempts to change something, then of the reads. Later ones have none.
    pub(super) changes: VecDeque<Fault>,
    pub(super) reads: VecDeque<Fault>,
    /// Whether what is late arrives before the next attempt.
    pub(super) late_before_next: bool,
}

#[derive(Debug, Default)]
struct State {
    plan: Plan,
    /// The requests that arrive late.
    late: Vec<Request>,
    /// The faults so far.
    used: Vec<&'static str>,
}

/// The proxy of one client, whose calls follow each other.
#[derive(Debug)]
pub(super) struct Proxy {
    server: ScriptedServer,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The host and port of the emulator.
    emulator: String,
    clock: Arc<FakeRuntime>,
    state: Mutex<State>,
}

impl Proxy {
    /// Starts a proxy for the emulator with this URL, and for a client with this clock.
    pub(super) async fn start(emulator: &str, clock: &Arc<FakeRuntime>) -> Self {
        let shared = Arc::new(Shared {
            emulator: emulator.trim_start_matches("http://").to_owned(),
            clock: Arc::clone(clock),
            state: Mutex::default(),
        });
        let by_server = Arc::clone(&shared);
        let server = ScriptedServer::listen(move |stream, _| {
            let shared = Arc::clone(&by_server);
            async move {
                let mut stream = BufReader::new(stream);
                while let Some(request) = read_request(&mut stream).await {
                    if shared.handle(request, stream.get_mut()).await.is_none() {
                        return;
                    }
                }
            }
        })
        .await;
        Self { server, shared }
    }

    pub(super) fn url(&self) -> &str {
        self.server.url()
    }

    /// Sets the plan for the next call.
    pub(super) fn plan(&self, plan: Plan) {
        self.shared.state().plan = plan;
    }

    /// Delivers the requests that are late.
    pub(super) async fn deliver_late(&self) {
        self.shared.deliver_late().await;
    }

    /// Takes the names of the faults so far.
    pub(super) fn take_used(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.shared.state().used)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn deliver_late(&self) {
        let late = std::mem::take(&mut self.state().late);
        for request in late {
            self.deliver(&request).await;
        }
    }

    /// Handles one request; `None` if the connection is to be closed.
    async fn handle(&self, request: Request, stream: &mut TcpStream) -> Option<()> {
        let (fault, deliver_late) = {
            let mut state = self.state();
            let plan = &mut state.plan;
            let changes = request.method() != "GET";
            let faults = if changes {
                &mut plan.changes
            } else {
                &mut plan.reads
            };
            let fault = faults.pop_front().unwrap_or(NONE);
            let deliver_late = changes && plan.late_before_next;
            state.used.push(fault.name);
            (fault, deliver_late)
        };
        if deliver_late {
            self.deliver_late().await;
        }
        let response = match fault.delivery {
            Delivery::Never | Delivery::Later => Vec::new(),
            Delivery::Once | Delivery::OnceAndLater => self.deliver(&request).await,
            Delivery::TwiceAtOnce => tokio::join!(self.deliver(&request), self.deliver(&request)).0,
            Delivery::TwiceInTurn => {
                self.deliver(&request).await;
                self.deliver(&request).await
            }
        };
        if matches!(fault.delivery, Delivery::Later | Delivery::OnceAndLater) {
            self.state().late.push(request);
        }
        self.answer(fault.answer, &response, stream).await
    }

    /// Sends the request to the emulator with the token of the plan, and returns its response.
    async fn deliver(&self, request: &Request) -> Vec<u8> {
        let mut head = String::new();
        for line in request.head.lines().filter(|line| !line.is_empty()) {
            let name = line.split(':').next().unwrap_or_default();
            if !["authorization", "connection"].contains(&&*name.to_ascii_lowercase()) {
                head += line;
                head += "\r\n";
            }
        }
        let token = self.state().plan.token.clone();
        let sent = format!(
            "{head}Authorization: Bearer {token}\r\nConnection: close\r\n\r\n{}",
            request.body
        );
        let mut response = Vec::new();
        if let Ok(mut emulator) = TcpStream::connect(&self.emulator).await
            && emulator.write_all(sent.as_bytes()).await.is_ok()
        {
            // A response that cannot be read is one that the client does not get.
            let _ = emulator.read_to_end(&mut response).await;
        }
        keep_alive(response)
    }

    async fn answer(&self, answer: Answer, response: &[u8], stream: &mut TcpStream) -> Option<()> {
        let end_of_head = response.windows(4).position(|four| four == b"\r\n\r\n");
        let body = end_of_head.map_or(response.len(), |at| at + 4);
        match answer {
            Answer::Whole => stream.write_all(response).await.ok(),
            Answer::Doubled => stream.write_all(&response.repeat(2)).await.ok(),
            Answer::AfterInterim => {
                let interim = "HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n".repeat(3);
                stream.write_all(interim.as_bytes()).await.ok()?;
                stream.write_all(response).await.ok()
            }
            Answer::Delayed => {
                self.clock.advance(Duration::from_secs(20));
                stream.write_all(response).await.ok()
            }
            Answer::InPieces => {
                let _ = stream.set_nodelay(true);
                for piece in response.chunks(7) {
                    stream.write_all(piece).await.ok()?;
                    tokio::task::yield_now().await;
                }
                Some(())
            }
            Answer::ThenClosed => {
                let _ = stream.write_all(response).await;
                None
            }
            Answer::HalfHead => {
                let half = body / 2;
                let _ = stream.write_all(&response[..half]).await;
                None
            }
            Answer::HalfBody(end) => {
                // Of a response without a body, the last bytes of the head are missing.
                let half = if body == response.len() {
                    body - 2
                } else {
                    body + (response.len() - body) / 2
                };
                let _ = stream.write_all(&response[..half]).await;
                self.end(end, stream).await
            }
            Answer::HalfChunked => {
                let half = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"id\"\r\n";
                let _ = stream.write_all(half.as_bytes()).await;
                None
            }
            Answer::Nothing(end) => self.end(end, stream).await,
            Answer::Forged(head, body) => {
                let length = body.len();
                let forged = format!("HTTP/1.1 {head}\r\nContent-Length: {length}\r\n\r\n{body}");
                stream.write_all(forged.as_bytes()).await.ok()
            }
        }
    }

    async fn end(&self, end: End, stream: &mut TcpStream) -> Option<()> {
        match end {
            End::Closed => {}
            End::Reset => reset(stream),
            End::Stalled => {
                // What was sent arrives before the time is over.
                settle().await;
                while !self.clock.expire() {
                    tokio::task::yield_now().await;
                }
                let _ = stream.read(&mut [0; 1]).await;
            }
        }
        None
    }
}

/// The response without the header that closes the connection.
fn keep_alive(response: Vec<u8>) -> Vec<u8> {
    const HEADER: &[u8] = b"connection: close\r\n";
    match response
        .windows(HEADER.len())
        .position(|part| part.eq_ignore_ascii_case(HEADER))
    {
        Some(at) => [&response[..at], &response[at + HEADER.len()..]].concat(),
        None => response,
    }
}
