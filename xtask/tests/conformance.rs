//! `cargo xtask conformance` on a machine without the required tools, and with an unknown client. The
//! full run takes minutes; it is a gate of `cargo xtask ci`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::path::Path;
use std::process::{Command, Output};

const CLIENTS: &str = "spec/CLIENTS.md";

/// A workspace with only the descriptions of the clients and the page with their results.
fn workspace() -> tempfile::TempDir {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let to = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(to.path().join("spec")).unwrap();
    std::fs::copy(from.join(CLIENTS), to.path().join(CLIENTS)).unwrap();
    let clients = "tests/conformance";
    for entry in std::fs::read_dir(from.join(clients)).unwrap() {
        let name = entry.unwrap().file_name();
        let description = Path::new(clients).join(name).join("client.json");
        if from.join(&description).exists() {
            std::fs::create_dir_all(to.path().join(&description).parent().unwrap()).unwrap();
            std::fs::copy(from.join(&description), to.path().join(&description)).unwrap();
        }
    }
    to
}

/// Runs the task without any program on the PATH.
fn conformance(root: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("conformance")
        .args(arguments)
        .arg("--root")
        .arg(root)
        .env("PATH", root)
        .output()
        .unwrap()
}

#[test]
fn all_missing_tools_are_reported_at_once() {
    let root = workspace();
    let before = std::fs::read_to_string(root.path().join(CLIENTS)).unwrap();
    for arguments in [&[][..], &["--check"]] {
        let output = conformance(root.path(), arguments);
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        for (program, install) in [
            ("node", "20.19 or newer of Node.js: https://nodejs.org"),
            ("python", "3.11 or newer of Python"),
            ("go", "1.25 or newer of Go: https://go.dev/doc/install"),
            ("javac", "17.0 or newer of a JDK: https://adoptium.net"),
            ("mvn", "3.6 or newer of Maven: https://maven.apache.org"),
            ("mcs", "6.8 or newer of Mono"),
            ("cargo", "1.95 or newer of Rust: https://rustup.rs"),
        ] {
            let line = said.lines().find(|line| line.contains(install));
            let line = line.unwrap_or_else(|| panic!("nothing about {program} in:\n{said}"));
            assert!(line.contains(&format!("failed to run {program}")), "{line}");
        }
    }
    let after = std::fs::read_to_string(root.path().join(CLIENTS)).unwrap();
    assert_eq!(before, after);
    assert!(
        !root.path().join("target").exists(),
        "the task created files"
    );
}

#[test]
fn a_single_client_needs_only_its_language() {
    let root = workspace();
    let output = conformance(root.path(), &["oapi-codegen"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said.lines().count(), 1, "{said}");
    assert!(said.contains("https://go.dev/doc/install"), "{said}");
}

#[test]
fn an_unknown_client_is_reported_with_the_known_names() {
    let output = conformance(workspace().path(), &["openapi-fetsch"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    for name in [
        "openapi-fetch",
        "openapi-generator-rust",
        "csharp-system-text-json",
        "prism",
        "schemathesis",
        "msal",
        "sign-in-page",
    ] {
        assert!(said.contains(name), "{said}");
    }
}
