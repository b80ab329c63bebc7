//! Runs the rows of a journal.

mod call;
mod context;
mod duplicate;
mod engine;
mod event;
pub(crate) mod failure;
mod judge;
pub(crate) mod limits;
mod options;
mod pending;
mod queue;
mod read_back;
mod record;
mod retry;
mod step;
mod step_end;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use partner_center_transfers::{CallOptions, Client, RetryPolicy};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinHandle;

use crate::journal::{Identity, Journal, JournalError};

use context::Context;
use engine::Engine;
pub use engine::Finished;
pub use event::{Event, PauseReason, RowEvent, StopReason};
use limits::Limits;
pub use options::{ParseRateError, Rate, RunOptions};

/// How many rows wait for their call, or are in it, for each call that may be made at the same time.
/// Most of them wait for the disk: with fewer, the calls would wait for it too.
const PLACES_PER_CALL: usize = 8;
/// How many events wait for a listener. Then the run waits too.
const EVENTS: usize = 256;

/// Runs the rows of a journal that are not settled yet: those of a new plan, or the rest of an
/// earlier run.
#[derive(Debug)]
pub struct Runner {
    client: Client,
    journal: Journal,
    options: RunOptions,
}

impl Runner {
    /// A runner with the default options. The client's own retries are not used.
    pub fn new(client: Client, journal: Journal) -> Self {
        Self {
            client,
            journal,
            options: RunOptions::default(),
        }
    }

    /// Sets the options.
    pub fn options(mut self, options: RunOptions) -> Self {
        self.options = options;
        self
    }

    /// Starts the run, in the Tokio runtime of the caller.
    ///
    /// # Errors
    ///
    /// The journal belongs to another endpoint than the client's, or to another tenant.
    pub fn start(self) -> Result<Run, JournalError> {
        let Self {
            client,
            journal,
            options,
        } = self;
        journal.check_identity(&Identity {
            endpoint: client.endpoint(),
            tenant: options.tenant.clone(),
        })?;
        let stop = Arc::new(watch::Sender::new(false));
        let places = options.concurrency.saturating_mul(PLACES_PER_CALL);
        let context = Arc::new(Context {
            limits: Limits::new(&client, &options),
            client: client.with_options(CallOptions::default().retry(RetryPolicy::never())),
            journal,
            calls: Semaphore::new(options.concurrency.min(Semaphore::MAX_PERMITS)),
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            options,
            stop: Arc::clone(&stop),
            has_reached: AtomicBool::new(false),
        });
        let (sender, events) = mpsc::channel(EVENTS);
        let task = tokio::spawn(Engine::new(context, sender).run());
        Ok(Run { events, stop, task })
    }
}

/// A run that goes on. Dropping it ends it as a crash does: calls are cut off, and a resume reads
/// back what became of them. [`stop`](Self::stop) lets them end.
#[derive(Debug)]
#[must_use = "dropping a run ends it as a crash does"]
pub struct Run {
    events: mpsc::Receiver<Event>,
    stop: Arc<watch::Sender<bool>>,
    task: JoinHandle<Result<Finished, JournalError>>,
}

impl Run {
    /// The next event; `None` at the end of the run. Listen, or call [`finish`](Self::finish): the
    /// run waits for a listener that is far behind.
    ///
    /// Cancel safe: no event is lost if another future is ready first.
    pub async fn next_event(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Lets running calls end and makes no other. [`finish`](Self::finish) then returns soon.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// Waits for the end of the run. The journal can be opened again afterwards.
    ///
    /// # Errors
    ///
    /// The journal cannot be read or written. What was sent is in it, and a resume continues.
    pub async fn finish(mut self) -> Result<Finished, JournalError> {
        while self.events.recv().await.is_some() {}
        match (&mut self.task).await {
            Ok(finished) => finished,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => unreachable!("only dropping the run aborts its task"),
            },
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.task.abort();
    }
}
