//! What came of a client's cases, held against what its client.json says it cannot do. Both ways:
//! a case that fails unnamed is a defect, and so is a reason that no longer holds.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::client::Client;

/// A case that was judged.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) name: String,
    /// What differs, if anything does.
    pub(super) failure: Option<String>,
}

/// All cases of a client.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) client: Client,
    /// Against the emulator.
    pub(super) service: Vec<Case>,
    pub(super) scenarios: Vec<Case>,
}

impl Row {
    /// Lets cases that fail now and then fail, so that one run is like the next.
    pub(super) fn settled(mut self) -> Self {
        let limits = self.client.cannot.iter().filter(|limit| limit.sometimes);
        let sometimes: BTreeSet<&String> = limits.flat_map(|limit| &limit.cases).collect();
        for case in self.service.iter_mut().chain(&mut self.scenarios) {
            if sometimes.contains(&case.name) {
                case.failure
                    .get_or_insert_with(|| "not this time".to_owned());
            }
        }
        self
    }

    /// What client.json does not say, or says without need.
    pub(super) fn surprises(&self) -> Option<String> {
        let mut reasons: BTreeMap<&str, &str> = BTreeMap::new();
        for limit in &self.client.cannot {
            for case in &limit.cases {
                reasons.insert(case, &limit.reason);
            }
        }
        let mut problems = String::new();
        for case in self.service.iter().chain(&self.scenarios) {
            let reason = reasons.remove(case.name.as_str());
            match (&case.failure, reason) {
                (Some(failure), None) => {
                    // Writing to a string cannot fail.
                    let _ = writeln!(problems, "{}: fails: {failure}", case.name);
                }
                (None, Some(reason)) => {
                    let _ = writeln!(problems, "{}: passes, though \"{reason}\"", case.name);
                }
                _ => {}
            }
        }
        for (case, reason) in reasons {
            let _ = writeln!(problems, "{case}: is no case of this client; \"{reason}\"");
        }
        (!problems.is_empty()).then(|| {
            format!(
                "{} is not what tests/conformance/{}/client.json says it is:\n{problems}",
                self.client.title, self.client.name
            )
        })
    }
}

pub(super) fn passed(cases: &[Case]) -> usize {
    cases.iter().filter(|case| case.failure.is_none()).count()
}
