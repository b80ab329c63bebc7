//! Runs a client with the scenarios of spec/scenarios, on all cores, since some drivers start slowly.

use std::path::Path;

use partner_center_conformance::scenario::{LoadedScenario, load};
use partner_center_conformance::{CaseStatus, ProgramDriver, Report, Selection, play};
use tokio::task::JoinSet;

use super::results::CaseResult;

/// Returns the results of the cases that apply to this client.
pub(super) async fn run(root: &Path, driver: &ProgramDriver) -> Result<Vec<CaseResult>, String> {
    let scenarios = load(&root.join("spec/scenarios")).map_err(|error| error.to_string())?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut running = JoinSet::new();
    for share in scenarios.chunks(scenarios.len().div_ceil(cores)) {
        let share: Vec<LoadedScenario> = share.to_vec();
        let driver = driver.clone();
        running.spawn(async move { play(&share, &Selection::default(), &driver, |_| {}).await });
    }
    let mut results = Vec::new();
    while let Some(report) = running.join_next().await {
        let report: Report =
            report.map_err(|error| format!("failed to run scenarios: {error}"))??;
        let cases = report.cases.into_iter();
        let cases = cases.filter(|case| case.status != CaseStatus::Skip);
        results.extend(cases.map(|case| CaseResult {
            failure: (case.status == CaseStatus::Fail).then_some(case.reason),
            name: case.case,
        }));
    }
    results.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(results)
}
