//! Measures the client that progenitor generates.

#[allow(warnings)]
mod client {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}
mod measure;
mod serve;

use std::hint::black_box;

use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue};

struct Stock(client::Client);

impl measure::Worker for Stock {
    async fn call(&mut self) {
        let call = self
            .0
            .accept_transfer()
            .customer_id("d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d")
            .transfer_id("aa2bddb6-9cc8-4949-80fe-a37d5e0a13ba")
            .ms_request_id("8389053b-731c-4261-9899-1583d7859153")
            .ms_correlation_id("4827b753-8541-428b-8c90-059b6b4851bd");
        black_box(call.send().await.unwrap().into_inner());
    }
}

fn main() {
    let url = std::env::args().nth(1).unwrap();
    // The client sets none of these.
    let headers = HeaderMap::from_iter([
        (AUTHORIZATION, HeaderValue::from_static("Bearer canary-eyJ0eXAiOiJKV1Qi-canary")),
        (CONTENT_LENGTH, HeaderValue::from_static("0")),
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
    ]);
    let http = reqwest::Client::builder().no_proxy().default_headers(headers).build().unwrap();
    serve::serve(|| Stock(client::Client::new_with_client(&url, http.clone())));
}
