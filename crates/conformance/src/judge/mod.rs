//! Compares the expected with the actual. Each difference names what differs and both values.

mod conclusion;
pub(crate) mod judgement;
mod requests;
mod result;

use std::collections::BTreeSet;

use self::judgement::{Judgement, RetryMode};
use crate::protocol::{Conclusion, DriverInfo};
use crate::scenario::load::LoadedScenario;
use crate::server::ReceivedRequest;

/// Compares one case.
pub(crate) fn judge<'a>(
    info: &'a DriverInfo,
    loaded: &LoadedScenario,
    retry_mode: RetryMode,
    received: &[ReceivedRequest],
    conclusion: Option<&Conclusion>,
) -> Judgement<'a> {
    let mut judgement = Judgement {
        capabilities: &info.capabilities,
        failures: Vec::new(),
        not_judged: BTreeSet::new(),
    };
    let expect = &loaded.scenario.expect;
    requests::judge(&mut judgement, &expect.requests, retry_mode, received);
    let Some(conclusion) = conclusion else {
        return judgement;
    };
    let expected = match (retry_mode, &expect.sent_again) {
        (RetryMode::Never, Some(retry)) => &retry.otherwise,
        (RetryMode::AsExpected, Some(retry)) => {
            requests::judge_waits(&mut judgement, &retry.waits, received, conclusion);
            &expect.conclusion
        }
        (_, None) => &expect.conclusion,
    };
    conclusion::judge(&mut judgement, loaded, expected, received, conclusion);
    judgement
}
