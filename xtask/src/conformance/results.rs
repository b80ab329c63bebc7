//! The results of a client, compared with the known limits in its client.json. Both unknown failures
//! and limits that no longer apply are problems.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::client::Client;
use super::emulator_cases::EmulatorCase;

/// The result of one case.
#[derive(Clone, Debug)]
pub(super) struct CaseResult {
    pub(super) name: String,
    /// What differs, if the case failed.
    pub(super) failure: Option<String>,
}

/// All results of a client that was run.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) client: Client,
    /// The cases against the emulator.
    pub(super) emulator: Vec<CaseResult>,
    pub(super) scenarios: Vec<CaseResult>,
}

/// A row of the table.
#[derive(Clone, Debug)]
pub(super) struct Summary {
    pub(super) client: Client,
    /// Whether each case against the emulator passed.
    pub(super) emulator: Vec<bool>,
    /// The numbers of scenarios that passed, and of all.
    pub(super) scenarios: (usize, usize),
}

impl Summary {
    /// The row of a client with exactly its known limits, which `scenarios` applied to.
    pub(super) fn recorded(client: &Client, emulator: &[EmulatorCase], scenarios: usize) -> Self {
        let failed: BTreeSet<&String> = client.cannot.iter().flat_map(|it| &it.cases).collect();
        let passes = |case: &EmulatorCase| !failed.contains(&case.name);
        let of_emulator = |name: &str| emulator.iter().any(|case| case.name == name);
        let others = failed.iter().filter(|name| !of_emulator(name)).count();
        Self {
            client: client.clone(),
            emulator: emulator.iter().map(passes).collect(),
            scenarios: (scenarios.saturating_sub(others), scenarios),
        }
    }
}

impl Row {
    pub(super) fn summary(&self) -> Summary {
        let cases = self.emulator.iter();
        Summary {
            client: self.client.clone(),
            emulator: cases.map(|case| case.failure.is_none()).collect(),
            scenarios: (passed(&self.scenarios), self.scenarios.len()),
        }
    }

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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::conformance::emulator_cases::cases;

    fn case(name: &str, failure: Option<&str>) -> CaseResult {
        CaseResult {
            name: name.to_owned(),
            failure: failure.map(str::to_owned),
        }
    }

    #[test]
    fn the_recorded_row_of_a_client_is_that_of_its_run() {
        let against = cases();
        let limits = [&against[1].name, "accept-302", "accept-307"];
        let client: Client = serde_json::from_value(json!({
            "language": "Ruby", "client": "a client", "needs": [], "pins": [], "install": [],
            "build": [], "driver": [], "cannot": [{ "reason": "fails", "cases": limits }],
        }))
        .unwrap();
        let failure = |name: &str| limits.contains(&name).then_some("it differs");
        let scenarios = ["accept-200", "accept-302", "accept-307", "get-200"];
        let row = Row {
            client: client.clone(),
            emulator: against
                .iter()
                .map(|it| case(&it.name, failure(&it.name)))
                .collect(),
            scenarios: scenarios.map(|name| case(name, failure(name))).to_vec(),
        };
        assert_eq!(row.unexpected(), None);
        let (run, recorded) = (row.summary(), Summary::recorded(&client, &against, 4));
        assert_eq!(run.emulator, recorded.emulator);
        assert_eq!(run.emulator.iter().filter(|passed| !**passed).count(), 1);
        assert_eq!((run.scenarios, recorded.scenarios), ((2, 4), (2, 4)));
    }
}
