//! What is seen while the service takes its time: a spinner on a terminal, and nothing elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use crate::arguments::Arguments;

/// Turns until it is dropped, and leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    /// Starts turning, unless the lines of a log would get in its way.
    pub(crate) fn start(arguments: &Arguments, what: &str) -> Self {
        if arguments.quiet || arguments.verbose > 0 {
            return Self(ProgressBar::hidden());
        }
        // On standard error, and hidden where that is no terminal.
        let bar = ProgressBar::new_spinner().with_message(what.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Whether anyone sees it.
    pub(crate) fn is_seen(&self) -> bool {
        !self.0.is_hidden()
    }

    pub(crate) fn say(&self, what: String) {
        self.0.set_message(what);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
