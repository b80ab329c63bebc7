//! How far a list of many customers is.

use std::time::Duration;

use partner_center_bulk::PauseReason;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::commands::context::Context;
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
    pub(super) fn new(customers: usize) -> Self {
        Self {
            all: u32::try_from(customers).unwrap_or(u32::MAX),
            read: 0,
            failed: 0,
            transfers: 0,
            start: Instant::now(),
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

    pub(super) fn paused(&mut self, is_for_all: bool, time: Duration, reason: PauseReason) {
        let what = match (reason, is_for_all) {
            (PauseReason::RateLimited, true) => "rate limited, going on",
            (PauseReason::RateLimited, false) => "rate limited for a customer, going on with it",
            _ => "the service is not available, trying again",
        };
        let until = Instant::now() + time;
        // A shorter pause does not end a longer one.
        if self.pause.is_none_or(|(known, _)| known < until) {
            self.pause = Some((until, what));
        }
    }

    /// Such as `Read 120 of 300 customers: 45 transfers, 2 customers failed; 40 s left`.
    pub(super) fn line(&self) -> String {
        let now = Instant::now();
        let (done, all) = (self.read + self.failed, self.all);
        let mut line = format!(
            "Read {done} of {all} customers: {} transfers",
            self.transfers
        );
        match self.failed {
            0 => {}
            1 => line += ", 1 customer failed",
            many => line += &format!(", {many} customers failed"),
        }
        let lasted = now.saturating_duration_since(self.start);
        if let Some((until, what)) = self.pause.filter(|(until, _)| *until > now) {
            let left = until
                .saturating_duration_since(now)
                .as_millis()
                .div_ceil(1_000);
            line += &format!("; {what} in {left} s");
        } else if done > 0 && lasted >= MIN_TIME {
            let left = (lasted / done) * (all - done);
            line += &format!("; {} left", time(left));
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
        let spinner = context.spinner(&progress.line());
        let period = if spinner.is_visible() {
            ON_TERMINAL
        } else {
            OTHERWISE
        };
        let mut ticks = interval_at(Instant::now() + period, period);
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

    pub(super) fn show(&self, progress: &Progress) {
        if self.spinner.is_visible() {
            self.spinner.set_message(progress.line());
        } else if !self.is_quiet {
            terminal::diagnose(&(progress.line() + "\n"));
        }
    }
}
