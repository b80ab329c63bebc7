//! The emulator seen from outside: real sockets, and what the ledger says afterwards.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod bad_input;
mod command;
mod control;
mod data;
mod faults;
mod generations;
mod idempotency;
mod lifecycle;
mod limits;
mod load;
mod machine;
mod operations;
mod partners;
mod refusals;
mod request_bodies;
mod spec;
mod tokens;

use partner_center_emulator::{Emulator, EmulatorBuilder, data_set};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use uuid::Uuid;

const PARTIAL: &[u8] = include_bytes!("../../../../spec/examples/accept-transfer-partial.json");
const COMPLETE: &str = include_str!("../../../../spec/examples/accept-transfer-complete.json");
const FAILED: &str = include_str!("../../../../spec/examples/accept-transfer-failed.json");

/// An emulator, and a client that speaks to it without any of our own code between.
struct Lab {
    emulator: Emulator,
    client: Client,
}

impl Lab {
    async fn new() -> Self {
        Self::with(Emulator::builder()).await
    }

    async fn with(builder: EmulatorBuilder) -> Self {
        Self {
            emulator: builder.start().await.unwrap(),
            client: Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// A token of the partner that receives.
    fn target(&self) -> String {
        self.emulator.token(data_set::TARGET).unwrap()
    }

    /// A token of the partner that hands over.
    fn source(&self) -> String {
        self.emulator.token(data_set::SOURCE).unwrap()
    }

    /// A request without a token and without a length.
    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.emulator.url()))
    }

    fn accept(&self, transfer: Uuid) -> RequestBuilder {
        self.accept_with(&self.target(), transfer)
    }

    fn accept_with(&self, token: &str, transfer: Uuid) -> RequestBuilder {
        self.bare(Method::POST, &accept_path(transfer))
            .bearer_auth(token)
            .header("Content-Length", "0")
    }

    fn withdraw(&self, transfer: Uuid) -> RequestBuilder {
        self.bare(Method::DELETE, &path(transfer))
            .bearer_auth(self.source())
    }

    fn create(&self, token: &str, body: &Value) -> RequestBuilder {
        self.bare(Method::POST, &transfers_path())
            .bearer_auth(token)
            .json(body)
    }

    fn update(&self, token: &str, transfer: Uuid, body: &Value) -> RequestBuilder {
        self.bare(Method::PATCH, &path(transfer))
            .bearer_auth(token)
            .json(body)
    }

    fn read(&self, token: &str, path: &str) -> RequestBuilder {
        self.bare(Method::GET, path).bearer_auth(token)
    }

    /// A transfer as a partner reads it.
    async fn seen(&self, token: &str, transfer: Uuid) -> Value {
        let answer = self.read(token, &path(transfer)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        json(answer).await
    }
}

fn path(transfer: Uuid) -> String {
    format!("/v1/customers/{}/transfers/{transfer}", data_set::CUSTOMER)
}

fn accept_path(transfer: Uuid) -> String {
    format!("{}/accept", path(transfer))
}

fn transfers_path() -> String {
    format!("/v1/customers/{}/transfers", data_set::CUSTOMER)
}

fn eligibility_path() -> String {
    format!("/v1/customers/{}/transferseligibility", data_set::CUSTOMER)
}

async fn json(answer: Response) -> Value {
    serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn header<'a>(answer: &'a Response, name: &str) -> &'a str {
    answer
        .headers()
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", answer.headers()))
        .to_str()
        .unwrap()
}

/// Whether it is a version 4 GUID, as one that is made up should be.
fn is_random_guid(text: &str) -> bool {
    Uuid::parse_str(text).is_ok_and(|guid| guid.get_version_num() == 4)
}

/// Checks a fault whole: status, headers that belong to JSON, each member of the envelope and no
/// other. Gives its description.
async fn fault(answer: Response, status: u16, code: Value) -> String {
    fault_with(answer, status, code, &[]).await
}

/// The same with something in `data`.
async fn fault_with(answer: Response, status: u16, code: Value, data: &[String]) -> String {
    assert_eq!(answer.status(), status);
    assert_eq!(
        header(&answer, "Content-Type"),
        "application/json; charset=utf-8"
    );
    assert!(is_random_guid(header(&answer, "MS-RequestId")));
    assert!(is_random_guid(header(&answer, "MS-CorrelationId")));
    assert_eq!(header(&answer, "X-Locale"), "en-US");
    let length: usize = header(&answer, "Content-Length").parse().unwrap();
    let body = answer.bytes().await.unwrap();
    assert_eq!(body.len(), length);
    let body: Value = serde_json::from_slice(&body).unwrap();
    let description = body["description"].as_str().unwrap().to_owned();
    assert!(!description.is_empty());
    assert_eq!(
        body,
        serde_json::json!({
            "code": code,
            "description": description,
            "data": data,
            "source": "PartnerFD",
        })
    );
    description
}
