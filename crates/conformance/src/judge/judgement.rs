//! Collects the differences that were found in one case.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::capability::Capability;

/// Whether the client retries the call of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryMode {
    /// It retries as the scenario expects.
    AsExpected,
    /// It sends the call once.
    Never,
}

/// The result of comparing one case.
#[derive(Debug)]
pub(crate) struct Judgement<'a> {
    pub(super) capabilities: &'a BTreeSet<Capability>,
    /// The differences: what differs, the expected and the actual value.
    pub(crate) failures: Vec<String>,
    /// Capabilities that were not checked, since the driver lacks them.
    pub(crate) not_judged: BTreeSet<Capability>,
}

impl Judgement<'_> {
    /// Returns whether the driver has the capability. If not, records that it was not checked.
    pub(super) fn judges(&mut self, capability: Capability) -> bool {
        let has = self.capabilities.contains(&capability);
        if !has {
            self.not_judged.insert(capability);
        }
        has
    }

    pub(super) fn differs(
        &mut self,
        what: impl Display,
        expected: impl Display,
        got: impl Display,
    ) {
        self.failures
            .push(format!("{what}: expected {expected}, got {got}"));
    }

    /// Compares two optional values.
    pub(super) fn compare<T: Display + PartialEq>(
        &mut self,
        what: &str,
        expected: Option<T>,
        got: Option<T>,
    ) {
        if expected != got {
            self.differs(what, or_none(expected), or_none(got));
        }
    }
}

pub(super) fn or_none<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}
