//! What needs no service: error codes, completions, the manual page.

#![expect(
    clippy::unwrap_used,
    reason = "a test's helpers fail a test as its own lines do"
)]

mod run;

use run::run;

#[test]
fn explain_tells_what_a_code_means() {
    insta::assert_snapshot!("explained", run(&["explain", "900103"]).story());
    let document = run(&["explain", "900103", "--output", "json"]).document();
    assert_eq!(document["name"], "TransferCreateOrderError");
    let unknown = run(&["explain", "123456"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (1, ""));
    assert!(
        unknown
            .stderr
            .contains("nothing is known of the code 123456"),
        "{}",
        unknown.stderr
    );
    let all = run(&["explain", "--output", "jsonl"]);
    assert!(all.stdout.lines().count() > 50);
    assert!(
        run(&["explain"])
            .stdout
            .contains("TransferCreateOrderError")
    );
}

#[test]
fn completions_and_manual_know_each_command() {
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = run(&["completions", shell]);
        assert_eq!(script.code, 0);
        for word in ["eligibility", "max-wait", "no-read"] {
            assert!(script.stdout.contains(word), "{shell} knows no {word}");
        }
    }
    let manual = run(&["man"]);
    assert_eq!(manual.code, 0);
    assert!(
        manual.stdout.contains(".TH pctransfers 1"),
        "{}",
        &manual.stdout[..200]
    );
    for word in ["eligibility", "Exit codes:", "PCTRANSFERS_CLIENT_SECRET"] {
        assert!(manual.stdout.contains(word), "no {word}");
    }
}
