//! How far a run is, in one line.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use partner_center_bulk::{Event, Operation, PauseReason, Summary};

use super::wording::{number, past, time};

/// How long a run must last until its rate says something about the time left.
const MIN_TIME: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Progress {
    /// How a row is called that was done as planned.
    past: &'static str,
    start: Instant,
    /// How many rows had a result at the start.
    finished_before: u64,
    pause: Option<Pause>,
    is_stopping: bool,
}

/// Why requests wait, and until when.
#[derive(Debug)]
struct Pause {
    until: Instant,
    what: &'static str,
    then: &'static str,
}

impl Progress {
    pub(super) fn new(operation: Operation, before: &Summary, start: Instant) -> Self {
        Self {
            past: past(operation),
            start,
            finished_before: finished(before),
            pause: None,
            is_stopping: false,
        }
    }

    /// Takes note of what happened.
    pub(super) fn note(&mut self, event: &Event, now: Instant) {
        let (what, then, pause) = match event {
            Event::Paused {
                reason: PauseReason::RateLimited,
                customer: None,
                time,
            } => ("rate limited", "going on", *time),
            Event::Paused {
                reason: PauseReason::RateLimited,
                time,
                ..
            } => ("rate limited for a customer", "going on with it", *time),
            Event::Paused { time, .. } => ("the service is not available", "trying again", *time),
            Event::Waiting { time, .. } => ("waiting for the service", "reading again", *time),
            Event::Stopping(_) => {
                self.is_stopping = true;
                return;
            }
            _ => return,
        };
        let until = now + pause;
        // A shorter pause does not end a longer one.
        if self.pause.as_ref().is_none_or(|pause| pause.until < until) {
            self.pause = Some(Pause { until, what, then });
        }
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
        let lasted = now.saturating_duration_since(self.start);
        let done = finished.saturating_sub(self.finished_before);
        if done > 0 && lasted >= MIN_TIME {
            let per_row = lasted.div_f64(as_f64(done));
            let per_minute = 60.0 / per_row.as_secs_f64();
            let left = per_row.mul_f64(as_f64(summary.rows.saturating_sub(finished)));
            let _ = write!(line, "; {per_minute:.0}/min, {} left", time(left));
        }
        let pause = self.pause.as_ref().filter(|pause| pause.until > now);
        if let Some(Pause { until, what, then }) = pause {
            let left = time(until.saturating_duration_since(now));
            let _ = write!(line, "; {what}, {then} in {left}");
        }
        line
    }
}

/// How many rows have a result.
fn finished(summary: &Summary) -> u64 {
    summary.settled() + summary.unknown
}

/// A number of rows. Plans are far smaller than what a float represents exactly.
fn as_f64(rows: u64) -> f64 {
    u32::try_from(rows).map_or(f64::from(u32::MAX), f64::from)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use partner_center_bulk::{Event, Operation, PauseReason, StopReason, Summary};

    use super::Progress;

    fn summary(done: u64) -> Summary {
        let mut summary = Summary::default();
        (summary.rows, summary.done, summary.in_part) = (1_312, done, 6);
        (summary.failed, summary.unknown) = (3, 1);
        summary
    }

    #[test]
    fn a_line_has_counts_rate_and_time_left() {
        let start = Instant::now();
        let progress = Progress::new(Operation::Accept, &Summary::default(), start);
        let counts = "120 of 1,312 done: 110 moved, 6 in part, 3 failed, 1 unknown";
        assert_eq!(progress.line(&summary(110), start), counts);
        let now = start + Duration::from_secs(30);
        assert_eq!(
            progress.line(&summary(110), now),
            format!("{counts}; 240/min, 4 min 58 s left")
        );
        // Rows of an earlier run do not count for the rate.
        let resumed = Progress::new(Operation::Create, &summary(60), start);
        assert_eq!(
            resumed.line(&summary(110), now),
            "120 of 1,312 done: 110 created, 6 in part, 3 failed, 1 unknown; 100/min, 11 min 56 s \
             left"
        );
    }

    #[test]
    fn a_pause_is_shown_until_it_ends() {
        let start = Instant::now();
        let mut progress = Progress::new(Operation::Accept, &Summary::default(), start);
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
