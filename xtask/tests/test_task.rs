//! `cargo xtask test` with a fake `cargo`: its summary and its exit code.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

const PASSED: &str = "
running 3 tests
test one ... ok
test two ... ok
test three ... ignored, needs Node.js

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s


running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

";

const FAILED: &str = "
running 2 tests
test a::good ... ok
test a::bad ... FAILED

failures:

---- a::bad stdout ----
thread 'a::bad' panicked at src/lib.rs:1:1:
    an indented line
test result: nothing


failures:
    a::bad

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

";

const CRASHED: &str = "
running 7 tests
test x ... ok
";

/// Runs the task with a `cargo` that prints this and exits with a code. Returns whether the task
/// succeeded, and its output.
fn test(printed: &str, code: i32) -> (bool, String) {
    let directory = tempfile::tempdir().unwrap();
    let cargo = directory.path().join("cargo");
    let script =
        format!("#!/bin/sh\n[ \"$1\" = test ] || exit 9\nprintf %s \"$PRINTED\"\nexit {code}\n");
    std::fs::write(&cargo, script).unwrap();
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("test")
        .arg("--root")
        .arg(directory.path())
        .env("PATH", directory.path())
        .env("PRINTED", printed)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(stdout.starts_with(printed), "{stdout}");
    (output.status.success(), stdout[printed.len()..].to_owned())
}

#[test]
fn the_results_of_all_programs_are_added() {
    let (succeeded, summary) = test(PASSED, 0);
    assert!(succeeded);
    assert_eq!(
        summary,
        "\n2 tests passed, 0 failed, 1 were ignored, in 1 test programs.\n\
         Ignored tests need Node.js, Go or Chromium; `cargo xtask ci` runs them.\n"
    );
}

#[test]
fn failed_tests_are_named() {
    let (succeeded, summary) = test(&format!("{FAILED}{PASSED}{FAILED}"), 101);
    assert!(!succeeded);
    assert_eq!(
        summary,
        "\n4 tests passed, 2 failed, 1 were ignored, in 3 test programs.\nFailed:\n    a::bad\n    \
         a::bad\nIgnored tests need Node.js, Go or Chromium; `cargo xtask ci` runs them.\n"
    );
}

#[test]
fn a_program_without_a_result_counts_as_a_failure() {
    for printed in [format!("{PASSED}{CRASHED}"), format!("{CRASHED}{PASSED}")] {
        let (succeeded, summary) = test(&printed, 101);
        assert!(!succeeded);
        assert!(
            summary.contains("1 test program(s) ended early"),
            "{summary}"
        );
    }
}

#[test]
fn the_task_fails_if_no_test_ran_or_cargo_failed() {
    assert_eq!(test("", 0), (false, "\nNo test ran.\n".to_owned()));
    assert!(!test("", 101).0);
    assert!(!test(PASSED, 101).0);
    assert!(!test(FAILED, 0).0);
}
