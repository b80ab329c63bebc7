//! Runs scenarios one after the other, each with its own server.

use std::collections::BTreeSet;

use crate::capability::Capability;
use crate::driver::Driver;
use crate::judge::judge;
use crate::judge::judgement::{Judgement, RetryMode};
use crate::protocol::{DriverCall, DriverInfo, RENEWED_TOKEN, TOKEN};
use crate::report::{CaseReport, CaseStatus, Report};
use crate::scenario::file::Tag;
use crate::scenario::load::LoadedScenario;
use crate::server::ScenarioServer;

/// The maximum total wait of a case for a driver that really sleeps, in milliseconds.
const MAX_REAL_WAIT_MS: u64 = 2_000;

/// Selects scenarios by tag.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Run only scenarios with one of these tags. Empty means all.
    pub only: BTreeSet<Tag>,
    /// Leave out scenarios with one of these tags.
    pub skip: BTreeSet<Tag>,
}

/// Runs the selected scenarios with a driver, and calls `on_case` after each.
///
/// # Errors
///
/// If the driver does not work, no scenario is selected, or no port is free.
pub async fn play<D: Driver>(
    scenarios: &[LoadedScenario],
    selection: &Selection,
    driver: &D,
    mut on_case: impl FnMut(&CaseReport),
) -> Result<Report, String> {
    let selected: Vec<&LoadedScenario> = scenarios
        .iter()
        .filter(|loaded| selection.contains(&loaded.scenario.tags))
        .collect();
    if selected.is_empty() {
        return Err("no scenario has the requested tags".to_owned());
    }
    let info = driver.info().await?;
    let mut cases = Vec::new();
    for loaded in selected {
        let case = play_one(loaded, &info, driver).await?;
        on_case(&case);
        cases.push(case);
    }
    Ok(Report::new(info, cases))
}

impl Selection {
    fn contains(&self, tags: &BTreeSet<Tag>) -> bool {
        (self.only.is_empty() || !self.only.is_disjoint(tags)) && self.skip.is_disjoint(tags)
    }
}

async fn play_one<D: Driver>(
    loaded: &LoadedScenario,
    info: &DriverInfo,
    driver: &D,
) -> Result<CaseReport, String> {
    let retry_mode = match retry_mode(loaded, info) {
        Ok(retry_mode) => retry_mode,
        Err(reason) => return Ok(CaseReport::new(loaded, CaseStatus::Skip, reason)),
    };
    let scenario = &loaded.scenario;
    let server = ScenarioServer::start(loaded.replies.clone(), scenario.listening)
        .map_err(|error| format!("cannot listen on a port of this machine: {error}"))?;
    let call = DriverCall {
        scenario: loaded.name.clone(),
        url: server.url().to_owned(),
        token: TOKEN.to_owned(),
        renewed_token: RENEWED_TOKEN.to_owned(),
        operation: scenario.call.operation.clone(),
        inputs: scenario.call.inputs.clone(),
        body: scenario.call.body.clone(),
        options: scenario.call.options.clone(),
        times: scenario.call.times,
    };
    let conclusion = match driver.call(&call, &server).await {
        Ok(conclusion) => conclusion,
        Err(problem) => return Ok(CaseReport::new(loaded, CaseStatus::Fail, problem)),
    };
    if conclusion.is_none() && scenario.expect.requests.count == 0 {
        let reason = "nothing to check: no request is expected, and the conclusion is unknown";
        return Ok(CaseReport::new(loaded, CaseStatus::Skip, reason.to_owned()));
    }
    let Judgement {
        failures,
        not_judged,
        ..
    } = judge(
        info,
        loaded,
        retry_mode,
        &server.received(),
        conclusion.as_ref(),
    );
    let status = if failures.is_empty() {
        CaseStatus::Pass
    } else {
        CaseStatus::Fail
    };
    Ok(CaseReport {
        not_judged,
        ..CaseReport::new(loaded, status, failures.join("; "))
    })
}

/// Returns whether this driver's client retries the call, or why the case must be skipped.
fn retry_mode(loaded: &LoadedScenario, info: &DriverInfo) -> Result<RetryMode, String> {
    let (scenario, has) = (&loaded.scenario, &info.capabilities);
    let operation = &scenario.call.operation;
    if !info.operations.is_empty() && !info.operations.contains(operation) {
        return Err(format!("the driver has no {operation}"));
    }
    let missing = |needs: &BTreeSet<Capability>| -> Vec<String> {
        needs.difference(has).map(ToString::to_string).collect()
    };
    let lacks = missing(&scenario.needs);
    if !lacks.is_empty() {
        return Err(format!("the driver lacks {}", lacks.join(", ")));
    }
    let Some(retry) = &scenario.expect.sent_again else {
        return Ok(RetryMode::AsExpected);
    };
    let lacks = missing(&retry.needs);
    // Ambiguous retries are opt-in: a client without that option sends the call once.
    if lacks.len() == retry.needs.len() || lacks == [Capability::RetryAmbiguous.to_string()] {
        return Ok(RetryMode::Never);
    }
    if !lacks.is_empty() {
        return Err(format!("the driver lacks {}", lacks.join(", ")));
    }
    let total: u64 = retry.waits.iter().map(|wait| wait.at_least_ms).sum();
    if total > MAX_REAL_WAIT_MS && !has.contains(&Capability::PlannedWaits) {
        return Err(format!(
            "the driver would really wait {total} ms; it lacks planned-waits"
        ));
    }
    Ok(RetryMode::AsExpected)
}
