//! A clock that the client, the run and the emulator share. A sleep ends at once and moves it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use partner_center_emulator::Emulator;
use partner_center_transfers::{BoxFuture, CallOptions, Runtime};

/// Longer than any sleep of a run: time limits of calls, which never end.
const TIME_LIMIT: Duration = Duration::from_secs(30 * 24 * 3_600);

/// The options of a client whose calls have no time limit.
pub(crate) fn without_time_limits() -> CallOptions {
    CallOptions::default()
        .timeout(TIME_LIMIT * 2)
        .attempt_timeout(TIME_LIMIT)
}

/// A clock on which sleeps take no time. It moves the emulator's clock too.
#[derive(Clone)]
pub(crate) struct TestRuntime {
    emulator: Arc<Emulator>,
    added: Arc<Mutex<Duration>>,
    stall_limit: Arc<Mutex<Option<Duration>>>,
}

impl TestRuntime {
    pub(crate) fn new(emulator: &Arc<Emulator>) -> Arc<Self> {
        Arc::new(Self {
            emulator: Arc::clone(emulator),
            added: Arc::default(),
            stall_limit: Arc::default(),
        })
    }

    /// Ends calls that get no answer for this long, by a real clock. A call that is only slow may
    /// end too: that is one more lost answer.
    pub(crate) fn end_stalled_calls_after(&self, limit: Duration) {
        *self.stall_limit.lock().unwrap() = Some(limit);
    }

    /// Lets requests that the emulator has received end first, unless a fault keeps one.
    async fn calls_have_ended(&self) {
        for _ in 0..10 {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            if self
                .emulator
                .requests()
                .iter()
                .rev()
                .take(50)
                .all(|one| one.status != 0)
            {
                return;
            }
        }
    }

    /// The time that sleeps have added.
    pub(crate) fn slept(&self) -> Duration {
        *self.added.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for TestRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestRuntime")
    }
}

impl Runtime for TestRuntime {
    fn now(&self) -> Instant {
        Instant::now() + self.slept()
    }

    fn wall_clock(&self) -> SystemTime {
        SystemTime::now() + self.slept()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if duration > TIME_LIMIT / 2 {
            let limit = *self.stall_limit.lock().unwrap();
            return match limit {
                Some(limit) => Box::pin(tokio::time::sleep(limit)),
                None => Box::pin(std::future::pending()),
            };
        }
        let clock = self.clone();
        Box::pin(async move {
            let end = clock.now() + duration;
            clock.calls_have_ended().await;
            // Sleeps at the same time overlap.
            let left = end.saturating_duration_since(clock.now());
            clock.emulator.advance(left);
            *clock.added.lock().unwrap_or_else(PoisonError::into_inner) += left;
        })
    }

    fn random(&self) -> f64 {
        0.5
    }
}
