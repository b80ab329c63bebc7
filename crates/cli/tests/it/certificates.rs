//! Certificate files of the command: PEM and PKCS#12, and what is wrong with other files.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::command_lines::{CUSTOMER, TO_WITHDRAW};
use crate::run::{CANARY, Run, command, finish};
use crate::server::Server;

const CERTIFICATE: &str = "PCTRANSFERS_CLIENT_CERTIFICATE";
const PASSWORD: &str = "PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD";

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../core/src/credential/testdata")
        .join(name)
}

fn pkcs12(name: &str) -> PathBuf {
    testdata(&format!("pkcs12/test-only-{name}.pfx"))
}

/// A login service that gives a token, and an API that accepts it.
fn server() -> Server {
    let server = Server::start();
    let token = json!({"token_type": "Bearer", "expires_in": 3599, "access_token": "given"});
    server.reply("POST", 200, &token.to_string());
    server.reply("DELETE", 204, "");
    server
}

fn withdraw(server: &Server, file: &Path, password: Option<&str>) -> Run {
    let url = server.url();
    let mut command = command();
    command
        .args(["--endpoint", &url, "withdraw", "--customer", CUSTOMER])
        .args(["--transfer", TO_WITHDRAW, "--yes", "--no-read"])
        .env("PCTRANSFERS_AUTHORITY", &url)
        .env("PCTRANSFERS_TENANT_ID", "contoso.example")
        .env("PCTRANSFERS_CLIENT_ID", "an-app")
        .env(CERTIFICATE, file);
    if let Some(password) = password {
        command.env(PASSWORD, password);
    }
    finish(&mut command)
}

#[track_caller]
fn logs_in(file: &Path, password: Option<&str>) {
    let server = server();
    let run = withdraw(&server, file, password);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let login = server.requests()[0].body.clone();
    assert!(login.contains("&client_assertion=ey"), "{login}");
}

#[test]
fn pkcs12_is_read_with_its_password() {
    for name in [
        "openssl-1",
        "rc2-128-and-2-key-3des",
        "aes-128-and-192",
        "ber",
    ] {
        logs_in(&pkcs12(name), Some("test-only"));
    }
    // The line end is of the file that a script read the password from.
    logs_in(
        &pkcs12("openssl-3"),
        Some("p\u{e4}ss \"w\u{f6}rd\u{20AC}\r\n"),
    );
    for name in ["empty-password", "null-password", "not-encrypted"] {
        logs_in(&pkcs12(name), None);
        logs_in(&pkcs12(name), Some(""));
    }
}

#[test]
fn pem_of_other_systems_is_read() {
    let text = |name| std::fs::read_to_string(testdata(name)).unwrap();
    let certificate = text("test-only-certificate.pem");
    let pem = format!("{certificate}{}", text("test-only-key-pkcs8.pem"));
    let encrypted = format!("{certificate}{}", text("test-only-key-encrypted.pem"));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("app.pem");
    let marked = format!("\u{feff}{pem}");
    let utf16 = marked.encode_utf16().flat_map(u16::to_le_bytes);
    for content in [
        marked.clone().into_bytes(),
        utf16.collect(),
        [
            b"Bag Attributes\n    friendlyName: Zertifikat f\xFCr X\n",
            pem.as_bytes(),
        ]
        .concat(),
    ] {
        std::fs::write(&file, content).unwrap();
        logs_in(&file, None);
    }
    std::fs::write(&file, encrypted).unwrap();
    logs_in(&file, Some("test"));
}

#[test]
fn an_unusable_file_is_explained_and_nothing_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, content: &[u8]| {
        let path = directory.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let traditional = testdata("test-only-key-encrypted-traditional.pem");
    let der = file("app.cer", b"\x30\x82\0\x06\x30\x04\xA0\x02\x05\0");
    for (path, password, expected) in [
        (
            pkcs12("openssl-1"),
            None,
            &["is encrypted: set PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD to"][..],
        ),
        (
            pkcs12("openssl-1"),
            Some(CANARY),
            &["PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD is not the password of"],
        ),
        (
            pkcs12("openssl-1"),
            Some("'test-only'"),
            &["PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD is enclosed in quotes"],
        ),
        (
            pkcs12("openssl-1"),
            Some("test\u{7}only"),
            &["PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD contains the control character U+0007"],
        ),
        (
            testdata("test-only-key-encrypted.pem"),
            None,
            &["is encrypted: set PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD to"],
        ),
        (
            pkcs12("no-key"),
            Some("test-only"),
            &["contains no private key", "export"],
        ),
        (
            pkcs12("ec-key"),
            Some("test-only"),
            &["is an EC key", "RSA keys only"],
        ),
        (
            der,
            None,
            &["a certificate without its private key", ".pfx"],
        ),
        (
            traditional,
            None,
            &["the private key is encrypted", "openssl"],
        ),
        (
            testdata("test-only-certificate.pem"),
            None,
            &["contains no private key"],
        ),
        (
            file("app.txt", b"hello"),
            None,
            &["neither PEM nor PKCS#12"],
        ),
        (directory.path().to_owned(), None, &["cannot read"]),
    ] {
        let server = server();
        let run = withdraw(&server, &path, password);
        assert_eq!(run.code, 2, "{expected:?}: {}", run.stderr);
        for expected in [&["PCTRANSFERS_CLIENT_CERTIFICATE"][..], expected].concat() {
            assert!(run.stderr.contains(expected), "{expected}: {}", run.stderr);
        }
        assert!(server.requests().is_empty());
    }
}

#[test]
fn a_password_without_a_certificate_and_a_certificate_as_the_path_are_rejected() {
    let server = server();
    let url = server.url();
    let key = std::fs::read_to_string(testdata("test-only-key-pkcs8.pem")).unwrap();
    for (variables, expected) in [
        (
            [(PASSWORD, "x"), ("PCTRANSFERS_CLIENT_SECRET", "y")],
            "PCTRANSFERS_CLIENT_CERTIFICATE_PASSWORD is set but PCTRANSFERS_CLIENT_CERTIFICATE is not",
        ),
        (
            [(CERTIFICATE, &key), (PASSWORD, "x")],
            "PCTRANSFERS_CLIENT_CERTIFICATE contains a token or a certificate: write it to a file",
        ),
    ] {
        let mut command = command();
        command
            .args(["--endpoint", &url, "list", "--customer", CUSTOMER])
            .env("PCTRANSFERS_TENANT_ID", "contoso.example")
            .env("PCTRANSFERS_CLIENT_ID", "an-app")
            .envs(variables);
        let run = finish(&mut command);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        for line in key.lines().filter(|line| line.len() > 20) {
            assert!(!run.stderr.contains(line), "{}", run.stderr);
        }
    }
    assert!(server.requests().is_empty());
}
