//! `cargo xtask spec changes`: the effect of each kind of change on clients. `table.rs` has the changes,
//! and the snapshot has the findings. The tests need Node.js and Go, so only `cargo xtask ci` runs
//! them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "../checkout/mod.rs"]
mod checkout;
mod table;

use std::fmt::Write as _;

use checkout::{Copy, text};
use table::{CHANGES, Change, ChangeClass, EVERYWHERE, OPERATION, SCHEMA};

/// Returns the current document with another version. The real release does not matter here.
fn versioned(version: &str) -> String {
    let spec = std::fs::read_to_string(checkout::workspace().join("spec/openapi.yaml")).unwrap();
    let (head, tail) = spec.split_once("\n  version: \"").unwrap();
    let (_, tail) = tail.split_once('"').unwrap();
    format!("{head}\n  version: \"{version}\"{tail}")
}

/// Returns it with one more operation.
fn released() -> String {
    let spec = versioned("0.1.0");
    let spec = spec.replacen("\npaths:\n", &format!("\npaths:\n{OPERATION}"), 1);
    spec.replacen("\n  schemas:\n", &format!("\n  schemas:\n{SCHEMA}"), 1)
}

fn changed(spec: &str, after: &str, from: &str, to: &str) -> String {
    if after == EVERYWHERE {
        return spec.replace(from, to);
    }
    let start = spec
        .find(after)
        .unwrap_or_else(|| panic!("{after:?} is not there"));
    let (head, tail) = spec.split_at(start);
    assert!(tail.contains(from), "{from:?} does not follow {after:?}");
    format!("{head}{}", tail.replacen(from, to, 1))
}

/// Lists each change with its class and the first finding.
fn classify(changes: &[Change]) -> String {
    let copy = Copy::new();
    let released = released();
    std::fs::write(copy.path("spec/released/openapi.yaml"), &released).unwrap();
    let mut said = String::new();
    for &(name, after, from, to, expected) in changes {
        let spec = changed(&released, after, from, to);
        assert_ne!(spec, released, "{name}");
        std::fs::write(copy.path("spec/openapi.yaml"), spec).unwrap();
        let output = copy.xtask(&["spec", "changes"]);
        let changes = text(&output.stdout);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{name}: {}",
            text(&output.stderr)
        );
        let class = match expected {
            ChangeClass::None => "none",
            ChangeClass::Additive => "additive",
            ChangeClass::Breaking => "breaking",
        };
        let summary = format!("change since release 0.1.0: {class} (current version: 0.1.0)");
        assert_eq!(
            changes.lines().last(),
            Some(summary.as_str()),
            "{name}: {changes}"
        );
        writeln!(said, "{name}: {class}").unwrap();
        let first = changes.lines().next().filter(|line| *line != summary);
        if let Some((_, finding)) = first.and_then(|line| line.split_once(": ")) {
            writeln!(said, "    {finding}").unwrap();
        }
    }
    said
}

#[test]
#[ignore = "needs Node.js and Go; cargo xtask ci runs it"]
fn each_kind_of_change_is_classified() {
    // Both halves run in parallel, each in its own copy.
    let (first, second) = CHANGES.split_at(CHANGES.len() / 2);
    let said = std::thread::scope(|scope| {
        let second = scope.spawn(|| classify(second));
        classify(first) + &second.join().unwrap()
    });
    insta::assert_snapshot!("verdicts", said);
}

#[test]
#[ignore = "needs Node.js and Go; cargo xtask ci runs it"]
fn the_version_must_match_the_changes() {
    let copy = Copy::new();
    std::fs::write(copy.path("spec/released/openapi.yaml"), versioned("0.1.0")).unwrap();
    let check = |version: &str, change: (&str, &str)| {
        std::fs::write(copy.path("spec/openapi.yaml"), versioned(version)).unwrap();
        let (from, to) = change;
        copy.change("spec/openapi.yaml", from, to);
        let before = copy.state();
        let output = copy.xtask(&["spec", "check"]);
        assert_eq!(copy.state(), before, "the check writes nothing");
        (
            output.status.code(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let words = (
        "An order that the service placed",
        "An order which the service placed",
    );
    let value = (
        "        - \"SystemBilling\"\n",
        "        - \"SystemBilling\"\n        - \"Other\"\n",
    );
    let described = (
        "\"SystemBilling\": \"",
        "\"Other\": \"Another.\"\n        \"SystemBilling\": \"",
    );
    let renamed = (
        "operationId: withdraw_transfer",
        "operationId: revoke_transfer",
    );

    let (code, said) = check("0.1.0", words);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.ends_with("change since release 0.1.0: none (current version: 0.1.0)\n"),
        "{said}"
    );

    let spec_change = |version| {
        let (code, said) = check(version, value);
        // A known value without a description is reported before any comparison.
        assert_eq!(code, Some(1), "{said}");
        assert!(
            said.contains("value \"Other\" must be both in `x-extensible-enum`"),
            "{said}"
        );
        copy.change("spec/openapi.yaml", described.0, described.1);
        let output = copy.xtask(&["spec", "check"]);
        (
            output.status.code(),
            text(&output.stdout) + &text(&output.stderr),
        )
    };
    let (code, said) = spec_change("0.1.0");
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains(
            "spec/openapi.yaml: the change since the released 0.1.0 is additive, but the version is \
             0.1.0; expected 0.1.1 or more\n  /components/schemas/OrderTransactionType: known value \
             \"Other\" was added\n"
        ),
        "{said}"
    );
    let (code, said) = spec_change("0.1.1");
    assert_eq!(code, Some(0), "{said}");

    // The samples of an operation have its name.
    rename_samples(&copy, "withdraw_transfer", "revoke_transfer");
    let (code, said) = check("0.1.9", renamed);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("is breaking, but the version is 0.1.9; expected 0.2.0 or more"),
        "{said}"
    );
    let (code, said) = check("0.2.0", renamed);
    assert_eq!(code, Some(0), "{said}");
    rename_samples(&copy, "revoke_transfer", "withdraw_transfer");
    let (code, said) = check("0.0.9", words);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains("version 0.0.9 is older than the released 0.1.0"),
        "{said}"
    );
}

fn rename_samples(copy: &Copy, from: &str, to: &str) {
    for language in ["cs", "ps1", "py", "rs", "sh", "ts"] {
        let [from, to] =
            [from, to].map(|name| copy.path(&format!("spec/samples/{name}.{language}")));
        std::fs::rename(from, to).unwrap();
    }
}
