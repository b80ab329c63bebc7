//! The Rust client has all capabilities and passes every case.

use std::time::Duration;

use partner_center_conformance::scenario::Tag;
use partner_center_conformance::{CaseReport, CaseStatus, ProgramDriver, Report, Selection, play};
use partner_center_tests::scenario_driver::RustClient;

use super::{played, scenarios};

/// The cases that did not pass, one line each.
fn wrong(report: &Report) -> Vec<String> {
    let cases = report.cases.iter();
    cases
        .filter(|case| case.status != CaseStatus::Pass || !case.not_judged.is_empty())
        .map(|case| format!("{case} {:?}", case.not_judged))
        .collect()
}

#[tokio::test]
async fn the_rust_client_passes_all_scenarios() {
    let scenarios = scenarios();
    assert!(scenarios.len() >= 200, "{}", scenarios.len());
    let client = RustClient { real_limits: false };
    let report = played(&scenarios, &client).await;
    assert_eq!(wrong(&report).join("\n"), "");
    assert_eq!(report.passed, scenarios.len());
}

#[tokio::test]
async fn the_driver_program_of_the_rust_client_passes() {
    let program = vec![env!("CARGO_BIN_EXE_scenario-driver").to_owned()];
    let program = ProgramDriver::new(program, Duration::from_secs(60));
    let some = Selection {
        only: [Tag::Request, Tag::Input].into(),
        skip: [].into(),
    };
    let mut lines = Vec::new();
    let scenarios = scenarios();
    let report_case = |case: &CaseReport| lines.push(case.to_string());
    let report = play(&scenarios, &some, &program, report_case)
        .await
        .unwrap();
    assert_eq!(wrong(&report).join("\n"), "");
    assert!(report.passed >= 10, "{report}");
    assert_eq!(lines.len(), report.passed);
    assert!(lines.contains(&"pass accept-published-exchange".to_owned()));
}
