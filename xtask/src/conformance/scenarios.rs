//! A client with the scenarios of spec/scenarios, as `partner-center-emulator scenario` plays them,
//! on each core at once: a driver is started anew for each question, and some start slowly.

use std::path::Path;
use std::time::Duration;

use partner_center_emulator::scenario::{Loaded, Program, Report, Selection, Verdict, load, play};
use tokio::task::JoinSet;

use super::report::Case;

/// How long a driver may take: a JVM that starts on a machine under load is slow.
const LIMIT: Duration = Duration::from_secs(60);

/// Gives the cases that say something about this client.
pub(super) async fn run(root: &Path, driver: &[String]) -> Result<Vec<Case>, String> {
    let scenarios = load(&root.join("spec/scenarios")).map_err(|error| error.to_string())?;
    let lanes = std::thread::available_parallelism().map_or(1, usize::from);
    let lanes = lanes.min(scenarios.len());
    let mut shares: Vec<Vec<Loaded>> = std::iter::repeat_with(Vec::new).take(lanes).collect();
    for (number, scenario) in scenarios.into_iter().enumerate() {
        shares[number % lanes].push(scenario);
    }
    let mut running = JoinSet::new();
    for share in shares {
        let program = Program::new(driver.to_vec(), LIMIT);
        running.spawn(async move { play(&share, &Selection::default(), &program, |_| {}).await });
    }
    let mut cases = Vec::new();
    while let Some(report) = running.join_next().await {
        let report: Report = report.map_err(|error| format!("failed to play: {error}"))??;
        cases.extend(report.cases);
    }
    cases.retain(|case| case.verdict != Verdict::Skip);
    cases.sort_by(|one, other| one.case.cmp(&other.case));
    Ok(cases
        .into_iter()
        .map(|case| Case {
            failure: (case.verdict == Verdict::Fail).then_some(case.reason),
            name: case.case,
        })
        .collect())
}
