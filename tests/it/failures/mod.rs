//! Failing calls over real sockets. `cases` is a table of failures, and `run_case` runs one of them;
//! the other files test what a table row cannot show. Clock and randomness are injected.

mod ambiguous_outcome;
mod cases;
mod error_causes;
mod limits;
mod random_failures;
mod run_case;

use std::fmt::Debug;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use partner_center_tests::{
    ATTEMPT_TIMEOUT, CALL_TIMEOUT, CUSTOMER, FakeRuntime, NumberedTokens, Reply, TRANSFER,
    example_text,
};
use partner_center_transfers::{
    CallOptions, Client, CorrelationId, Error, RequestId, Response, RetryPolicy,
};
use tokio::net::TcpListener;

fn client(url: &str, runtime: Arc<FakeRuntime>, retry: RetryPolicy) -> Client {
    client_of(url, runtime, retry, NumberedTokens::default())
}

fn client_of(
    url: &str,
    runtime: Arc<FakeRuntime>,
    retry: RetryPolicy,
    credential: NumberedTokens,
) -> Client {
    let options = CallOptions::default().timeout(CALL_TIMEOUT).retry(retry);
    // For the call's time limit to expire first, the attempt's must be longer.
    let attempt = if runtime.expires(CALL_TIMEOUT) {
        CALL_TIMEOUT * 2
    } else {
        ATTEMPT_TIMEOUT
    };
    Client::builder()
        .endpoint(url)
        .credential(credential)
        .runtime(runtime)
        .options(options.attempt_timeout(attempt))
        .build()
        .unwrap()
}

#[derive(Clone, Copy, Debug)]
enum Operation {
    Accept,
    Withdraw,
}

/// A successful response of any operation.
#[derive(Debug)]
struct Sent {
    attempts: u32,
    request_id: RequestId,
    correlation_id: CorrelationId,
}

impl<T> From<Response<T>> for Sent {
    fn from(response: Response<T>) -> Self {
        Self {
            attempts: response.attempts(),
            request_id: response.request_id(),
            correlation_id: response.correlation_id(),
        }
    }
}

async fn send(client: &Client, operation: Operation) -> Result<Sent, Error> {
    match operation {
        Operation::Accept => {
            let call = client
                .accept_transfer()
                .customer_id(CUSTOMER)
                .transfer_id(TRANSFER);
            call.send().await.map(Sent::from)
        }
        Operation::Withdraw => {
            let call = client
                .withdraw_transfer()
                .customer_id(CUSTOMER)
                .transfer_id(TRANSFER);
            call.send().await.map(Sent::from)
        }
    }
}

/// The URL of a port on which no server listens.
async fn unused_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn ok() -> Reply {
    Reply::json("200 OK", &example_text("accept-transfer-complete.json"))
}

fn status(line: &str) -> Reply {
    Reply::response(line, "", "")
}

fn retry_after(line: &str, time: &str) -> Reply {
    Reply::response(line, &format!("Retry-After: {time}\r\n"), "")
}

fn describe(error: &Error) -> String {
    let kind = [
        ("connect", error.is_connect()),
        ("credential", error.is_credential()),
        ("interrupted", error.is_interrupted()),
        ("timeout", error.is_timeout()),
        ("service", error.is_service()),
        ("decode", error.is_decode()),
    ]
    .into_iter()
    .find_map(|(kind, holds)| holds.then_some(kind))
    .unwrap_or("another kind");
    match error.status() {
        Some(status) => format!("{kind} {}", status.as_u16()),
        None => kind.to_owned(),
    }
}

/// Polls a future once.
fn poll_once<T: Debug>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
