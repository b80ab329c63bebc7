//! What a build with the default features does: it asks for no compressed responses, and says what
//! to do if one comes anyway. Other tests of the workspace are built with the feature `gzip`.

#![cfg(not(feature = "gzip"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;

use partner_center_transfers::{Client, ClientSecretCredential, Cloud, Error, RetryPolicy};

const ID: &str = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
const FEATURE: &str = "the feature `gzip` of partner-center-transfers";

/// The beginning of every gzip file.
const COMPRESSED: &[u8] = b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0";

/// Answers one request with a compressed body. The thread returns the head of the request.
fn once(status: &str) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let length = COMPRESSED.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    );
    let served = std::thread::spawn(move || {
        let mut reader = BufReader::new(listener.accept().unwrap().0);
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut request).unwrap() > 0);
        }
        let answer = [head.as_bytes(), COMPRESSED].concat();
        reader.get_mut().write_all(&answer).unwrap();
        request.to_ascii_lowercase()
    });
    (url, served)
}

async fn accept(client: &Client) -> Error {
    let call = client.accept_transfer().customer_id(ID).transfer_id(ID);
    call.send().await.unwrap_err()
}

fn client(url: &str) -> Client {
    let client = Client::builder().endpoint(url).bearer_token("the-token");
    client.retry(RetryPolicy::never()).build().unwrap()
}

#[tokio::test]
async fn a_compressed_success_is_kept_and_the_error_names_the_feature() {
    let (url, served) = once("200 OK");
    let error = accept(&client(&url)).await;
    assert!(
        error.is_decode() && error.may_have_been_applied(),
        "{error:?}"
    );
    assert!(error.to_string().contains(FEATURE), "{error}");
    assert_eq!(error.body().unwrap(), COMPRESSED);
    let request = served.join().unwrap();
    assert!(!request.contains("accept-encoding"), "{request}");
}

#[tokio::test]
async fn a_compressed_refusal_names_the_feature() {
    let (url, _) = once("403 Forbidden");
    let error = accept(&client(&url)).await;
    assert!(error.is_service() && error.code().is_none(), "{error:?}");
    assert!(error.to_string().contains(FEATURE), "{error}");
}

#[tokio::test]
async fn a_compressed_response_of_the_login_service_names_the_feature() {
    for status in ["200 OK", "400 Bad Request"] {
        let (url, served) = once(status);
        let client = Client::builder()
            .cloud(Cloud::emulator(&url))
            .credential(ClientSecretCredential::new(
                "contoso.example",
                ID,
                "the-secret",
            ))
            .build()
            .unwrap();
        let error = accept(&client).await;
        assert!(
            error.is_credential() && !error.may_have_been_applied(),
            "{error:?}"
        );
        assert!(error.to_string().contains(FEATURE), "{status}: {error}");
        let request = served.join().unwrap();
        assert!(!request.contains("accept-encoding"), "{request}");
    }
}
