//! All scenarios in turn, each with a server of its own.

use std::collections::BTreeSet;

use super::capability::Capability;
use super::driver::Driver;
use super::judge::{self, Judgement};
use super::load::Loaded;
use super::model::Tag;
use super::protocol::{About, Asked, RENEWED_TOKEN, TOKEN};
use super::report::{Played, Report, Verdict};
use super::server::Server;

/// The longest that a driver which really waits is made to wait in one case, in milliseconds.
const REAL_WAIT_MS: u64 = 2_000;

/// Which cases are played.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Those with one of these tags; all of them if there is none.
    pub only: BTreeSet<Tag>,
    /// Not those with any of these.
    pub skip: BTreeSet<Tag>,
}

/// How far a driver goes in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Course {
    /// All that is expected.
    Whole,
    /// It sends the call once where another would send it again.
    Once,
}

/// Plays the scenarios with a driver. `said` hears of each as soon as it is judged.
///
/// # Errors
///
/// If the driver does not work at all, if no scenario is selected, or if no port can be had.
pub async fn play<D: Driver>(
    scenarios: &[Loaded],
    selection: &Selection,
    driver: &D,
    mut said: impl FnMut(&Played),
) -> Result<Report, String> {
    let selected: Vec<&Loaded> = scenarios
        .iter()
        .filter(|loaded| selection.takes(&loaded.scenario.tags))
        .collect();
    if selected.is_empty() {
        return Err("no scenario has the tags that were asked for".to_owned());
    }
    let about = driver.about().await?;
    let mut cases = Vec::new();
    for loaded in selected {
        let played = one(loaded, &about, driver).await?;
        said(&played);
        cases.push(played);
    }
    Ok(Report::new(about, cases))
}

impl Selection {
    fn takes(&self, tags: &BTreeSet<Tag>) -> bool {
        (self.only.is_empty() || !self.only.is_disjoint(tags)) && self.skip.is_disjoint(tags)
    }
}

async fn one<D: Driver>(loaded: &Loaded, about: &About, driver: &D) -> Result<Played, String> {
    let course = match course(loaded, about) {
        Ok(course) => course,
        Err(reason) => return Ok(Played::new(loaded, Verdict::Skip, reason)),
    };
    let scenario = &loaded.scenario;
    let server = Server::start(loaded.replies.clone(), scenario.listening)
        .map_err(|error| format!("no port on this machine can be had: {error}"))?;
    let asked = Asked {
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
    let conclusion = match driver.call(&asked, &server).await {
        Ok(conclusion) => conclusion,
        Err(problem) => return Ok(Played::new(loaded, Verdict::Fail, problem)),
    };
    let received = server.received();
    if conclusion.is_none() && scenario.expect.requests.count == 0 {
        let reason = "nothing is to be sent, and nobody says what was concluded".to_owned();
        return Ok(Played::new(loaded, Verdict::Skip, reason));
    }
    let judgement = judge::judge(about, loaded, course, &received, conclusion.as_ref());
    let Judgement {
        failures,
        not_judged,
        ..
    } = judgement;
    let verdict = if failures.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Fail
    };
    let mut played = Played::new(loaded, verdict, failures.join("; "));
    played.not_judged = not_judged;
    Ok(played)
}

/// How far a driver with these capabilities goes, or why it cannot be judged.
fn course(loaded: &Loaded, about: &About) -> Result<Course, String> {
    let (scenario, has) = (&loaded.scenario, &about.capabilities);
    let operation = &scenario.call.operation;
    if !about.operations.is_empty() && !about.operations.contains(operation) {
        return Err(format!("the driver has no {operation}"));
    }
    let missing = |needs: &BTreeSet<Capability>| -> Vec<String> {
        needs.difference(has).map(ToString::to_string).collect()
    };
    let lacks = missing(&scenario.needs);
    if !lacks.is_empty() {
        return Err(format!("the driver lacks {}", lacks.join(", ")));
    }
    let Some(again) = &scenario.expect.sent_again else {
        return Ok(Course::Whole);
    };
    let lacks = missing(&again.needs);
    if lacks.len() == again.needs.len() {
        return Ok(Course::Once);
    }
    // One that leans on the id only when told to, and cannot be told, sends once here.
    if lacks == [Capability::RetryAmbiguous.to_string()] {
        return Ok(Course::Once);
    }
    if !lacks.is_empty() {
        return Err(format!("the driver lacks {}", lacks.join(", ")));
    }
    let real: u64 = again.waits.iter().map(|wait| wait.at_least_ms).sum();
    if real > REAL_WAIT_MS && !has.contains(&Capability::PlannedWaits) {
        return Err(format!(
            "the driver really waits, and this takes {real} ms; expected planned-waits"
        ));
    }
    Ok(Course::Whole)
}
