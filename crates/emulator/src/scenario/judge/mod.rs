//! Expected against got. Each difference names what differs, what was expected and what came.

mod conclusion;
mod requests;
mod result;

use std::collections::BTreeSet;
use std::fmt::Display;

use super::capability::Capability;
use super::load::Loaded;
use super::play::Course;
use super::protocol::{About, Conclusion};
use super::server::Received;

/// What was found in one case.
#[derive(Debug)]
pub(crate) struct Judgement<'a> {
    capabilities: &'a BTreeSet<Capability>,
    /// What differs.
    pub(crate) failures: Vec<String>,
    /// What the driver cannot report.
    pub(crate) not_judged: BTreeSet<Capability>,
}

impl Judgement<'_> {
    /// Whether something that takes this is to be judged; if not, that is noted.
    fn judges(&mut self, capability: Capability) -> bool {
        let can = self.capabilities.contains(&capability);
        if !can {
            self.not_judged.insert(capability);
        }
        can
    }

    fn differs(&mut self, what: impl Display, expected: impl Display, got: impl Display) {
        self.failures
            .push(format!("{what}: expected {expected}, got {got}"));
    }

    /// Compares what may be missing on both sides.
    fn compare<T: Display + PartialEq>(&mut self, what: &str, expected: Option<T>, got: Option<T>) {
        if expected != got {
            self.differs(what, or_none(expected), or_none(got));
        }
    }
}

fn or_none<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string())
}

/// Judges one case.
pub(crate) fn judge<'a>(
    about: &'a About,
    loaded: &Loaded,
    course: Course,
    received: &[Received],
    conclusion: Option<&Conclusion>,
) -> Judgement<'a> {
    let mut judgement = Judgement {
        capabilities: &about.capabilities,
        failures: Vec::new(),
        not_judged: BTreeSet::new(),
    };
    let expect = &loaded.scenario.expect;
    requests::judge(&mut judgement, loaded, course, received);
    if let Some(conclusion) = conclusion {
        let expected = match (course, &expect.sent_again) {
            (Course::Once, Some(again)) => &again.otherwise,
            _ => &expect.conclusion,
        };
        if let (Course::Whole, Some(again)) = (course, &expect.sent_again) {
            requests::waits(&mut judgement, &again.waits, received, conclusion);
        }
        conclusion::judge(&mut judgement, loaded, expected, received, conclusion);
    }
    judgement
}
