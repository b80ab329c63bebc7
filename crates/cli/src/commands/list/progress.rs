//! How far a list of many customers is.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use partner_center_bulk::PauseReason;
use tokio::time::{Interval, MissedTickBehavior, interval_at};

use crate::commands::context::Context;
use crate::output::count;
use crate::spinner::Spinner;
use crate::terminal;

/// How often the line on a terminal changes.
const ON_TERMINAL: Duration = Duration::from_millis(250);
/// How often a line is written otherwise.
const OTHERWISE: Duration = Duration::from_secs(30);

/// How long a list must take until its rate says something about the time left.
const MIN_TIME: Duration = Duration::from_secs(1);

#[derive(Debug)]
pub(super) struct Progress {
    all: u32,
    read: u32,
    failed: u32,
    transfers: usize,
    start: Instant,
    pause: Option<(Instant, &'static str)>,
}

impl Progress {
    pub(super) fn new(customers: usize, now: Instant) -> Self {
        Self {
            all: u32::try_from(customers).unwrap_or(u32::MAX),
            read: 0,
            failed: 0,
            transfers: 0,
            start: now,
            pause: None,
        }
    }

    pub(super) fn read(&mut self, transfers: usize) {
        self.read += 1;
        self.transfers += transfers;
    }

    pub(super) fn failed(&mut self) {
        self.failed += 1;
    }

    /// Takes note of a pause. Returns whether requests were not paused before.
    pub(super) fn paused(
        &mut self,
        is_for_all: bool,
        time: Duration,
        reason: PauseReason,
        now: Instant,
    ) -> bool {
        let what = match (reason, is_for_all) {
            (PauseReason::RateLimited, true) => "rate limited, going on",
            (PauseReason::RateLimited, false) => "rate limited for a customer, going on with it",
            _ => "the service is not available, trying again",
        };
        let until = now + time;
        let known = self.pause.map(|(until, _)| until);
        // A shorter pause does not end a longer one.
        if known.is_none_or(|known| known < until) {
            self.pause = Some((until, what));
        }
        known.is_none_or(|known| known <= now)
    }

    /// Such as `Read 120 of 300 customers: 45 transfers, 2 failed; 40 s left`.
    pub(super) fn line(&self, now: Instant) -> String {
        let (done, all) = (self.read + self.failed, self.all);
        let transfers = count(self.transfers, "transfer");
        let mut line = format!(
            "Read {done} of {all} customers: {transfers}, {} failed",
            self.failed
        );
        let lasted = now.saturating_duration_since(self.start);
        if let Some((until, what)) = self.pause.filter(|(until, _)| *until > now) {
            let left = until
                .saturating_duration_since(now)
                .as_millis()
                .div_ceil(1_000);
            let _ = write!(line, "; {what} in {left} s");
        } else if done > 0 && lasted >= MIN_TIME {
            let left = (lasted / done) * (all - done);
            let _ = write!(line, "; {} left", time(left));
        }
        line
    }
}

/// Such as `40 s` or `12 min`.
fn time(time: Duration) -> String {
    match time.as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

/// Shows a line: on a terminal all the time, and otherwise now and then.
#[derive(Debug)]
pub(super) struct Meter {
    spinner: Spinner,
    is_quiet: bool,
    ticks: Interval,
}

impl Meter {
    pub(super) fn start(context: &Context<'_>, progress: &Progress) -> Self {
        let spinner = context.spinner(&progress.line(Instant::now()));
        let period = if spinner.is_visible() {
            ON_TERMINAL
        } else {
            OTHERWISE
        };
        let mut ticks = interval_at(tokio::time::Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Self {
            spinner,
            is_quiet: context.global.quiet,
            ticks,
        }
    }

    /// Completes when it is time to show the line.
    pub(super) async fn tick(&mut self) {
        self.ticks.tick().await;
    }

    /// Says that requests wait, also without a terminal.
    pub(super) fn say_paused(&self, progress: &Progress) {
        if !self.spinner.is_visible() {
            self.show(progress);
        }
    }

    pub(super) fn show(&self, progress: &Progress) {
        let line = progress.line(Instant::now());
        if self.spinner.is_visible() {
            self.spinner.set_message(line);
        } else if !self.is_quiet {
            terminal::diagnose(&(line + "\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use partner_center_bulk::PauseReason;

    use super::Progress;

    #[test]
    fn a_line_has_counts_the_time_left_and_a_pause() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut progress = Progress::new(300, start);
        progress.read(1);
        let first = "Read 1 of 300 customers: 1 transfer, 0 failed";
        assert_eq!(progress.line(start), first);
        progress.read(3);
        progress.failed();
        let counts = "Read 3 of 300 customers: 4 transfers, 1 failed";
        assert_eq!(progress.line(after(3)), format!("{counts}; 5 min left"));

        let limited = PauseReason::RateLimited;
        assert!(progress.paused(true, Duration::from_secs(12), limited, after(3)));
        assert!(!progress.paused(false, Duration::from_secs(3), limited, after(3)));
        let line = progress.line(after(3));
        assert_eq!(line, format!("{counts}; rate limited, going on in 12 s"));
        assert!(!progress.line(after(15)).contains("rate limited"));
        assert!(progress.paused(false, Duration::from_secs(3), limited, after(15)));
        let waits = "rate limited for a customer, going on with it in 3 s";
        assert_eq!(progress.line(after(15)), format!("{counts}; {waits}"));
    }
}
