//! What the steps of a run share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use partner_center_transfers::Client;
use partner_center_transfers::types::CustomerId;
use tokio::sync::{Semaphore, watch};

use crate::journal::Journal;
use crate::time;

use super::limits::Limits;
use super::options::RunOptions;

/// What the steps of a run share.
#[derive(Debug)]
pub(super) struct Context {
    /// Without retries: the run decides about each attempt.
    pub(super) client: Client,
    pub(super) journal: Journal,
    pub(super) limits: Limits,
    /// One permit for each call at the same time.
    pub(super) calls: Semaphore,
    /// One permit for each row that waits for its call, or for the disk before it. A row that waits for
    /// the disk afterwards needs none: the next ones are called meanwhile.
    pub(super) places: Arc<Semaphore>,
    pub(super) options: RunOptions,
    pub(super) stop: Arc<watch::Sender<bool>>,
    /// Whether a request has reached the service, in this run or an earlier one.
    pub(super) has_reached: AtomicBool,
}

/// How long after its time in the journal a request leaves at most.
pub(super) const LATEST_DEPARTURE: Duration = Duration::from_secs(1);

impl Context {
    /// How old an attempt must be for a read to show that it will not be applied any more.
    pub(super) fn resend_age(&self) -> Duration {
        self.options.resend_delay.saturating_add(LATEST_DEPARTURE)
    }

    /// Whether no other call may be made.
    pub(super) fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Ends the run: running calls end, and no other is made.
    pub(super) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Whether a request has reached the service, in this run or an earlier one.
    pub(super) fn has_reached(&self) -> bool {
        self.has_reached.load(Ordering::Relaxed)
    }

    /// Takes note that a request has reached the service, or may have.
    pub(super) fn note_reached(&self) {
        self.has_reached.store(true, Ordering::Relaxed);
    }

    pub(super) fn wall_clock(&self) -> SystemTime {
        self.client.runtime().wall_clock()
    }

    /// The time for the journal.
    pub(super) fn now(&self) -> String {
        time::format(self.wall_clock())
    }

    /// Sleeps, until the run is stopped.
    pub(super) async fn sleep(&self, duration: Duration) {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            () = self.client.runtime().sleep(duration) => {}
            // The sender lives as long as this context.
            _ = stop.wait_for(|stop| *stop) => {}
        }
    }

    /// Makes a call as one of those that may be made at the same time.
    pub(super) async fn in_slot<T>(&self, call: impl Future<Output = T>) -> T {
        let _slot = self.calls.acquire().await;
        call.await
    }

    /// Waits until a further request for a customer may leave. `false` if the run is stopped.
    pub(super) async fn take(&self, customer: CustomerId) -> bool {
        let mut stop = self.stop.subscribe();
        tokio::select! {
            biased;
            // The sender lives as long as this context.
            _ = stop.wait_for(|stop| *stop) => false,
            () = self.limits.take(customer) => true,
        }
    }
}
