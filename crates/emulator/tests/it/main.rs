//! Tests of the emulator from outside: through sockets, and with its ledger.

#![expect(clippy::unwrap_used, reason = "a helper may fail the test")]

mod azure_identity;
mod command;
mod control_api;
mod data_sets;
mod device_codes;
mod encodings;
mod faults;
mod foreign_hosts;
mod generations;
mod idempotency;
mod lifecycle;
mod malformed_requests;
mod numbers;
mod operations;
mod partners;
mod path_case;
mod refusals;
mod request_bodies;
mod spec;
mod state_files;
mod state_machine;
mod tls;
mod tokens;

use std::fmt::Display;

use partner_center_emulator::{Emulator, EmulatorBuilder, data_set};
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;
use uuid::Uuid;

const PARTIAL: &str = include_str!("../../../../spec/examples/accept-transfer-partial.json");
const COMPLETE: &str = include_str!("../../../../spec/examples/accept-transfer-complete.json");
const FAILED: &str = include_str!("../../../../spec/examples/accept-transfer-failed.json");

/// An emulator, and an HTTP client without any code of the SDK.
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

    /// A token of the target partner.
    fn target(&self) -> String {
        self.emulator.token(data_set::TARGET).unwrap()
    }

    /// A token of the source partner.
    fn source(&self) -> String {
        self.emulator.token(data_set::SOURCE).unwrap()
    }

    /// A request without a token and without a `Content-Length`.
    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.emulator.url()))
    }

    /// A request to the control endpoint. It needs the media type of JSON, even without a body.
    fn control(&self, method: Method, path: &str, body: impl Display) -> RequestBuilder {
        self.bare(method, &format!("/_emulator{path}"))
            .header("Content-Type", "application/json")
            .body(body.to_string())
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
    async fn transfer(&self, token: &str, transfer: Uuid) -> Value {
        let response = self.read(token, &path(transfer)).send().await.unwrap();
        assert_eq!(response.status(), 200);
        json(response).await
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

async fn json(response: Response) -> Value {
    serde_json::from_slice(&response.bytes().await.unwrap()).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response
        .headers()
        .get(name)
        .unwrap_or_else(|| panic!("no {name} in {:?}", response.headers()))
        .to_str()
        .unwrap()
}

/// Whether it is a version 4 GUID, as generated ids are.
fn is_random_guid(text: &str) -> bool {
    Uuid::parse_str(text).is_ok_and(|guid| guid.get_version_num() == 4)
}

/// Checks an error response: the status, the headers, and all members of the envelope. Returns the
/// description.
async fn check_error(response: Response, status: u16, code: Value) -> String {
    check_error_with(response, status, code, &[]).await
}

/// Like [`check_error`], with values in `data`.
async fn check_error_with(response: Response, status: u16, code: Value, data: &[String]) -> String {
    assert_eq!(response.status(), status);
    assert_eq!(
        header(&response, "Content-Type"),
        "application/json; charset=utf-8"
    );
    assert!(is_random_guid(header(&response, "MS-RequestId")));
    assert!(is_random_guid(header(&response, "MS-CorrelationId")));
    assert_eq!(header(&response, "X-Locale"), "en-US");
    let length: usize = header(&response, "Content-Length").parse().unwrap();
    let body = response.bytes().await.unwrap();
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
