//! Starts the steps of all rows, in the order and at the rate that are allowed.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::journal::{JournalError, RowState, Summary, store};
use crate::time;

use super::PLACES_PER_CALL;
use super::context::Context;
use super::event::{Event, StopReason};
use super::limits::Blocked;
use super::pending::{Pending, Step};
use super::queue::Queue;
use super::step;
use super::step_end::StepEnd;

/// How many rows wait in memory at most; the others are in the journal.
const WINDOW: usize = 1_024;
/// How many rows are read from the journal at once.
const PAGE: usize = 256;
/// How many rows at most wait for the disk after their calls.
const SETTLING: usize = 512;
/// The times between reads of rows that the service processes.
const FIRST_POLL: Duration = Duration::from_secs(5);
const LONGEST_POLL: Duration = Duration::from_secs(60);

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// All rows of the journal, counted.
    pub summary: Summary,
    /// Why the run ended before all rows were sent, if it did.
    pub stopped: Option<StopReason>,
}

pub(super) struct Engine {
    context: Arc<Context>,
    events: mpsc::Sender<Event>,
    queue: Queue,
    steps: JoinSet<Result<StepEnd, JournalError>>,
    stopped: Option<StopReason>,
}

impl Engine {
    pub(super) fn new(context: Arc<Context>, events: mpsc::Sender<Event>) -> Self {
        Self {
            context,
            events,
            queue: Queue::default(),
            steps: JoinSet::new(),
            stopped: None,
        }
    }

    pub(super) async fn run(mut self) -> Result<Finished, JournalError> {
        let before = self.context.journal.run(Summary::read).await?;
        if before.not_sent < before.rows {
            self.context.note_reached();
        }
        // First what an earlier run has left open, so that it does not pile up.
        self.drain(RowState::Sending).await?;
        self.drain(RowState::Planned).await?;
        self.wait(before.processing > 0).await?;
        let summary = self.context.journal.run(Summary::read).await?;
        Ok(Finished {
            summary,
            stopped: self.stopped,
        })
    }

    async fn count(&self, state: RowState) -> Result<u64, JournalError> {
        let work = move |journal: &rusqlite::Connection| store::count(journal, state);
        self.context.journal.run(work).await
    }

    async fn emit(&self, event: Event) {
        // The caller may have dropped the receiver: the journal has it all.
        let _ = self.events.send(event).await;
    }

    /// Reads the rows that the service processes until all have settled, or the time is over. Rows of
    /// an earlier run are read at least once.
    async fn wait(&mut self, has_earlier_rows: bool) -> Result<(), JournalError> {
        let context = Arc::clone(&self.context);
        let now = || context.client.runtime().now();
        let start = now();
        let mut delay = FIRST_POLL;
        let mut is_first = has_earlier_rows;
        while !context.is_stopping() {
            let rows = self.count(RowState::Processing).await?;
            if rows == 0 {
                break;
            }
            if !is_first {
                let waited = now().saturating_duration_since(start);
                let time = delay.min(context.options.wait.saturating_sub(waited));
                if time.is_zero() {
                    break;
                }
                self.emit(Event::Waiting { rows, time }).await;
                context.sleep(time).await;
                delay = (delay * 2).min(LONGEST_POLL);
            }
            is_first = false;
            self.drain(RowState::Processing).await?;
        }
        if context.is_stopping() && self.stopped.is_none() {
            self.stopped = Some(StopReason::Requested);
        }
        Ok(())
    }

    /// Runs all rows in this state.
    async fn drain(&mut self, state: RowState) -> Result<(), JournalError> {
        let context = Arc::clone(&self.context);
        let mut stop = context.stop.subscribe();
        let mut source = Some(Source { state, after: 0 });
        loop {
            if context.is_stopping() {
                // The rows stay in the journal.
                self.queue.clear();
                source = None;
            }
            self.refill(&mut source).await?;
            let next = self.start();
            if self.steps.is_empty() && self.queue.is_empty() && source.is_none() {
                return Ok(());
            }
            let sleep = async {
                match next {
                    Next::At(time) => context.client.runtime().sleep(time).await,
                    // The permit is for the next turn of this loop.
                    Next::Place => drop(context.places.acquire().await),
                    Next::Ended => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                Some(ended) = self.steps.join_next() => {
                    // A step that panics ends the run, as a crash does.
                    let ended = ended.unwrap_or_else(|error| std::panic::resume_unwind(
                        error.try_into_panic().unwrap_or_else(|error| Box::new(error.to_string())),
                    ))?;
                    self.handle(ended).await;
                }
                () = stopped(&mut stop), if !context.is_stopping() => {}
                () = sleep => {}
            }
        }
    }

    /// Reads rows from the journal while there is room for them.
    async fn refill(&mut self, source: &mut Option<Source>) -> Result<(), JournalError> {
        while self.queue.len() + PAGE <= WINDOW
            && let Some(Source { state, after }) = *source
        {
            let page =
                move |journal: &rusqlite::Connection| store::page(journal, state, after, PAGE);
            let page = self.context.journal.run(page).await?;
            self.context.limits.forget_idle();
            *source = page.last().map(|last| Source {
                state,
                after: last.position,
            });
            let mut longest = Duration::ZERO;
            let rows = page.len();
            for row in page {
                let pending = Pending::new(row);
                let time = self.time_until_readable(&pending);
                longest = longest.max(time);
                if time.is_zero() {
                    self.queue.push(pending);
                } else {
                    let now = self.now();
                    self.queue
                        .push_later(pending, now.checked_add(time).unwrap_or(now));
                }
            }
            if !longest.is_zero() {
                let rows = u64::try_from(rows).unwrap_or(u64::MAX);
                let time = longest;
                self.emit(Event::Waiting { rows, time }).await;
            }
        }
        Ok(())
    }

    /// The time until a read of a row shows whether a request of an earlier run was applied: before,
    /// the request can still be under way.
    fn time_until_readable(&self, pending: &Pending) -> Duration {
        let last_sent = pending.row.last_sent.as_deref();
        match (pending.step, last_sent) {
            (Step::Confirm, Some(sent)) => {
                let age = time::since(sent, self.context.wall_clock());
                self.context.resend_age().saturating_sub(age)
            }
            _ => Duration::ZERO,
        }
    }

    /// Starts the steps that are allowed now. Returns what another one waits for.
    fn start(&mut self) -> Next {
        let options = &self.context.options;
        let most = options.concurrency.saturating_mul(PLACES_PER_CALL);
        let most = most.saturating_add(SETTLING);
        let now = self.now();
        self.queue.wake(now);
        while self.steps.len() < most {
            let Some(customer) = self.queue.next_customer() else {
                return self.queue.next_wake(now).map_or(Next::Ended, Next::At);
            };
            let Ok(place) = Arc::clone(&self.context.places).try_acquire_owned() else {
                return Next::Place;
            };
            match self.context.limits.try_take(customer) {
                Ok(()) => {
                    if let Some(pending) = self.queue.take() {
                        let context = Arc::clone(&self.context);
                        self.steps
                            .spawn(async move { step::run(&context, pending, place).await });
                    }
                }
                Err(Blocked::Customer(time)) => {
                    self.queue.block(now.checked_add(time).unwrap_or(now));
                }
                Err(Blocked::All(time)) => return Next::At(time),
            }
        }
        Next::Ended
    }

    fn now(&self) -> Instant {
        self.context.client.runtime().now()
    }

    async fn handle(&mut self, ended: StepEnd) {
        match ended {
            StepEnd::Finished(event) => self.emit(Event::Row(event)).await,
            StepEnd::StillProcessing => {}
            StepEnd::Again {
                pending,
                after,
                event,
            } => {
                if !self.context.is_stopping() {
                    let now = self.now();
                    let at = now.checked_add(after).unwrap_or(now);
                    self.queue.push_later(*pending, at);
                }
                if let Some(event) = event {
                    self.emit(event).await;
                }
            }
            StepEnd::Stop(reason) => {
                self.context.stop();
                if self.stopped.is_none() {
                    self.stopped = Some(reason.clone());
                    self.emit(Event::Stopping(reason)).await;
                }
            }
        }
    }
}

/// Completes when the run is to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // The sender lives as long as the context.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// What the next step waits for.
#[derive(Clone, Copy, Debug)]
enum Next {
    At(Duration),
    /// A place among the rows that wait for their calls.
    Place,
    /// The end of a step.
    Ended,
}

/// The rows of the journal that were not read yet.
#[derive(Clone, Copy, Debug)]
struct Source {
    state: RowState,
    /// The position of the last row that was read.
    after: i64,
}
