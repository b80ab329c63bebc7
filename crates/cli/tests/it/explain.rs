//! Explanations of error codes.

use crate::run::run;

#[test]
fn explain_shows_cause_and_remedy() {
    insta::assert_snapshot!("explained", run(&["explain", "900103"]).story());
    let document = run(&["explain", "900103", "--output", "json"]).document();
    assert_eq!(document["name"], "TransferCreateOrderError");
    let unknown = run(&["explain", "123456"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    assert!(
        unknown.stderr.contains("unknown error code 123456"),
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
