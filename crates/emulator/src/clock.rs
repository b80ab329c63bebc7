//! The emulator's time: the machine's, moved forward as far as a test likes.
//!
//! Tokens expire, limits recover and late answers come by this clock, so no test has to wait.

use std::time::{Duration, SystemTime};

use tokio::sync::watch;

/// Further than this from now nothing is moved: dates must stay printable.
const LIMIT: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

#[derive(Debug)]
pub(crate) struct Clock {
    ahead: watch::Sender<Duration>,
}

impl Clock {
    pub(crate) fn new() -> Self {
        Self {
            ahead: watch::Sender::new(Duration::ZERO),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        SystemTime::now() + *self.ahead.borrow()
    }

    /// Seconds since 1970, as tokens count.
    pub(crate) fn seconds(&self) -> u64 {
        self.now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    /// Moves it forward, and wakes whatever sleeps until then.
    pub(crate) fn advance(&self, by: Duration) {
        self.ahead
            .send_modify(|ahead| *ahead = ahead.saturating_add(by).min(LIMIT));
    }

    /// Sleeps until the clock has gone on by this much, by itself or because it was moved.
    pub(crate) async fn sleep(&self, time: Duration) {
        let mut moved = self.ahead.subscribe();
        let until = self.now() + time.min(LIMIT);
        while let Ok(left) = until.duration_since(self.now())
            && !left.is_zero()
        {
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                // The sender is this clock, which outlives the call.
                _ = moved.changed() => {}
            }
        }
    }
}
