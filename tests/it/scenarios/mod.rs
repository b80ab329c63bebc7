//! The conformance scenarios of `spec/scenarios`, played with the Rust client, with clients that can
//! do less, and with clients that make mistakes.

use std::path::PathBuf;

use partner_center_conformance::scenario::{LoadedScenario, load};
use partner_center_conformance::{
    CaseStatus, Conclusion, Driver, Report, ReportedError, Selection, play,
};
use partner_center_tests::workspace;

mod agreement;
mod generated;
mod mistakes;
mod operations;
mod programs;
mod rust_client;

fn folder() -> PathBuf {
    workspace().join("spec/scenarios")
}

fn scenarios() -> Vec<LoadedScenario> {
    load(&folder()).unwrap()
}

async fn played<D: Driver>(scenarios: &[LoadedScenario], driver: &D) -> Report {
    let all = Selection::default();
    play(scenarios, &all, driver, |_| ()).await.unwrap()
}

/// The failed cases, one line each.
fn failures(report: &Report) -> String {
    let failed = report
        .cases
        .iter()
        .filter(|case| case.status == CaseStatus::Fail);
    failed
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn failed(status: Option<u16>) -> Conclusion {
    Conclusion {
        error: Some(ReportedError {
            status,
            ..ReportedError::default()
        }),
        ..Conclusion::default()
    }
}
