//! TLS: a made certificate and a given one, with a real client.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use partner_center_emulator::{Emulator, FaultKind, InjectedFault, data_set};
use reqwest::{Certificate, Client};

fn client(root: &str) -> Client {
    let certificate = Certificate::from_pem(root.as_bytes()).unwrap();
    let builder = Client::builder().no_proxy();
    builder.tls_certs_only([certificate]).build().unwrap()
}

#[tokio::test]
async fn a_made_certificate_is_valid_for_local_names_and_those_that_are_given() {
    let builder = Emulator::builder().tls(["Test.example", "10.1.2.3"]);
    let emulator = builder.no_auth().start().await.unwrap();
    let url = emulator.url();
    assert!(url.starts_with("https://127.0.0.1:"), "{url}");
    let root = emulator.root_certificate().unwrap();
    assert!(root.starts_with("-----BEGIN CERTIFICATE-----"), "{root}");
    let address: std::net::SocketAddr = url["https://".len()..].parse().unwrap();
    for name in [
        "localhost",
        "127.0.0.1",
        "emulator",
        "host.docker.internal",
        "test.example",
    ] {
        let client = Client::builder()
            .no_proxy()
            .tls_certs_only([Certificate::from_pem(root.as_bytes()).unwrap()])
            .resolve(name, address)
            .build()
            .unwrap();
        let health = format!("https://{name}:{}/alive", address.port());
        let response = client.get(health).send().await.unwrap();
        assert_eq!(response.status(), 404, "{name}");
    }
    let accept = client(root)
        .post(format!(
            "{url}{}",
            crate::accept_path(data_set::ACCEPTED_WHOLE)
        ))
        .header("Content-Length", "0");
    assert_eq!(accept.send().await.unwrap().status(), 200);
    assert_eq!(emulator.effects().len(), 1);

    let stranger = Client::builder().no_proxy().build().unwrap();
    let error = stranger.get(&url).send().await.unwrap_err();
    assert!(error.is_connect(), "{error:?}");
    let other = Emulator::builder()
        .tls([] as [&str; 0])
        .start()
        .await
        .unwrap();
    let other = client(other.root_certificate().unwrap());
    assert!(other.get(&url).send().await.unwrap_err().is_connect());
}

#[tokio::test]
async fn a_fault_resets_a_connection_with_tls() {
    let builder = Emulator::builder().tls([] as [&str; 0]);
    let emulator = builder.no_auth().start().await.unwrap();
    let fault = InjectedFault::new(FaultKind::ResetAfterEffect).count(1);
    emulator.inject(fault).unwrap();
    let accept = client(emulator.root_certificate().unwrap())
        .post(format!(
            "{}{}",
            emulator.url(),
            crate::accept_path(data_set::ACCEPTED_WHOLE)
        ))
        .header("Content-Length", "0");
    assert!(accept.send().await.is_err());
    assert_eq!(emulator.effects().len(), 1);
}

#[tokio::test]
async fn plain_http_is_answered_with_what_to_do() {
    let emulator = Emulator::builder()
        .tls([] as [&str; 0])
        .start()
        .await
        .unwrap();
    let mut stream = TcpStream::connect(&emulator.url()["https://".len()..]).unwrap();
    stream
        .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 400 "), "{response}");
    assert!(
        response.ends_with("use https instead of http.\n"),
        "{response}"
    );
}

/// A certificate for `given.example`, and its key.
fn given() -> (String, String) {
    let made = rcgen::generate_simple_self_signed(["given.example".to_owned()]).unwrap();
    (made.cert.pem(), made.signing_key.serialize_pem())
}

#[tokio::test]
async fn a_given_certificate_is_used() {
    let (certificate, key) = given();
    // Comments and marks of other programs.
    let chain = [
        b"\xEF\xBB\xBFBag Attributes: Zo\xEB\n",
        certificate.as_bytes(),
    ]
    .concat();
    let builder = Emulator::builder().tls_certificate(chain, &key);
    let emulator = builder.start().await.unwrap();
    assert_eq!(emulator.root_certificate(), None);
    let address: std::net::SocketAddr = emulator.url()["https://".len()..].parse().unwrap();
    let client = Client::builder()
        .no_proxy()
        .tls_certs_only([Certificate::from_pem(certificate.as_bytes()).unwrap()])
        .resolve("given.example", address)
        .build()
        .unwrap();
    let url = format!("https://given.example:{}/v1/", address.port());
    assert_eq!(client.get(url).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn an_unusable_certificate_is_refused_at_the_start() {
    let (certificate, key) = given();
    let (other, _) = given();
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    for (chain, key, reason) in [
        ("", key.as_str(), "no CERTIFICATE section"),
        (key.as_str(), key.as_str(), "no CERTIFICATE section"),
        (certificate.as_str(), "", "no PRIVATE KEY section"),
        (certificate.as_str(), encrypted, "the TLS key is encrypted"),
        (other.as_str(), key.as_str(), "cannot be used"),
    ] {
        let builder = Emulator::builder().tls_certificate(chain, key);
        let error = builder.start().await.unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
        assert!(!error.contains("BEGIN"), "{error}");
    }
}
