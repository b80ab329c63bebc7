//! A recording server, and calls to it.

use serde_json::Value;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};

use super::{Run, run_with_token};

pub(crate) const CUSTOMER: &str = "47eaa099-2cb6-416d-86dc-283cf0480ff9";
pub(crate) const TRANSFER: &str = "5e9a2d41-7c38-4b06-a1f9-8d3b6c2e7f50";
pub(crate) const SOURCE: &str = "0c2f3a5d-6a0e-4f0e-9d0a-5b1f6d1c7a21";
pub(crate) const TARGET: &str = "7f1b8e92-2c47-4d8b-8f63-3e2a9c5d4b10";

macro_rules! example {
    ($name:literal) => {
        include_str!(concat!("../../../../spec/examples/", $name, ".json"))
    };
}
pub(crate) use example;

/// A call to the server, without a wait between attempts.
pub(crate) fn call(server: &MockServer, arguments: &[&str]) -> Run {
    let url = server.uri();
    run_with_token(&[&["--endpoint", &url, "--retries", "0"], arguments].concat())
}

/// The call on one transfer, with what else it takes.
pub(crate) fn on_transfer<'a>(call: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [
        &[call, "--customer", CUSTOMER, "--transfer", TRANSFER],
        more,
    ]
    .concat()
}

/// The call that creates a licence-based transfer, with what else it takes.
pub(crate) fn on_create<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let partners = ["--source", SOURCE, "--target", TARGET];
    [
        &["create", "--yes", "--customer", CUSTOMER],
        &partners[..],
        more,
    ]
    .concat()
}

pub(crate) async fn answers(server: &MockServer, verb: &str, status: u16, body: &str) {
    Mock::given(method(verb))
        .respond_with(ResponseTemplate::new(status).set_body_raw(body, "application/json"))
        .mount(server)
        .await;
}

/// What was sent: the method, the path from the customer on, and the body if there was one.
pub(crate) async fn sent(server: &MockServer) -> Vec<(String, String, Option<Value>)> {
    let requests = server.received_requests().await.unwrap();
    requests
        .iter()
        .map(|request| {
            let url = request.url.as_str().split(CUSTOMER).nth(1).unwrap();
            (
                request.method.to_string(),
                url.to_owned(),
                serde_json::from_slice(&request.body).ok(),
            )
        })
        .collect()
}

pub(crate) fn methods(sent: &[(String, String, Option<Value>)]) -> Vec<&str> {
    sent.iter().map(|(method, _, _)| method.as_str()).collect()
}
