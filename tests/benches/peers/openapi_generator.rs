//! Measures the client that openapi-generator generates for Rust.

mod measure;
mod serve;

use std::hint::black_box;
use std::sync::Arc;

use openapi::apis::configuration::Configuration;
use openapi::apis::transfers_api::{AcceptTransferSuccess, accept_transfer};
use reqwest::header::{ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};

struct Generated(Arc<Configuration>);

impl measure::Worker for Generated {
    async fn call(&mut self) {
        let answer = accept_transfer(
            &self.0,
            "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d",
            "aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba",
            Some("8389053b-731c-4261-9899-1583d7859153"),
            Some("4827b753-8541-428b-8c90-059b6b4851bd"),
            None,
            None,
        );
        let answer = answer.await.unwrap();
        assert!(matches!(answer.entity, Some(AcceptTransferSuccess::Status200(_))));
        black_box(answer);
    }
}

fn main() {
    let url = std::env::args().nth(1).unwrap();
    // The client sets none of these.
    let headers = HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("application/json")),
        (CONTENT_LENGTH, HeaderValue::from_static("0")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ]);
    let http = reqwest::Client::builder().no_proxy().default_headers(headers).build().unwrap();
    let configuration = Arc::new(Configuration {
        base_path: url,
        bearer_access_token: Some("canary-eyJ0eXAiOiJKV1Qi-canary".to_owned()),
        client: http,
        ..Configuration::new()
    });
    serve::serve(|| Generated(Arc::clone(&configuration)));
}
