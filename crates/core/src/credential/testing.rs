//! What the tests of the credentials share: a clock that stands still, and a login service that
//! answers what it is told.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use http::StatusCode;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::token::TokenRequest;
use super::{AccessToken, Credential, CredentialError};
use crate::runtime::{BoxFuture, Runtime};

pub(crate) const TENANT: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
pub(crate) const CLIENT_ID: &str = "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e";
pub(crate) const SECRET: &str = "canary-s3cr3t~&+/-canary";
pub(crate) const REFRESH_TOKEN: &str = "canary-0.AXoA-refresh-canary";
pub(crate) const ACCESS_TOKEN: &str = "canary-eyJ0eXAi-canary";

/// A clock that stands still but for `advance` and for waits, which are over at once if they are
/// short, and never if they are long.
#[derive(Debug)]
pub(crate) struct FakeRuntime {
    start: Instant,
    passed: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
    /// Waits below this are over at once.
    short: Duration,
}

impl FakeRuntime {
    /// A wait of less than 20 seconds, such as a backoff, is over at once; a time limit never.
    pub(crate) fn new() -> Self {
        Self::with(Duration::from_secs(20))
    }

    /// No wait is ever over.
    pub(crate) fn without_end() -> Self {
        Self::with(Duration::ZERO)
    }

    /// Each wait is over at once, time limits too.
    pub(crate) fn without_patience() -> Self {
        Self::with(Duration::MAX)
    }

    fn with(short: Duration) -> Self {
        Self {
            start: Instant::now(),
            passed: Mutex::default(),
            waits: Mutex::default(),
            short,
        }
    }

    pub(crate) fn advance(&self, time: Duration) {
        *self.passed.lock().unwrap() += time;
    }

    /// The waits that were over, in order.
    pub(crate) fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }
}

impl Runtime for FakeRuntime {
    fn now(&self) -> Instant {
        self.start + *self.passed.lock().unwrap()
    }

    fn wall_clock(&self) -> SystemTime {
        let epoch = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        epoch + *self.passed.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration < self.short {
            self.waits.lock().unwrap().push(duration);
            Box::pin(std::future::ready(()))
        } else {
            Box::pin(std::future::pending())
        }
    }

    fn random(&self) -> f64 {
        0.5
    }
}

pub(crate) fn request_to<'a>(
    authority: &'a str,
    http: &'a reqwest::Client,
    runtime: &'a FakeRuntime,
) -> TokenRequest<'a> {
    TokenRequest::new(
        "https://api.example",
        "https://api.example/.default",
        authority,
        http,
        runtime,
    )
}

/// One request for a token, as a client would make it.
pub(crate) async fn fetch(
    credential: &dyn Credential,
    server: &LoginServer,
    runtime: &FakeRuntime,
) -> Result<AccessToken, CredentialError> {
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap();
    let request = request_to(server.url(), &http, runtime);
    credential.access_token(&request).await
}

/// What the login service does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// Status, further headers that each end with `\r\n`, body.
    Answer(StatusCode, &'static str, Vec<u8>),
    /// Sends this much of a success, which promises more, and hangs up.
    BreakOff(String),
    /// Hangs up without an answer.
    HangUp,
    /// Says nothing.
    Silence,
}

pub(crate) fn success() -> Reply {
    success_with(json!({}))
}

/// A success in which these members are added or replaced; null takes one away.
pub(crate) fn success_with(members: Value) -> Reply {
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": 3599,
        "ext_expires_in": 3599,
        "access_token": ACCESS_TOKEN,
    });
    let Value::Object(members) = members else {
        panic!("an object")
    };
    for (name, value) in members {
        if value.is_null() {
            body.as_object_mut().unwrap().remove(&name);
        } else {
            body[name] = value;
        }
    }
    Reply::Answer(StatusCode::OK, "", body.to_string().into_bytes())
}

pub(crate) fn refusal(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).unwrap();
    Reply::Answer(status, "", body.as_bytes().to_vec())
}

/// A request as it came over the wire.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) head: String,
    pub(crate) body: String,
}

/// A server on a real socket of this machine. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct LoginServer {
    url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    task: JoinHandle<()>,
}

impl LoginServer {
    /// Gives each request the next reply, and hangs up on any beyond them.
    pub(crate) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        let mut replies = replies.into_iter().collect::<Vec<_>>().into_iter();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // One request a connection, so that the replies are in order.
                let _ = serve(stream, &mut replies, &seen).await;
            }
        });
        Self {
            url,
            requests,
            task,
        }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for LoginServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    replies: &mut (dyn Iterator<Item = Reply> + Send),
    seen: &Mutex<Vec<Request>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .unwrap_or(0);
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let body = String::from_utf8(body).unwrap();
    seen.lock().unwrap().push(Request { head, body });
    match replies.next() {
        Some(Reply::Answer(status, headers, body)) => {
            let head = format!(
                "HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&body).await
        }
        Some(Reply::BreakOff(body)) => {
            let head = "HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n";
            stream.write_all([head, &body].concat().as_bytes()).await
        }
        Some(Reply::Silence) => stream.read(&mut [0]).await.map(|_| ()),
        Some(Reply::HangUp) | None => Ok(()),
    }
}

/// A form as the server reads it.
#[cfg(feature = "certificate")]
#[derive(Debug)]
pub(crate) struct Form(Vec<(String, String)>);

#[cfg(feature = "certificate")]
impl Form {
    pub(crate) fn read(body: &str) -> Self {
        let url = reqwest::Url::parse(&format!("http://x/?{body}")).unwrap();
        let pair = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
            (name.into_owned(), value.into_owned())
        };
        Self(url.query_pairs().map(pair).collect())
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }

    pub(crate) fn get(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        &found.unwrap().1
    }
}
