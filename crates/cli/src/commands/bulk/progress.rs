//! How far a run is, in one line.

use std::fmt::Write as _;
use std::time::Instant;

use partner_center_bulk::wording::number;
use partner_center_bulk::{Event, Operation, Summary};

use super::wording::past;
use crate::commands::progress::{Progress, pause_text};

#[derive(Debug)]
pub(super) struct RunProgress {
    /// How a row is called that was done as planned.
    past: &'static str,
    /// How many rows had a result at the start.
    finished_before: u64,
    progress: Progress,
    is_stopping: bool,
}

impl RunProgress {
    pub(super) fn new(operation: Operation, before: &Summary, start: Instant) -> Self {
        Self {
            past: past(operation),
            finished_before: finished(before),
            progress: Progress::new(start),
            is_stopping: false,
        }
    }

    /// Takes note of what happened.
    pub(super) fn note(&mut self, event: &Event, now: Instant) {
        let (what, time) = match event {
            Event::Paused {
                reason,
                customer,
                time,
            } => (pause_text(*reason, customer.is_none()), *time),
            Event::Waiting { time, .. } => ("waiting for the service, reading again", *time),
            Event::Stopping(_) => {
                self.is_stopping = true;
                return;
            }
            _ => return,
        };
        self.progress.pause(what, time, now);
    }

    /// Running calls end, and no other is made.
    pub(super) fn stop(&mut self) {
        self.is_stopping = true;
    }

    /// Such as `120 of 312 done: 110 moved, 6 in part, 3 failed, 1 unknown; 288/min, 40 s left`.
    pub(super) fn line(&self, summary: &Summary, now: Instant) -> String {
        let finished = finished(summary);
        let mut line = format!(
            "{} of {} done: {} {}, {} in part, {} failed, {} unknown",
            number(finished),
            number(summary.rows),
            number(summary.done),
            self.past,
            number(summary.in_part),
            number(summary.failed),
            number(summary.unknown),
        );
        if summary.processing > 0 {
            let _ = write!(line, ", {} being processed", number(summary.processing));
        }
        if self.is_stopping {
            return line + "; stopping, running calls end";
        }
        let done = finished.saturating_sub(self.finished_before);
        let left = summary.rows.saturating_sub(finished);
        line + &self.progress.text(done, left, now)
    }
}

/// How many rows have a result.
fn finished(summary: &Summary) -> u64 {
    summary.settled() + summary.unknown
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use partner_center_bulk::{Event, Operation, PauseReason, StopReason, Summary};

    use super::RunProgress;

    fn summary(done: u64) -> Summary {
        let mut summary = Summary::default();
        (summary.rows, summary.done, summary.in_part) = (1_312, done, 6);
        (summary.failed, summary.unknown) = (3, 1);
        summary
    }

    #[test]
    fn a_line_has_counts_rate_and_time_left() {
        let start = Instant::now();
        let progress = RunProgress::new(Operation::Accept, &Summary::default(), start);
        let counts = "120 of 1,312 done: 110 moved, 6 in part, 3 failed, 1 unknown";
        assert_eq!(progress.line(&summary(110), start), counts);
        let now = start + Duration::from_secs(30);
        assert_eq!(
            progress.line(&summary(110), now),
            format!("{counts}; 240/min, 4 min 58 s left")
        );
        // Rows of an earlier run do not count for the rate.
        let resumed = RunProgress::new(Operation::Create, &summary(60), start);
        assert_eq!(
            resumed.line(&summary(110), now),
            "120 of 1,312 done: 110 created, 6 in part, 3 failed, 1 unknown; 100/min, 11 min 56 s \
             left"
        );
    }

    #[test]
    fn a_pause_is_shown_until_it_ends() {
        let start = Instant::now();
        let mut progress = RunProgress::new(Operation::Accept, &Summary::default(), start);
        let paused = |seconds| {
            let time = Duration::from_secs(seconds);
            Event::Paused {
                customer: None,
                time,
                reason: PauseReason::RateLimited,
            }
        };
        progress.note(&paused(12), start);
        progress.note(&paused(3), start);
        let line = progress.line(&summary(0), start);
        assert!(line.ends_with("; rate limited, going on in 12 s"), "{line}");
        let line = progress.line(&summary(0), start + Duration::from_secs(5));
        assert!(line.ends_with("going on in 7 s"), "{line}");
        let line = progress.line(&summary(0), start + Duration::from_secs(12));
        assert!(!line.contains("rate limited"), "{line}");
        progress.note(&Event::Stopping(StopReason::Requested), start);
        let line = progress.line(&summary(0), start);
        assert!(line.ends_with("; stopping, running calls end"), "{line}");
    }
}
