//! Ctrl-C during a run: once lets running calls end, twice ends at once.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};
use std::time::Duration;

use partner_center_emulator::{DataSet, FaultKind, InjectedFault, Operation};

use crate::many::{FAST, Many, transfers};
use crate::running::interrupt;

/// Starts a run with two calls at the same time.
fn start(many: &Many, customers: usize, more: &[&str]) -> Child {
    let input = many.file("plan.csv", &transfers(0..customers));
    let journal = many.path("j.db");
    let words = ["bulk", "accept", "--input", &input, "--journal", &journal];
    let how = ["--yes", "--rate", FAST, "--concurrency", "2"];
    many.command(false, &[&words[..], &how, more].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn wait_until(child: &mut Child, is_true: impl Fn() -> bool) {
    while !is_true() {
        assert_eq!(
            child.try_wait().unwrap(),
            None,
            "the command ended too early"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn the_first_interrupt_lets_running_calls_end_and_a_resume_does_the_rest() {
    let many = Many::configured(DataSet::with_customers(20), |builder| {
        builder.accept_takes(Duration::from_millis(100))
    });
    let mut child = start(&many, 20, &["--output", "json"]);
    wait_until(&mut child, || many.sent("POST") >= 2);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{errors}");
    assert!(
        errors.contains("Interrupted: running calls end, and no other is made."),
        "{errors}"
    );
    assert!(
        errors.contains("error: interrupted; the journal has"),
        "{errors}"
    );
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["outcome"], "interrupted");
    assert_eq!(document["stopped"]["reason"], "requested");

    let summary = many.summary();
    assert_eq!((summary.sending, summary.unknown), (0, 0), "{summary:?}");
    assert!(
        summary.settled() >= 2 && summary.not_sent >= 10,
        "{summary:?}"
    );
    let effects = many.emulator.effects().len();
    assert_eq!(effects as u64, summary.settled());

    let journal = many.path("j.db");
    let run = many.run(&["bulk", "resume", "--journal", &journal, "--rate", FAST]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(many.emulator.effects().len(), 20);
    assert_eq!(many.sent("POST"), 20, "nothing is sent twice");
}

#[test]
fn the_second_interrupt_ends_at_once_and_a_resume_reads_back() {
    for after_effect in [true, false] {
        let many = Many::start(4);
        let stall = InjectedFault::new(FaultKind::Stall { after_effect });
        many.emulator
            .inject(stall.operation(Operation::Accept))
            .unwrap();
        let mut child = start(&many, 4, &[]);
        wait_until(&mut child, || many.sent("POST") >= 2);
        interrupt(&child);
        let mut errors = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        while !line.contains("Interrupted") {
            line.clear();
            assert!(
                errors.read_line(&mut line).unwrap() > 0,
                "the run has ended"
            );
        }
        // The calls are not answered, so the run waits for them.
        interrupt(&child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        let mut rest = String::new();
        errors.read_to_string(&mut rest).unwrap();
        assert!(rest.contains("error: interrupted"), "{rest}");
        assert!(many.summary().sending >= 2);

        many.emulator.clear_faults();
        let journal = many.path("j.db");
        let resume = [
            "bulk",
            "resume",
            "--journal",
            &journal,
            "--resend-delay",
            "0",
        ];
        let run = many.run(&resume);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stdout.starts_with("4 transfers: 4 moved\n"),
            "{}",
            run.stdout
        );
        assert_eq!(many.emulator.effects().len(), 4);
        assert_eq!(many.sent("POST"), if after_effect { 4 } else { 6 });
    }
}

#[test]
fn an_interrupted_dry_run_has_changed_nothing() {
    let many = Many::start(1);
    let stall = FaultKind::Stall {
        after_effect: false,
    };
    many.emulator.inject(InjectedFault::new(stall)).unwrap();
    let mut child = start(&many, 1, &["--dry-run", "--output", "json"]);
    wait_until(&mut child, || many.sent("GET") >= 1);
    interrupt(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["outcome"], "interrupted");
    assert_eq!(many.files(), ["plan.csv"]);
}
