//! What a call does when things go wrong, on real sockets. `table` has the faults line by line, and
//! `row` plays one out; the other files have what a line cannot say. Time and chance are injected: no test waits.

mod causes;
mod doubt;
mod limits;
mod row;
mod table;

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
    // Where the time for the call is to run out, that for an attempt must not be shorter.
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

/// What a caller has of a call that succeeded, whatever its operation.
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

/// The URL of a port where nobody listens.
async fn deserted() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

fn ok() -> Reply {
    Reply::json("200 OK", &example_text("accept-transfer-complete.json"))
}

fn status(line: &str) -> Reply {
    Reply::response(line, "", "")
}

fn asks_to_wait(line: &str, time: &str) -> Reply {
    Reply::response(line, &format!("Retry-After: {time}\r\n"), "")
}

fn half(line: &str) -> Reply {
    Reply::BytesThenClose(
        format!("HTTP/1.1 {line}\r\nContent-Length: 99\r\n\r\n{{\"co").into_bytes(),
    )
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

/// One poll, without a waker that matters.
fn polled<T: Debug>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Option<T> {
    let mut context = Context::from_waker(Waker::noop());
    match future.as_mut().poll(&mut context) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}
