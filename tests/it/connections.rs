//! Which hosts a client connects to, which certificates it trusts, and what an error says about a
//! connection.

use partner_center_tests::{
    CUSTOMER, Reply, ScriptedServer, TOKEN, TestAuthority, accept, example_text,
};
use partner_center_transfers::{Client, ClientBuilder, ClientSecretCredential, Cloud, RetryPolicy};

fn builder(url: &str) -> ClientBuilder<Client> {
    Client::builder()
        .endpoint(url)
        .bearer_token(TOKEN)
        .retry(RetryPolicy::never())
}

/// The message of a call that must fail without having been sent.
async fn not_sent(builder: ClientBuilder<Client>) -> String {
    let error = accept(&builder.build().unwrap()).await.unwrap_err();
    assert!(
        error.is_connect() && !error.may_have_been_applied(),
        "{error}"
    );
    error.to_string()
}

/// A response with a JSON body, after which the connection closes.
fn response(body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

fn accepted() -> String {
    response(&example_text("accept-transfer-complete.json"))
}

#[tokio::test]
async fn the_version_of_the_api_is_in_the_path_once() {
    for suffix in ["/v1", "/v1/", "/V1", "//", "//v1//"] {
        let body = example_text("accept-transfer-complete.json");
        let server = ScriptedServer::start([Reply::json("200 OK", &body)]).await;
        let url = format!("{}{suffix}", server.url());
        accept(&builder(&url).build().unwrap()).await.unwrap();
        let requests = server.requests();
        let target = requests[0].target();
        assert!(
            target.starts_with(&format!("/v1/customers/{CUSTOMER}/")),
            "{target}"
        );
    }
}

#[test]
fn a_url_with_a_path_of_a_call_is_refused_with_the_right_one() {
    let cloud = |endpoint: &str, authority: &str| Cloud::Custom {
        endpoint: endpoint.to_owned(),
        authority: authority.to_owned(),
        audience: "https://api.example".to_owned(),
    };
    let login = "https://login.microsoftonline.com";
    for (cloud, expected) in [
        (
            cloud("https://api.example/v1/customers", login),
            "expected https://api.example",
        ),
        (cloud("api.example", login), "expected https://api.example"),
        (
            cloud(
                "https://api.example",
                "https://login.example/contoso.example/oauth2/token",
            ),
            "expected https://login.example",
        ),
        (
            cloud("https://api.example", "http://login.example"),
            "`allow_insecure_http` allows http to login.example",
        ),
    ] {
        let error = Client::builder()
            .cloud(cloud)
            .bearer_token(TOKEN)
            .build()
            .unwrap_err();
        assert!(error.is_configuration());
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn each_form_of_a_root_certificate_is_trusted() {
    let authority = TestAuthority::new();
    let server = authority.server("127.0.0.1", &accepted()).await;
    let other = TestAuthority::new();
    let utf16: Vec<u8> = std::iter::once('\u{feff}')
        .chain(authority.pem().chars())
        .flat_map(|letter| u16::try_from(u32::from(letter)).unwrap().to_le_bytes())
        .collect();
    let bundle = format!("# Gesch\u{e4}ftlich\n{}\n{}", other.pem(), authority.pem());
    for certificates in [
        authority.der(),
        authority.pem().into_bytes(),
        authority.pem().replace('\n', "\r\n").into_bytes(),
        format!("\u{feff}{}", authority.pem()).into_bytes(),
        utf16,
        // A comment in Latin-1.
        bundle.chars().map(|letter| letter as u8).collect(),
    ] {
        let client = builder(&server.https_url()).add_root_certificate(certificates);
        accept(&client.build().unwrap()).await.unwrap();
    }
    // One after the other.
    let client = builder(&server.https_url())
        .add_root_certificate(other.pem())
        .add_root_certificate(authority.pem());
    accept(&client.build().unwrap()).await.unwrap();

    let untrusted = builder(&server.https_url()).add_root_certificate(other.pem());
    let message = not_sent(untrusted).await;
    assert!(message.contains("UnknownIssuer"), "{message}");
}

/// The HTTP library of this program has HTTP/2, and the server prefers it.
#[tokio::test]
async fn http_1_is_spoken_where_http_2_is_turned_on() {
    let authority = TestAuthority::new();
    let server = authority.server("127.0.0.1", &accepted()).await;
    let client = builder(&server.https_url()).add_root_certificate(authority.pem());

    accept(&client.build().unwrap()).await.unwrap();

    let head = server.requests().remove(0).head;
    assert!(head.contains(" HTTP/1.1\r\n"), "{head}");
}

#[tokio::test]
async fn the_login_service_trusts_the_same_root_certificates() {
    let authority = TestAuthority::new();
    let token = r#"{"token_type": "Bearer", "expires_in": 3600, "access_token": "t"}"#;
    let login = authority.server("127.0.0.1", &response(token)).await;
    let api = authority.server("127.0.0.1", &accepted()).await;
    let builder = || {
        Client::builder()
            .cloud(Cloud::Custom {
                endpoint: api.https_url(),
                authority: login.https_url(),
                audience: "https://api.example".to_owned(),
            })
            .credential(ClientSecretCredential::new(
                "contoso.example",
                "app",
                "secret",
            ))
            .retry(RetryPolicy::never())
    };
    let client = builder()
        .add_root_certificate(authority.pem())
        .build()
        .unwrap();
    accept(&client).await.unwrap();
    assert_eq!((login.requests().len(), api.requests().len()), (1, 1));
}

#[test]
fn a_file_without_a_usable_certificate_is_refused() {
    let authority = TestAuthority::new();
    let damaged = authority
        .pem()
        .replacen("MII", "M!I", 1)
        .replacen("MIIB", "M!IB", 1);
    let not_a_certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    for (file, expected) in [
        (Vec::new(), "no certificate found; expected PEM text"),
        (b"hello".to_vec(), "no certificate found"),
        (key.into(), "it contains PRIVATE KEY"),
        (damaged.into(), "certificate 1 cannot be read"),
        (
            format!("{}{not_a_certificate}", authority.pem()).into(),
            "certificate 2 cannot be read",
        ),
        (
            vec![0x30, 0x82, 0, 1, 0],
            "not a certificate in PEM or DER form",
        ),
        (b"-\0-\0-\0-\0-\0B\0".to_vec(), "looks like UTF-16"),
    ] {
        let error = builder("https://api.example")
            .add_root_certificate(authority.pem())
            .add_root_certificate(file)
            .build()
            .unwrap_err();
        assert!(error.is_configuration());
        let error = error.to_string();
        assert!(error.starts_with("root certificate: "), "{error}");
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test]
async fn an_error_names_the_address_and_the_cause() {
    let authority = TestAuthority::new();
    let trusting = |url: &str| builder(url).add_root_certificate(authority.pem());

    let server = authority.server("127.0.0.1", "").await;
    let url = server.https_url();
    let message = not_sent(builder(&url)).await;
    let hint = "add its root certificate with `add_root_certificate`";
    assert!(
        message.contains(&format!("no connection to {url} (")),
        "{message}"
    );
    assert!(
        message.contains("UnknownIssuer") && message.contains(hint),
        "{message}"
    );

    let message = not_sent(trusting(&url.replace("127.0.0.1", "localhost"))).await;
    assert!(message.contains("not valid for name"), "{message}");
    assert!(
        message.contains("check the host name in the URL"),
        "{message}"
    );

    let expired = authority.expired_server("127.0.0.1").await;
    let message = not_sent(trusting(&expired.https_url())).await;
    assert!(message.contains("expired"), "{message}");
    assert!(
        message.contains("check the clock of this machine"),
        "{message}"
    );

    let plain = ScriptedServer::start_raw(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    let message = not_sent(builder(&plain.https_url())).await;
    assert!(message.contains(&plain.https_url()), "{message}");
    assert!(
        message.contains("the server does not answer with TLS"),
        "{message}"
    );

    let resetting = ScriptedServer::start_resetting().await;
    let message = not_sent(builder(&resetting.https_url())).await;
    assert!(message.contains(&resetting.https_url()), "{message}");

    let unused = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let message = not_sent(builder(&format!("https://localhost:{}", unused.port()))).await;
    let address = format!("no connection to https://localhost:{} (", unused.port());
    assert!(message.contains(&address), "{message}");
    assert!(message.to_lowercase().contains("refused"), "{message}");

    // No name server is asked about a name whose label is too long.
    let host = format!("{}.example", "a".repeat(64));
    let unknown = builder(&format!("http://{host}/v1")).allow_insecure_http(&host);
    let message = not_sent(unknown).await;
    let address = format!("no connection to http://{host}:80 (");
    assert!(message.contains(&address), "{message}");
    assert!(
        message.contains("cannot resolve the host name"),
        "{message}"
    );
}

#[tokio::test]
async fn an_error_of_the_login_service_names_its_address_and_the_cause() {
    let authority = TestAuthority::new();
    let login = authority.server("127.0.0.1", "").await;
    let cloud = Cloud::Custom {
        endpoint: "https://api.example".to_owned(),
        authority: login.https_url(),
        audience: "https://api.example".to_owned(),
    };
    let builder = Client::builder()
        .cloud(cloud)
        .credential(ClientSecretCredential::new(
            "contoso.example",
            "app",
            "secret",
        ));
    let error = accept(&builder.build().unwrap()).await.unwrap_err();
    assert!(error.is_credential());
    let expected = format!(
        "no connection to the login service at {} (",
        login.https_url()
    );
    assert!(error.to_string().contains(&expected), "{error}");
    assert!(
        error.to_string().contains("`add_root_certificate`"),
        "{error}"
    );
}

/// The address 0.0.0.0 is not a loopback address, but connects to this machine.
#[cfg(unix)]
#[tokio::test]
async fn plain_http_goes_to_an_allowed_host_only() {
    let token = r#"{"token_type": "Bearer", "expires_in": 3600, "access_token": "t"}"#;
    let body = example_text("accept-transfer-complete.json");
    let server =
        ScriptedServer::start([Reply::json("200 OK", token), Reply::json("200 OK", &body)]).await;
    let url = server.url().replace("127.0.0.1", "0.0.0.0");
    let host = url.strip_prefix("http://").unwrap();
    let builder = || {
        Client::builder()
            .cloud(Cloud::emulator(&url))
            .credential(ClientSecretCredential::new(
                "contoso.example",
                "app",
                "secret",
            ))
            .retry(RetryPolicy::never())
    };
    for refused in [
        builder(),
        builder().allow_insecure_http("0.0.0.0:1"),
        builder().allow_insecure_http("other"),
    ] {
        let error = refused.build().unwrap_err();
        assert!(error.is_configuration());
        assert!(
            error.to_string().contains("`allow_insecure_http`"),
            "{error}"
        );
    }
    assert_eq!(server.connections(), 0);
    let client = builder()
        .allow_insecure_http("other")
        .allow_insecure_http(host);
    accept(&client.build().unwrap()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
    assert_eq!(
        server.requests()[1].header("authorization"),
        Some("Bearer t")
    );
}
