//! The control endpoint refuses web pages of other sites: by `Host` and by `Origin`.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

use partner_center_emulator::{Emulator, data_set};
use serde_json::Value;

fn port(emulator: &Emulator) -> u16 {
    emulator.url().rsplit(':').next().unwrap().parse().unwrap()
}

/// Sends a request with these headers, and returns the status and the body.
fn ask(emulator: &Emulator, line: &str, headers: &str) -> (u16, String) {
    let address = SocketAddr::from(([127, 0, 0, 1], port(emulator)));
    let mut stream = TcpStream::connect(address).unwrap();
    let request = format!("{line}\r\n{headers}Connection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

const PATHS: [&str; 11] = [
    "GET /_emulator/devicelogin",
    "GET /_emulator/device-codes",
    "POST /_emulator/device-codes/BCDFGHJKL",
    "GET /_emulator/health",
    "GET /_emulator/state",
    "GET /_emulator/ledger",
    "GET /_emulator/tokens/fabrikam.onmicrosoft.com",
    "GET /_emulator/unknown",
    "POST /_emulator/data",
    "POST /_emulator/clock",
    "DELETE /_emulator/faults",
];

#[tokio::test]
async fn a_foreign_host_or_origin_is_refused_at_each_path() {
    let emulator = Emulator::start().await.unwrap();
    let accepted = crate::accept_path(data_set::ACCEPTED_WHOLE);
    let token = emulator.token(data_set::TARGET).unwrap();
    let (status, _) = ask(
        &emulator,
        &format!("POST {accepted} HTTP/1.1"),
        &format!("Host: localhost\r\nAuthorization: Bearer {token}\r\n"),
    );
    assert_eq!(status, 200);
    let before = emulator.requests().len();
    for path in PATHS {
        for headers in [
            "Host: evil.example\r\n",
            "Host: evil.example:8484\r\n",
            "Host: localhost.evil.example\r\n",
            "Host: 10.1.2.3\r\n",
            "Host: emulator:8484\r\n",
            "Host: user@localhost\r\n",
            "Host: \r\n",
            "Host: localhost\r\nHost: evil.example\r\n",
            "Host: \u{e9}vil\r\n",
            "Host: localhost\r\nOrigin: http://evil.example\r\n",
            "Host: localhost\r\nOrigin: https://evil.example:8484\r\n",
            "Host: localhost\r\nOrigin: http://localhost.evil.example\r\n",
            "Host: localhost\r\nOrigin: null\r\n",
            "Host: localhost\r\nOrigin: file://\r\n",
            "Host: localhost\r\nOrigin: chrome-extension://localhost\r\n",
            "Host: localhost\r\nContent-Type: text/plain\r\nOrigin: http://evil.example\r\n",
            "",
        ] {
            let (status, body) = ask(&emulator, &format!("{path} HTTP/1.1"), headers);
            assert_eq!(status, 403, "{path} {headers}");
            let body: Value = serde_json::from_str(&body).unwrap();
            assert!(body["error"].is_string());
        }
    }
    let (status, _) = ask(
        &emulator,
        "POST /_emulator/data HTTP/1.1",
        "Host: localhost\r\nSec-Fetch-Site: cross-site\r\n",
    );
    assert_eq!(status, 403);
    let (status, _) = ask(
        &emulator,
        "GET http://evil.example/_emulator/state HTTP/1.1",
        "Host: localhost\r\n",
    );
    assert_eq!(status, 403);
    assert_eq!(emulator.effects().len(), 1, "nothing was reset");
    assert_eq!(emulator.requests().len(), before);
}

#[tokio::test]
async fn loopback_names_are_kept() {
    let emulator = Emulator::start().await.unwrap();
    for headers in [
        "Host: localhost\r\n",
        "Host: LocalHost:1234\r\n",
        "Host: api.localhost:8484\r\n",
        "Host: 127.0.0.1\r\n",
        "Host: 127.1.2.3:99\r\n",
        "Host: [::1]:8484\r\n",
        "Host: localhost\r\nOrigin: http://localhost:3000\r\n",
        "Host: localhost\r\nOrigin: https://127.0.0.1:3000\r\n",
        "Host: localhost\r\nOrigin: http://[::1]:3000\r\n",
    ] {
        let (status, _) = ask(&emulator, "GET /_emulator/state HTTP/1.1", headers);
        assert_eq!(status, 200, "{headers}");
        let (status, _) = ask(&emulator, "DELETE /_emulator/faults HTTP/1.1", headers);
        assert_eq!(status, 204, "{headers}");
    }
    // A browser always sends a host.
    let (status, _) = ask(&emulator, "GET /_emulator/state HTTP/1.0", "");
    assert_eq!(status, 200);
}

#[tokio::test]
async fn private_and_allowed_names_reach_an_emulator_for_other_machines() {
    let builder = Emulator::builder()
        .listen(SocketAddr::from(([0, 0, 0, 0], 0)))
        .allow_host("CI.example.com");
    let emulator = builder.start().await.unwrap();
    for host in [
        "emulator:8484",
        "host.docker.internal:8484",
        "emulator.default.svc.cluster.local",
        "10.1.2.3:8484",
        "[fd00::1]:8484",
        "ci.example.com:8484",
        "localhost",
    ] {
        let own_page = format!("Host: {host}\r\nOrigin: http://{host}\r\n");
        let (status, _) = ask(&emulator, "GET /_emulator/state HTTP/1.1", &own_page);
        assert_eq!(status, 200, "{host}");
    }
    for headers in [
        "Host: evil.example\r\n",
        "Host: emulator\r\nOrigin: http://evil.example\r\n",
        "Host: emulator\r\nOrigin: null\r\n",
    ] {
        let (status, _) = ask(&emulator, "GET /_emulator/state HTTP/1.1", headers);
        assert_eq!(status, 403, "{headers}");
    }
}

/// A page could accept a transfer of an emulator without authentication, or sign in with the built-in
/// credentials.
#[tokio::test]
async fn the_api_and_the_login_service_refuse_web_pages_too() {
    let emulator = Emulator::builder().no_auth().start().await.unwrap();
    let accept = format!("POST {}", crate::accept_path(data_set::ACCEPTED_WHOLE));
    let withdraw = format!("DELETE {}", crate::path(data_set::TO_WITHDRAW));
    let list = format!("GET {}", crate::transfers_path());
    let paths = [
        accept.as_str(),
        &withdraw,
        &list,
        "POST /nowhere",
        "GET /V1/Customers/x/transfers",
        "POST /fabrikam.onmicrosoft.com/oauth2/token",
        "POST /fabrikam.onmicrosoft.com/oauth2/v2.0/token",
        "POST /fabrikam.onmicrosoft.com/oauth2/v2.0/devicecode",
    ];
    for path in paths {
        for headers in [
            "Host: evil.example\r\n",
            "Host: 10.1.2.3\r\n",
            "Host: emulator:8484\r\n",
            "",
            "Host: localhost\r\nOrigin: http://evil.example\r\n",
            "Host: localhost\r\nOrigin: null\r\n",
            "Host: localhost\r\nContent-Type: text/plain\r\nOrigin: https://evil.example\r\n",
        ] {
            let (status, body) = ask(&emulator, &format!("{path} HTTP/1.1"), headers);
            assert_eq!(status, 403, "{path} {headers}");
            let body: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(body["code"], "403");
        }
    }
    assert_eq!(emulator.effects(), []);
    assert_eq!(emulator.requests(), []);
    let (status, _) = ask(&emulator, &format!("{accept} HTTP/1.1"), "Host: [::1]\r\n");
    assert_eq!(status, 200);
}

/// The media types that a page can send to another site without asking first.
#[tokio::test]
async fn a_control_call_must_be_json() {
    let emulator = Emulator::start().await.unwrap();
    let withdraw = format!("DELETE {} HTTP/1.1", crate::path(data_set::TO_WITHDRAW));
    let token = emulator.token(data_set::SOURCE).unwrap();
    let headers = format!("Host: localhost\r\nAuthorization: Bearer {token}\r\n");
    assert_eq!(ask(&emulator, &withdraw, &headers).0, 204);
    for path in [
        "POST /_emulator/data",
        "POST /_emulator/clock",
        "POST /_emulator/faults",
        "POST /_emulator/device-codes/BCDFGHJKL",
    ] {
        for content_type in [
            "",
            "Content-Type: text/plain\r\n",
            "Content-Type: text/plain; application/json\r\n",
            "Content-Type: application/x-www-form-urlencoded\r\n",
            "Content-Type: multipart/form-data; boundary=json\r\n",
            "Content-Type: application/json\r\nContent-Type: text/plain\r\n",
        ] {
            let headers = format!("Host: localhost\r\n{content_type}");
            let (status, body) = ask(&emulator, &format!("{path} HTTP/1.1"), &headers);
            assert_eq!(status, 415, "{path} {content_type}");
            let body: Value = serde_json::from_str(&body).unwrap();
            assert!(body["error"].as_str().unwrap().contains("application/json"));
        }
    }
    assert_eq!(emulator.effects().len(), 1, "nothing was reset");
    let headers = "Host: localhost\r\nContent-Type: Application/JSON; charset=utf-8\r\n";
    let (status, _) = ask(&emulator, "POST /_emulator/data HTTP/1.1", headers);
    assert_eq!(status, 204);
    assert_eq!(emulator.effects(), []);
}
