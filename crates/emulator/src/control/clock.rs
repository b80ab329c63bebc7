//! The clock of the emulator: the system clock plus the time that a test has added.
//!
//! Tokens, rate limits and delays use this clock, so that no test has to wait.

use std::time::{Duration, SystemTime};

use tokio::sync::watch;

/// The limit of the added time in seconds, a hundred years: dates must stay within the years that
/// can be formatted.
pub(crate) const LIMIT_SECONDS: u64 = 100 * 365 * 24 * 3600;
const LIMIT: Duration = Duration::from_secs(LIMIT_SECONDS);

#[derive(Debug)]
pub(crate) struct Clock {
    added: watch::Sender<Duration>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            added: watch::Sender::new(Duration::ZERO),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        SystemTime::now() + *self.added.borrow()
    }

    /// Seconds since 1970, as in tokens.
    pub(crate) fn seconds(&self) -> u64 {
        self.now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    /// The time by which the clock can still be moved.
    pub(crate) fn left(&self) -> Duration {
        LIMIT.saturating_sub(*self.added.borrow())
    }

    /// Moves the clock forward and wakes the tasks that sleep until then.
    pub(crate) fn advance(&self, time: Duration) {
        self.added
            .send_modify(|added| *added = added.saturating_add(time).min(LIMIT));
    }

    /// Sleeps for this time by the emulator's clock.
    pub(crate) async fn sleep(&self, time: Duration) {
        let mut changes = self.added.subscribe();
        let until = self.now() + time.min(LIMIT);
        while let Ok(left) = until.duration_since(self.now())
            && !left.is_zero()
        {
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                // The sender is part of this clock, so it exists as long as the call.
                _ = changes.changed() => {}
            }
        }
    }
}
