//! `cargo xtask spec pack`: messages for missing tools, no incomplete output, and the check of the
//! reference page. Tests that need Node.js and Chromium are ignored; `cargo xtask ci` runs them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from, to).unwrap();
    }
}

/// Copies the input of the task to a temporary workspace.
fn packable() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for part in [
        "spec",
        "crates/emulator/src/http/generated/error_codes.rs",
        "crates/transfers/src/generated",
        "LICENSE-APACHE",
        "LICENSE-MIT",
    ] {
        copy(&workspace().join(part), &directory.path().join(part));
    }
    directory
}

fn xtask(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command.arg("spec").args(arguments).arg("--root").arg(root);
    command
}

/// Returns the error of a failed run.
fn error(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[test]
fn a_stale_bundle_is_not_packed() {
    let root = packable();
    let schema = root.path().join("spec/dist/schemas/Order.json");
    std::fs::write(&schema, "{}\n").unwrap();
    let said = error(&xtask(root.path(), &["pack"]).output().unwrap());
    assert!(
        said.contains("stale: spec/dist/schemas/Order.json"),
        "{said}"
    );
    assert!(said.contains("run `cargo xtask codegen`"), "{said}");
    assert!(!root.path().join("target").exists());
}

#[test]
fn a_missing_tool_is_reported_with_what_to_install() {
    let root = packable();
    let nowhere = root.path().join("nowhere");
    let chromium = xtask(root.path(), &["pack"])
        .env("CHROMIUM", &nowhere)
        .output()
        .unwrap();
    let said = error(&chromium);
    assert!(said.contains("nowhere is not a file"), "{said}");
    assert!(said.contains("apt-get install chromium"), "{said}");

    let node = xtask(root.path(), &["pack"])
        .env("PATH", &nowhere)
        // Any file, since the browser is not started.
        .env("CHROMIUM", env!("CARGO_BIN_EXE_xtask"))
        .output()
        .unwrap();
    let said = error(&node);
    assert!(said.contains("install 20.19 or newer of Node.js"), "{said}");
    assert!(!root.path().join("target").exists());
}

#[test]
#[ignore = "needs Node.js and Chromium: `cargo xtask ci` runs it"]
fn a_failed_run_leaves_the_old_output_unchanged() {
    let root = packable();
    let target = root.path().join("target");
    std::fs::write(&target, "no directory").unwrap();
    let said = error(&xtask(root.path(), &["pack"]).output().unwrap());
    assert!(
        said.starts_with(&format!("failed to create {}", target.display())),
        "{said}"
    );
    std::fs::remove_file(&target).unwrap();

    // npm rejects the package after the page was created, and before the slow checks: the old output
    // stays.
    let before = target.join("spec-pack/SHA256SUMS");
    copy(&workspace().join("LICENSE-MIT"), &before);
    let manifest = root.path().join("spec/package/package.json");
    std::fs::write(manifest, "{ \"name\": \"No Name\" }").unwrap();
    let said = error(&xtask(root.path(), &["pack"]).output().unwrap());
    assert!(said.contains("Invalid package name"), "{said}");
    let left: Vec<_> = std::fs::read_dir(&target).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(std::fs::read_to_string(before).unwrap().starts_with("MIT"));
}

#[test]
#[ignore = "needs Node.js and Chromium: `cargo xtask ci` runs it"]
fn the_output_is_reproducible_and_the_page_is_checked() {
    let (one, other) = (packable(), packable());
    for root in [&one, &other] {
        // The gate `cargo xtask spec pack` checks the same page and package.
        let output = xtask(root.path(), &["pack", "--unchecked"]).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    let sums = |root: &Path| std::fs::read_to_string(root.join("target/spec-pack/SHA256SUMS"));
    let sums_of_one = sums(one.path()).unwrap();
    assert_eq!(sums_of_one, sums(other.path()).unwrap());
    assert_eq!(sums_of_one.lines().count(), 4, "{sums_of_one}");

    let file = |name: &str| one.path().join("target/spec-pack").join(name);
    let collection = std::fs::read(file("postman_collection.json")).unwrap();
    let collection: serde_json::Value = serde_json::from_slice(&collection).unwrap();
    assert_eq!(collection["variable"][0]["value"], "http://127.0.0.1:8484");
    let requests = collection["item"][0]["item"].as_array().unwrap();
    // One request for each operation.
    assert_eq!(requests.len(), 7);
    for request in requests {
        let headers = request["request"]["header"].as_array().unwrap();
        let id = headers
            .iter()
            .find(|header| header["key"] == "MS-RequestId");
        // With a constant id, the service would repeat its first response.
        assert_eq!(id.unwrap()["value"], "{{$guid}}");
    }

    let page = file("reference.html");
    let html = std::fs::read_to_string(page).unwrap();
    let remote = "<script>fetch(\"http://127.0.0.1:9/x\").catch(() => {})</script></body>";
    // Changes to the page, and the message for each.
    let changes = [
        (
            "\"delete\":{\"operationId\"",
            "\"x-delete\":{\"operationId\"",
            "operation DELETE /v1/customers/{customer-id}/transfers/{transfer-id} is not there",
        ),
        (
            "\"RateLimitFault\":{",
            "\"RateLimit\":{",
            "schema RateLimitFault is not there",
        ),
        (
            "\"currencySymbol\":{",
            "\"symbol\":{",
            "property currencySymbol of Order is not there",
        ),
        (
            "- `biennial`",
            "- `each leap year`",
            "value biennial of BillingCycle is not there",
        ),
        ("502 Bad Gateway", "a gateway", "example page of 502 of GET"),
        (
            "\"description\":\"The partner token is missing.\"",
            "\"description\":\"Missing.\"",
            " of 401 of GET",
        ),
        (
            "</body>",
            "<script>console.error(\"it broke\")</script></body>",
            "console error: it broke",
        ),
        ("</body>", remote, "127.0.0.1:9/x"),
    ];
    let picture = "spec/reference.png does not show this page";
    let broken = changes.iter().fold(html.clone(), |html, (from, to, _)| {
        assert!(html.contains(from), "{from}");
        html.replace(from, to)
    });
    let report = check(one.path(), &broken);
    for (_, _, said) in changes {
        let lines = report.lines().filter(|line| line.contains(said));
        assert!(lines.count() > 0, "{said:?} is not in:\n{report}");
    }

    // An operation is missing.
    assert!(report.contains(picture), "{report}");

    // Requests are also reported without the policy that blocks them.
    let policy = "<meta http-equiv=\"Content-Security-Policy\"";
    assert!(html.contains(policy));
    let open = html
        .replace(policy, "<meta name=\"none\"")
        .replace("</body>", remote);
    let report = check(one.path(), &open);
    assert!(
        report.contains("request to http://127.0.0.1:9/x"),
        "{report}"
    );
}

/// Checks a page and returns the error.
fn check(root: &Path, html: &str) -> String {
    let page = root.join("changed.html");
    std::fs::write(&page, html).unwrap();
    let output = xtask(root, &["check-reference", page.to_str().unwrap()]).output();
    error(&output.unwrap())
}
