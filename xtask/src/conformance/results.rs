//! The results of a client, compared with the known limits in its client.json. Both unknown failures
//! and limits that no longer apply are problems.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::client::Client;

/// The result of one case.
#[derive(Clone, Debug)]
pub(super) struct CaseResult {
    pub(super) name: String,
    /// What differs, if the case failed.
    pub(super) failure: Option<String>,
}

/// All results of a client: a row of the table.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) client: Client,
    /// The cases against the emulator.
    pub(super) emulator: Vec<CaseResult>,
    pub(super) scenarios: Vec<CaseResult>,
}

impl Row {
    /// Counts cases that fail only sometimes as failed, so that every run gives the same row.
    pub(super) fn stabilized(mut self) -> Self {
        let limits = self.client.cannot.iter().filter(|limit| limit.sometimes);
        let sometimes: BTreeSet<&String> = limits.flat_map(|limit| &limit.cases).collect();
        for case in self.emulator.iter_mut().chain(&mut self.scenarios) {
            if case.failure.is_none() && sometimes.contains(&case.name) {
                case.failure = Some("passed this time".to_owned());
            }
        }
        self
    }

    /// Lists where the results differ from the limits in client.json.
    pub(super) fn unexpected(&self) -> Option<String> {
        let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
        for limit in &self.client.cannot {
            for case in &limit.cases {
                reasons.insert(case, &limit.reason);
            }
        }
        let mut problems = String::new();
        for case in self.emulator.iter().chain(&self.scenarios) {
            let reason = reasons.remove(case.name.as_str());
            // Writing to a string cannot fail.
            let _ = match (&case.failure, reason) {
                (Some(failure), None) => writeln!(problems, "{}: fails: {failure}", case.name),
                (None, Some(reason)) => {
                    writeln!(problems, "{}: passes, despite \"{reason}\"", case.name)
                }
                _ => Ok(()),
            };
        }
        for (case, reason) in reasons {
            let _ = writeln!(problems, "{case}: not a case of this client; \"{reason}\"");
        }
        (!problems.is_empty()).then(|| {
            format!(
                "{}: the results differ from tests/conformance/{}/client.json:\n{problems}",
                self.client.title, self.client.name
            )
        })
    }
}

pub(super) fn passed(cases: &[CaseResult]) -> usize {
    cases.iter().filter(|case| case.failure.is_none()).count()
}
