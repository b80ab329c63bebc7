//! The Rust client has all capabilities and passes every case.

use std::time::Duration;

use partner_center_conformance::scenario::Tag;
use partner_center_conformance::{CaseReport, CaseStatus, ProgramDriver, Report, Selection, play};
use partner_center_tests::scenario_driver::RustClient;

use super::{played, scenarios};

/// What went wrong, a line for each case.
fn wrong(report: &Report) -> Vec<String> {
    let cases = report.cases.iter();
    cases
        .filter(|case| case.status != CaseStatus::Pass || !case.not_judged.is_empty())
        .map(|case| format!("{case} {:?}", case.not_judged))
        .collect()
}

#[tokio::test]
async fn the_rust_client_passes_all_of_them() {
    let scenarios = scenarios();
    assert!(scenarios.len() >= 200, "{}", scenarios.len());
    let client = RustClient { real_limits: false };
    let report = played(&scenarios, &client).await;
    assert_eq!(wrong(&report).join("\n"), "");
    assert_eq!(report.passed, scenarios.len());
}

#[tokio::test]
async fn the_rust_client_passes_as_a_program_of_its_own() {
    let program = vec![env!("CARGO_BIN_EXE_scenario-driver").to_owned()];
    let program = ProgramDriver::new(program, Duration::from_secs(60));
    let some = Selection {
        only: [Tag::Request, Tag::Input].into(),
        skip: [].into(),
    };
    let mut said = Vec::new();
    let scenarios = scenarios();
    let hear = |case: &CaseReport| said.push(case.to_string());
    let report = play(&scenarios, &some, &program, hear).await.unwrap();
    assert_eq!(wrong(&report).join("\n"), "");
    assert!(report.passed >= 10, "{report}");
    assert_eq!(said.len(), report.passed);
    assert!(said.contains(&"pass accept-published-exchange".to_owned()));
}
