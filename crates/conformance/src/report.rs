//! The results: a line for each scenario, a summary, and the same as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use crate::capability::Capability;
use crate::protocol::DriverInfo;
use crate::scenario::file::Tag;
use crate::scenario::load::LoadedScenario;

/// The results of all scenarios. The JSON form is `{client, capabilities, passed, failed, skipped,
/// cases}`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// The client and its capabilities.
    #[serde(flatten)]
    pub driver: DriverInfo,
    /// The number of passed cases.
    pub passed: usize,
    /// The number of failed cases.
    pub failed: usize,
    /// The number of skipped cases.
    pub skipped: usize,
    /// Each case, in order.
    pub cases: Vec<CaseReport>,
}

/// The result of one scenario.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct CaseReport {
    /// The name of the scenario.
    pub case: String,
    /// The topics of the scenario.
    pub tags: BTreeSet<Tag>,
    /// Whether it passed.
    #[serde(rename = "verdict")]
    pub status: CaseStatus,
    /// Why it failed or was skipped. Empty if it passed.
    pub reason: String,
    /// Capabilities that the driver lacks, so that they were not checked here.
    pub not_judged: BTreeSet<Capability>,
}

/// The status of one scenario.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseStatus {
    /// Every check passed.
    Pass,
    /// A check failed.
    Fail,
    /// The scenario does not apply to this client.
    Skip,
}

impl CaseReport {
    pub(crate) fn new(loaded: &LoadedScenario, status: CaseStatus, reason: String) -> Self {
        Self {
            case: loaded.name.clone(),
            tags: loaded.scenario.tags.clone(),
            status,
            reason,
            not_judged: BTreeSet::new(),
        }
    }
}

impl Report {
    pub(crate) fn new(driver: DriverInfo, cases: Vec<CaseReport>) -> Self {
        let count = |status| cases.iter().filter(|case| case.status == status).count();
        Self {
            driver,
            passed: count(CaseStatus::Pass),
            failed: count(CaseStatus::Fail),
            skipped: count(CaseStatus::Skip),
            cases,
        }
    }

    /// Returns whether nothing failed and at least one case passed.
    pub fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl fmt::Display for CaseStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// Writes one line.
impl fmt::Display for CaseReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.case)?;
        if !self.reason.is_empty() {
            write!(f, ": {}", self.reason.replace('\n', " "))?;
        }
        Ok(())
    }
}

/// Writes the summary.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} passed, {} failed, {} skipped",
            self.driver.client, self.passed, self.failed, self.skipped
        )?;
        let mut not_judged: BTreeMap<Capability, usize> = BTreeMap::new();
        for case in &self.cases {
            for capability in &case.not_judged {
                *not_judged.entry(*capability).or_default() += 1;
            }
        }
        if not_judged.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = not_judged
            .iter()
            .map(|(capability, cases)| format!("{capability} ({cases})"))
            .collect();
        writeln!(
            f,
            "not checked, since the driver lacks it: {}",
            list.join(", ")
        )
    }
}
