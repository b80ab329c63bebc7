//! What a run of calls through the proxy found.

use std::collections::BTreeMap;
use std::fmt;

use super::fault::NONE;
use super::operation::Operation;

/// A law that a call broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// The call took effect more than once.
    DoubledEffect,
    /// The client said that the call was not applied, but it was.
    FalseCertainty,
    /// The call succeeded, but nothing was applied.
    FalseSuccess,
    /// The response is about another transfer.
    ForeignResponse,
    /// The read-back said something else than the service's state.
    FalseReadBack,
    /// A read failed although there was no fault.
    FailedRead,
    /// The call did not end.
    Endless,
}

impl Violation {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::DoubledEffect,
        Self::FalseCertainty,
        Self::FalseSuccess,
        Self::ForeignResponse,
        Self::FalseReadBack,
        Self::FailedRead,
        Self::Endless,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::DoubledEffect => "doubled effect",
            Self::FalseCertainty => "certain failure with an effect",
            Self::FalseSuccess => "success without an effect",
            Self::ForeignResponse => "response about another transfer",
            Self::FalseReadBack => "wrong read-back",
            Self::FailedRead => "read failed without a fault",
            Self::Endless => "call without an end",
        }
    }
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    Ok,
    CertainFailure,
    Ambiguous,
    Endless,
}

/// Counts of calls in one mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All calls.
    pub calls: usize,
    /// Those that succeeded.
    pub ok: usize,
    /// Those that failed and certainly were not applied, as the client said.
    pub certain_failures: usize,
    /// Those that failed and may have been applied, as the client said.
    pub ambiguous: usize,
    /// Those that were applied.
    pub applied: usize,
}

/// The result of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The counts of each mode.
    pub modes: BTreeMap<&'static str, Counts>,
    /// How often each law was broken.
    pub violations: BTreeMap<Violation, usize>,
    /// The number of requests that reached the proxy.
    pub requests: usize,
    /// How often the proxy had each fault.
    pub faults: BTreeMap<&'static str, usize>,
    /// Each violation, with what is necessary to replay it.
    pub problems: Vec<String>,
    endings: BTreeMap<(Operation, Ending), usize>,
}

impl Report {
    pub(super) fn count(
        &mut self,
        mode: &'static str,
        operation: Operation,
        ending: Ending,
        applied: bool,
    ) {
        let counts = self.modes.entry(mode).or_default();
        counts.calls += 1;
        counts.applied += usize::from(applied);
        match ending {
            Ending::Ok => counts.ok += 1,
            Ending::CertainFailure => counts.certain_failures += 1,
            Ending::Ambiguous => counts.ambiguous += 1,
            Ending::Endless => {}
        }
        *self.endings.entry((operation, ending)).or_default() += 1;
    }

    /// Counts requests by their faults.
    pub(super) fn used(&mut self, faults: &[&'static str]) {
        self.requests += faults.len();
        for fault in faults.iter().filter(|fault| **fault != NONE.name) {
            *self.faults.entry(fault).or_default() += 1;
        }
    }

    pub(super) fn violation(&mut self, violation: Violation, problem: &str) {
        *self.violations.entry(violation).or_default() += 1;
        self.problems
            .push(format!("{}: {problem}", violation.name()));
    }

    /// The names of the operations that did not end in each way: with a success, a certain failure and an
    /// ambiguous one.
    pub fn untested_operations(&self) -> Vec<&'static str> {
        let endings = [Ending::Ok, Ending::CertainFailure, Ending::Ambiguous];
        let tested = |operation| {
            let mut endings = endings.iter();
            endings.all(|ending| self.endings.contains_key(&(operation, *ending)))
        };
        let untested = Operation::ALL.into_iter().filter(|one| !tested(*one));
        untested.map(Operation::name).collect()
    }
}

/// The table, and the violations.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<16}{:>9}{:>9}{:>18}{:>11}{:>9}",
            "mode", "calls", "ok", "certain failures", "ambiguous", "applied"
        )?;
        for (mode, counts) in &self.modes {
            writeln!(
                f,
                "{mode:<16}{:>9}{:>9}{:>18}{:>11}{:>9}",
                counts.calls, counts.ok, counts.certain_failures, counts.ambiguous, counts.applied
            )?;
        }
        let faults: usize = self.faults.values().sum();
        let (requests, kinds) = (self.requests, self.faults.len());
        writeln!(f, "\n{requests} requests, {faults} faults of {kinds} kinds")?;
        for violation in Violation::ALL {
            let count = self.violations.get(&violation).copied().unwrap_or_default();
            writeln!(f, "{count:>9} {}", violation.name())?;
        }
        for problem in &self.problems {
            writeln!(f, "\n{problem}")?;
        }
        Ok(())
    }
}
