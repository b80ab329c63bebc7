//! The rows of a report, counted.

use schemars::JsonSchema;
use serde::Serialize;

use crate::journal::{JournalError, JournalView};

use super::row::{self, ReportOutcome};

/// The rows of a report, counted by outcome: subscriptions, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ReportTotals {
    /// Subscriptions that moved.
    pub moved: u64,
    /// Changes other than an accept that were made.
    pub done: u64,
    /// Subscriptions that did not move, and changes that were refused.
    pub failed: u64,
    /// Cannot be found out.
    pub unknown: u64,
    /// Subscriptions of a settled row of which nothing says what happened to them.
    pub not_mentioned: u64,
    /// Accepted, and still processed by the service.
    pub processing: u64,
    /// May have been sent, and not read back yet.
    pub sending: u64,
    /// Not sent, or certainly not applied.
    pub not_sent: u64,
}

impl ReportTotals {
    /// The number of rows with this outcome.
    pub fn of(&self, outcome: ReportOutcome) -> u64 {
        match outcome {
            ReportOutcome::Moved => self.moved,
            ReportOutcome::Done => self.done,
            ReportOutcome::Failed => self.failed,
            ReportOutcome::Unknown => self.unknown,
            ReportOutcome::NotMentioned => self.not_mentioned,
            ReportOutcome::Processing => self.processing,
            ReportOutcome::Sending => self.sending,
            ReportOutcome::NotSent => self.not_sent,
        }
    }

    /// The number of all rows.
    pub fn all(&self) -> u64 {
        ReportOutcome::ALL
            .map(|outcome| self.of(outcome))
            .iter()
            .sum()
    }

    fn count(&mut self, outcome: ReportOutcome) {
        *match outcome {
            ReportOutcome::Moved => &mut self.moved,
            ReportOutcome::Done => &mut self.done,
            ReportOutcome::Failed => &mut self.failed,
            ReportOutcome::Unknown => &mut self.unknown,
            ReportOutcome::NotMentioned => &mut self.not_mentioned,
            ReportOutcome::Processing => &mut self.processing,
            ReportOutcome::Sending => &mut self.sending,
            ReportOutcome::NotSent => &mut self.not_sent,
        } += 1;
    }

    /// Counts the rows of a journal.
    pub(super) fn read(view: &JournalView) -> Result<Self, JournalError> {
        let mut totals = Self::default();
        view.for_each(|record| {
            for row in row::rows(&record) {
                totals.count(row.outcome);
            }
            Ok::<_, JournalError>(())
        })?;
        Ok(totals)
    }
}
