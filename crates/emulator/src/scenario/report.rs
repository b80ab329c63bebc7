//! What came of the scenarios: a line for each, a summary, and the same as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::capability::Capability;
use super::load::Loaded;
use super::model::Tag;
use super::protocol::About;

/// What came of all scenarios. As JSON it is `{client, capabilities, passed, failed, skipped,
/// cases}`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Report {
    /// The client, and what it can do.
    #[serde(flatten)]
    pub about: About,
    /// How many cases passed.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many were skipped.
    pub skipped: usize,
    /// Each case, in order.
    pub cases: Vec<Played>,
}

/// What came of one scenario.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Played {
    /// The name of the scenario.
    pub case: String,
    /// What it is about.
    pub tags: BTreeSet<Tag>,
    /// What came of it.
    pub verdict: Verdict,
    /// Why it failed or was skipped; empty if it passed.
    pub reason: String,
    /// What the driver cannot report, and was not judged by here.
    pub not_judged: BTreeSet<Capability>,
}

/// What came of one scenario.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// All that could be judged is as expected.
    Pass,
    /// Something is not.
    Fail,
    /// The case says nothing about this client.
    Skip,
}

impl Played {
    pub(crate) fn new(loaded: &Loaded, verdict: Verdict, reason: String) -> Self {
        Self {
            case: loaded.name.clone(),
            tags: loaded.scenario.tags.clone(),
            verdict,
            reason,
            not_judged: BTreeSet::new(),
        }
    }
}

impl Report {
    pub(crate) fn new(about: About, cases: Vec<Played>) -> Self {
        let count = |verdict| cases.iter().filter(|case| case.verdict == verdict).count();
        Self {
            about,
            passed: count(Verdict::Pass),
            failed: count(Verdict::Fail),
            skipped: count(Verdict::Skip),
            cases,
        }
    }

    /// Whether the client does all that could be judged, and anything could.
    pub fn is_good(&self) -> bool {
        self.failed == 0 && self.passed > 0
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}

/// One line.
impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verdict, self.case)?;
        if !self.reason.is_empty() {
            write!(f, ": {}", self.reason.replace('\n', " "))?;
        }
        Ok(())
    }
}

/// The summary.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} passed, {} failed, {} skipped",
            self.about.client, self.passed, self.failed, self.skipped
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
            "not judged, since the driver does not report it: {}",
            list.join(", ")
        )
    }
}
