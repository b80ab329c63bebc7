//! The scenarios of `spec/scenarios`: they agree with their schema and the spec, the Rust client
//! passes them all, a client that can do little is judged by that little, and one that is wrong is
//! told so.

use std::path::PathBuf;

use partner_center_emulator::scenario::{
    Conclusion, Driver, Failure, Loaded, Report, Selection, Verdict, load, play,
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

fn scenarios() -> Vec<Loaded> {
    load(&folder()).unwrap()
}

async fn played<D: Driver>(scenarios: &[Loaded], driver: &D) -> Report {
    let all = Selection::default();
    play(scenarios, &all, driver, |_| ()).await.unwrap()
}

/// The cases that failed, a line each.
fn failures(report: &Report) -> String {
    let failed = report
        .cases
        .iter()
        .filter(|case| case.verdict == Verdict::Fail);
    failed
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

fn failed(status: Option<u16>) -> Conclusion {
    Conclusion {
        error: Some(Failure {
            status,
            ..Failure::default()
        }),
        ..Conclusion::default()
    }
}
