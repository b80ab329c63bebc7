//! Calls through a proxy that fails, and proofs that its judge can find what is wrong.

use partner_center_tests::{ChaosOptions, Flaw, Mode, Report, Violation, chaos, fault_names};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_thousand_calls_through_a_hostile_proxy_keep_the_laws() {
    let report = chaos(&ChaosOptions::new(2_000, 20_261_126)).await.unwrap();
    assert!(report.problems.is_empty(), "{report}");
    // Each fault was used, and each operation ended in each way: the run tested something.
    let unused: Vec<_> = fault_names()
        .filter(|name| !report.faults.contains_key(name))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
    assert_eq!(report.untested_operations(), Vec::<&str>::new(), "{report}");
    assert_eq!(report.modes.len(), Mode::ALL.len(), "{report}");
    for (mode, counts) in &report.modes {
        let ends = counts.ok + counts.certain_failures + counts.ambiguous;
        assert_eq!(ends, counts.calls, "{mode}: {report}");
        // Ambiguous results are of both kinds.
        assert!(counts.applied > counts.ok, "{mode}: {report}");
        assert!(
            counts.applied < counts.ok + counts.ambiguous,
            "{mode}: {report}"
        );
    }
    // The table and the counts by kind are what `cargo xtask chaos` prints.
    let table = report.to_string();
    assert!(table.starts_with("mode "), "{table}");
    assert!(table.contains("0 doubled effect"), "{table}");
}

async fn run(flaw: Flaw, mode: Mode) -> Report {
    let options = ChaosOptions {
        modes: vec![mode],
        flaw: Some(flaw),
        ..ChaosOptions::new(96, 5)
    };
    chaos(&options).await.unwrap()
}

#[tokio::test]
async fn the_judge_finds_each_kind_of_flaw() {
    for (flaw, mode, violation) in [
        (
            Flaw::DoubledCreates,
            Mode::NoIdempotency,
            Violation::DoubledEffect,
        ),
        (
            Flaw::BlindRetries,
            Mode::RetryAmbiguous,
            Violation::DoubledEffect,
        ),
        (
            Flaw::FalseRefusals,
            Mode::Default,
            Violation::FalseCertainty,
        ),
        (Flaw::FalseSuccesses, Mode::Default, Violation::FalseSuccess),
        (Flaw::FalseReads, Mode::Default, Violation::FalseReadBack),
    ] {
        let report = run(flaw, mode).await;
        assert!(
            report.violations.contains_key(&violation),
            "{flaw:?}: {report}"
        );
        let problem = report
            .problems
            .iter()
            .find(|problem| problem.contains("--only"));
        assert!(
            problem.is_some_and(|problem| problem.contains("--seed 5")),
            "{report}"
        );
    }
}

/// A violation is found again by its seed and its call alone.
#[tokio::test]
async fn a_violation_can_be_replayed() {
    let flaw = Flaw::FalseRefusals;
    let found = run(flaw, Mode::Default).await.problems.pop().unwrap();
    let number = found
        .split("--only ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap();
    let replay = ChaosOptions {
        modes: vec![Mode::Default],
        flaw: Some(flaw),
        only: Some(number.parse().unwrap()),
        ..ChaosOptions::new(96, 5)
    };
    let replayed = chaos(&replay).await.unwrap();
    assert_eq!(replayed.problems.last(), Some(&found));
}
