//! The packed npm package serves and judges the scenarios as `partner-center-conformance` does: the same
//! driver gets the same lines and the same report from both, for right answers and for each kind of
//! wrong ones. The test needs Node.js and Chromium; `cargo xtask ci` runs it.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use partner_center_conformance::scenario::{Tag, load};
use partner_center_conformance::{ProgramDriver, Report, Selection, play};

/// The time limit for one question, generous for a busy machine.
const LIMIT_SECONDS: u64 = 300;

/// The profiles of `driver.mjs`, and the tags of the scenarios that each runs. No tag means all.
const RUNS: [(&str, &[Tag]); 7] = [
    ("right", &[]),
    ("wrong", &[]),
    ("wrong+21", &[Tag::Ids]),
    ("wrong+27", &[Tag::Ids, Tag::Outcome]),
    ("hurried", &[Tag::Retry]),
    ("bare", &[Tag::Ids, Tag::Outcome]),
    ("broken", &[Tag::Retry]),
];

/// Parts of the lines to which the profiles must lead, so that each kind of difference is compared.
const DIFFERENCES: [&str; 49] = [
    "requests: expected",
    ", method: expected",
    ", path: expected",
    ", Authorization: expected",
    ", Accept: expected",
    ", body: expected none",
    ", body: expected {",
    "invalid JSON (EOF while parsing an object",
    ", Content-Length: expected 0",
    "expected a GUID",
    "expected one value in all requests",
    "expected another value in each request",
    "not an HTTP/1.1 request (invalid",
    "a request with Content-Length: ten",
    "a request with an invalid chunk size",
    "expected `answer` or `error`, got neither",
    "expected `answer` or `error`, got both",
    "conclusion: expected an answer with status",
    "conclusion: expected an error of kind",
    "status: expected 200, got 299",
    "result/",
    "got nothing",
    "expected nothing, got",
    "more differences in the result",
    "outcome: expected",
    "orders: expected",
    "errors: expected",
    "error.kind: expected",
    "error.status: expected",
    "error.code: expected",
    "error.description: expected",
    "error.retryAfterMs: expected",
    "error.body: expected",
    "error.message: expected the name",
    "error.message: expected no access token",
    "error.mayHaveBeenApplied: expected",
    "attempts: expected",
    "waits: expected",
    "wait before request 2: expected at least",
    "requestId: expected",
    "correlationId: expected",
    "ended with exit code 3",
    "the driver crashed",
    "the driver printed nothing",
    "the driver printed invalid JSON",
    "the driver printed more than one JSON document",
    "unknown field",
    "invalid type",
    "unknown variant",
];

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Packs the package and installs it with npm. Returns its directory.
fn installed(consumer: &Path) -> PathBuf {
    let pack = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["spec", "pack"])
        .output()
        .unwrap();
    assert!(pack.status.success(), "{pack:?}");
    let packed = workspace().join("target/spec-pack");
    let tarball = std::fs::read_dir(&packed).unwrap();
    let mut tarball = tarball.map(|entry| entry.unwrap().path());
    let tarball = tarball.find(|path| path.extension().is_some_and(|it| it == "tgz"));
    std::fs::write(consumer.join("package.json"), "{ \"private\": true }\n").unwrap();
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let install = Command::new(npm)
        .args(["install", "--offline", "--ignore-scripts", "--no-audit"])
        .arg(std::fs::canonicalize(tarball.unwrap()).unwrap())
        .current_dir(consumer)
        .output()
        .unwrap();
    assert!(install.status.success(), "{install:?}");
    consumer.join("node_modules/partner-center-transfers-spec")
}

/// The lines and the report of the program in Rust.
fn in_rust(scenarios: &Path, only: &[Tag], driver: &[String]) -> (String, String) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let loaded = load(scenarios).unwrap();
    let driver = ProgramDriver::new(driver.to_vec(), Duration::from_secs(LIMIT_SECONDS));
    let selection = Selection {
        only: only.iter().copied().collect(),
        ..Selection::default()
    };
    let mut lines = String::new();
    let played = play(&loaded, &selection, &driver, |case| {
        writeln!(lines, "{case}").unwrap();
    });
    let report: Report = runtime.block_on(played).unwrap();
    lines += &report.to_string();
    let report = serde_json::to_string_pretty(&report).unwrap() + "\n";
    (partner_center_terminal::printable(&lines), report)
}

/// The lines and the report of the package.
fn in_javascript(package: &Path, only: &[Tag], driver: &[String]) -> (String, String) {
    let file = package.join("report.json");
    let mut node = Command::new("node");
    node.arg(package.join("runner/main.mjs"))
        .args(["judge", "--limit", &LIMIT_SECONDS.to_string(), "--report"])
        .arg(&file);
    for tag in only {
        let name = serde_json::to_value(tag).unwrap();
        node.args(["--only", name.as_str().unwrap()]);
    }
    let output = node.arg("--").args(driver).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{lines}");
    let code = i32::from(lines.contains("fail "));
    assert_eq!(output.status.code(), Some(code), "{lines}");
    (lines, std::fs::read_to_string(file).unwrap())
}

/// Replaces measured times, which differ between two runs.
fn without_measured_times(text: &str) -> String {
    let mut parts = text.split(" ms, got ");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        clean += " ms, got ";
        clean += part.trim_start_matches(|it: char| it.is_ascii_digit());
    }
    clean
}

#[test]
#[ignore = "needs Node.js and Chromium: `cargo xtask ci` runs it"]
fn the_packed_runner_gives_the_same_verdicts() {
    let consumer = tempfile::tempdir().unwrap();
    let package = installed(consumer.path());
    let mut seen = String::new();
    for (profile, only) in RUNS {
        seen += &compared(&package, profile, only);
    }
    let missing: Vec<_> = DIFFERENCES
        .iter()
        .filter(|part| !seen.contains(**part))
        .collect();
    assert!(missing.is_empty(), "no answer led to {missing:?}");
}

/// Runs a profile with both programs, and returns the lines of the one in Rust.
fn compared(package: &Path, profile: &str, only: &[Tag]) -> String {
    let scenarios = package.join("scenarios");
    let program = workspace().join("xtask/tests/scenario_runner/driver.mjs");
    let paths = [program.as_path(), package, &scenarios].map(|path| path.display().to_string());
    let driver: Vec<String> = std::iter::once("node".to_owned())
        .chain(paths)
        .chain([profile.to_owned()])
        .collect();
    let (rust, javascript) = std::thread::scope(|scope| {
        let rust = scope.spawn(|| in_rust(&scenarios, only, &driver));
        let javascript = in_javascript(package, only, &driver);
        (rust.join().unwrap(), javascript)
    });
    for (rust, javascript) in [(&rust.0, &javascript.0), (&rust.1, &javascript.1)] {
        let rust = without_measured_times(rust);
        let javascript = without_measured_times(javascript);
        let pairs = rust.lines().zip(javascript.lines());
        let differing: Vec<_> = pairs.filter(|(one, other)| one != other).collect();
        assert!(differing.is_empty(), "{profile}: {differing:#?}");
        assert_eq!(rust, javascript, "{profile}");
    }
    if profile == "right" {
        let (_, summary) = rust.0.split_once("right: ").unwrap();
        assert!(summary.contains(" 0 failed, 0 skipped"), "{}", rust.0);
    }
    rust.0
}
