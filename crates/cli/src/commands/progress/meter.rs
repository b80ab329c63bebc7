//! Shows how far a command is: on a terminal all the time, and otherwise as a line now and then.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::arguments::GlobalOptions;
use crate::commands::context;
use crate::spinner::Spinner;
use crate::terminal;

/// How often the line on a terminal changes.
const ON_TERMINAL: Duration = Duration::from_millis(250);
/// How often a line is written otherwise.
const OTHERWISE: Duration = Duration::from_secs(30);

#[derive(Debug)]
pub(in crate::commands) struct Meter {
    spinner: Spinner,
    is_quiet: bool,
    ticks: Interval,
}

impl Meter {
    /// Shows a first message on a terminal, unless it would mix with the log.
    pub(in crate::commands) fn start(global: &GlobalOptions, message: &str) -> Self {
        let spinner = context::spinner(global, message);
        let period = if spinner.is_visible() {
            ON_TERMINAL
        } else {
            OTHERWISE
        };
        let mut ticks = interval_at(Instant::now() + period, period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        Self {
            spinner,
            is_quiet: global.quiet,
            ticks,
        }
    }

    /// Completes when it is time to show something.
    pub(in crate::commands) async fn tick(&mut self) {
        self.ticks.tick().await;
    }

    /// Shows a message, unless a terminal will show it with the next tick.
    pub(in crate::commands) fn show_soon(&self, message: String) {
        if !self.spinner.is_visible() {
            self.show(message);
        }
    }

    /// Shows a message.
    pub(in crate::commands) fn show(&self, message: String) {
        if self.spinner.is_visible() {
            self.spinner.set_message(message);
        } else if !self.is_quiet {
            terminal::diagnose(&(message + "\n"));
        }
    }

    /// Writes a line that stays.
    pub(in crate::commands) fn say(&mut self, line: &str) {
        let was_visible = self.spinner.is_visible();
        self.spinner = Spinner::hidden();
        terminal::diagnose(line);
        if was_visible {
            self.spinner = Spinner::start("");
        }
    }
}
