//! A spinner on the terminal while a call is in progress.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// The spinner that is shown.
static SHOWN: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// A spinner on standard error that disappears when dropped.
#[derive(Debug)]
pub(crate) struct Spinner(ProgressBar);

impl Spinner {
    /// Starts the spinner. It is hidden if standard error is not a terminal.
    pub(crate) fn start(message: &str) -> Self {
        let bar = ProgressBar::new_spinner().with_message(message.to_owned());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        set_shown(Some(bar.clone()));
        Self(bar)
    }

    /// A spinner that is never shown.
    pub(crate) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    pub(crate) fn is_visible(&self) -> bool {
        !self.0.is_hidden()
    }

    pub(crate) fn set_message(&self, message: String) {
        self.0.set_message(message);
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if !self.0.is_hidden() {
            set_shown(None);
        }
        self.0.finish_and_clear();
    }
}

/// Runs a function that writes to standard error, without mixing with the spinner.
pub(crate) fn suspend(write: impl FnOnce()) {
    let shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    match &*shown {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

fn set_shown(bar: Option<ProgressBar>) {
    *SHOWN.lock().unwrap_or_else(PoisonError::into_inner) = bar;
}
