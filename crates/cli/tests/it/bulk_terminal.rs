//! The question before a run and its progress, on a pseudo-terminal.

use std::time::Duration;

use partner_center_emulator::{DataSet, EmulatorBuilder};

use crate::many::{FAST, Many, transfers};
use crate::pseudo_terminal::{Then, on_terminal};

/// Wide enough for each line.
const WIDE: u16 = 400;

fn accept(many: &Many, customers: usize, more: &[&str], then: Option<Then<'_>>) -> (String, u32) {
    let (url, journal) = (many.emulator.url(), many.path("j.db"));
    let input = many.file("plan.csv", &transfers(0..customers));
    let words = [
        "--endpoint",
        &url,
        "bulk",
        "accept",
        "--input",
        &input,
        "--journal",
        &journal,
    ];
    let words = [&words[..], &["--rate", FAST], more].concat();
    on_terminal(WIDE, false, &words, &[], then)
}

#[test]
fn a_plan_is_confirmed_once() {
    for (answer, code, effects, end) in [
        (
            "n\n",
            2,
            0,
            "Nothing was sent, and no journal was created.\n",
        ),
        (
            "\u{4}",
            2,
            0,
            "Nothing was sent, and no journal was created.\n",
        ),
        ("\u{3}", 130, 0, "interrupted; nothing was changed\n"),
        (
            "y\n",
            3,
            10,
            "10 transfers: 8 moved, 1 moved in part, 1 failed\n",
        ),
    ] {
        let many = Many::configured(DataSet::with_customers(10), EmulatorBuilder::no_auth);
        let mut say = |terminal: &mut dyn std::io::Write| {
            terminal.write_all(answer.as_bytes()).unwrap();
        };
        let question: Then<'_> = ("[y/N] ", &mut say);
        let (shown, ended) = accept(&many, 10, &[], Some(question));
        assert_eq!(ended, code, "{answer:?}: {shown}");
        let asked = "Accept 10 transfers with 20 subscriptions? What moves will be ordered and billed \
                     to you, and this cannot be undone. [y/N] ";
        assert_eq!(shown.matches(asked).count(), 1, "{shown}");
        assert!(shown.contains(end), "{answer:?}: {shown}");
        assert_eq!(many.emulator.effects().len(), effects, "{answer:?}");
        let has_journal = many.files().contains(&"j.db".to_owned());
        assert_eq!(has_journal, effects > 0, "{answer:?}");
    }
}

#[test]
fn rows_that_will_fail_are_shown_before_the_question() {
    let many = Many::configured(DataSet::with_customers(2), EmulatorBuilder::no_auth);
    let complete = partner_center_emulator::model::Status::Complete;
    let change = many
        .emulator
        .change(|data| data.transfers[1].status = complete);
    change.unwrap();
    let mut say = |terminal: &mut dyn std::io::Write| terminal.write_all(b"n\n").unwrap();
    let (shown, _) = accept(&many, 2, &[], Some(("[y/N] ", &mut say)));
    let (before, question) = shown
        .split_once("Accept 2 transfers with 2 subscriptions? ")
        .unwrap();
    assert!(
        before.contains("row 3: would fail to accept transfer"),
        "{before}"
    );
    assert!(before.contains("it is Complete already"), "{before}");
    assert!(
        question.contains("1 transfer will probably fail. [y/N] "),
        "{question}"
    );
}

#[test]
fn progress_and_pauses_are_shown() {
    let many = Many::configured(DataSet::with_customers(4), |builder| {
        let limit = partner_center_emulator::RateLimit {
            requests: 3,
            window: Duration::from_secs(1),
        };
        builder.no_auth().partner_rate_limit(limit)
    });
    let (shown, code) = accept(&many, 4, &["--yes"], None);
    assert_eq!(code, 0, "{shown}");
    for text in [
        "0 of 4 done: 0 moved, 0 in part, 0 failed, 0 unknown",
        "; rate limited",
        "in 1 s",
        "4 transfers: 4 moved\n",
    ] {
        assert!(shown.contains(text), "{text:?}: {shown}");
    }
}
