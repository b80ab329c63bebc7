//! The thread that writes a journal.
//!
//! It commits all writes that wait at once, so that the number of rows per second does not depend on
//! how long the disk takes to confirm one commit. A commit costs the processor as much as dozens of
//! writes, so those that come soon after one wait a little for others.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::error::{JournalError, Kind};

/// How many writes share a transaction at most.
const GROUP: usize = 512;

/// The least time between the starts of two commits. A write after a longer time waits for nothing,
/// and a slow disk takes this time anyway.
const COMMIT_INTERVAL: Duration = Duration::from_millis(6);

/// Runs in a transaction; what it returns runs after the commit.
type Work = Box<dyn FnOnce(&Connection) -> rusqlite::Result<Reply> + Send>;
type Reply = Box<dyn FnOnce() + Send>;

/// A connection that one thread owns. Dropping it ends the thread, after the writes that wait.
#[derive(Debug)]
pub(super) struct JournalThread {
    path: PathBuf,
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    /// The runtime of the callers.
    runtime: Arc<OnceLock<Handle>>,
    /// Why the thread has ended.
    failure: Arc<OnceLock<String>>,
}

impl JournalThread {
    pub(super) fn start(path: PathBuf, connection: Connection) -> std::io::Result<Self> {
        let (work, waiting) = channel();
        let failure = Arc::<OnceLock<String>>::default();
        let runtime = Arc::<OnceLock<Handle>>::default();
        let thread = std::thread::Builder::new()
            .name("partner-center-bulk-journal".to_owned())
            .spawn({
                let (failure, runtime) = (Arc::clone(&failure), Arc::clone(&runtime));
                move || serve(connection, &waiting, &runtime, &failure)
            })?;
        Ok(Self {
            path,
            work: Some(work),
            thread: Some(thread),
            runtime,
            failure,
        })
    }

    /// Does work in a transaction, and returns its result once that is on the disk.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, JournalError> {
        self.runtime.get_or_init(Handle::current);
        let (sender, result) = oneshot::channel();
        let failure = Arc::clone(&self.failure);
        let work: Work = Box::new(move |connection| match work(connection) {
            Ok(value) => Ok(Box::new(move || {
                // The caller may be gone; the write is on the disk all the same.
                let _ = sender.send(value);
            })),
            Err(error) => {
                // Before the sender is dropped, which wakes the caller.
                let _ = failure.set(error.to_string());
                Err(error)
            }
        });
        let sent = self.work.as_ref().map(|sender| sender.send(work));
        if matches!(sent, Some(Ok(()))) {
            if let Ok(value) = result.await {
                return Ok(value);
            }
        }
        let reason = self.failure.get().map_or("unknown reason", String::as_str);
        let kind = Kind::Stopped(reason.to_owned());
        Err(JournalError::new(&self.path, kind))
    }
}

impl Drop for JournalThread {
    fn drop(&mut self) {
        // Ends the loop of the thread.
        drop(self.work.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

/// Serves until the sender is dropped or a write fails. The reason is set before the replies are
/// dropped, so that their callers find it.
fn serve(
    mut connection: Connection,
    waiting: &Receiver<Work>,
    runtime: &OnceLock<Handle>,
    failure: &OnceLock<String>,
) {
    let mut replies: Vec<Reply> = Vec::new();
    let mut last = None::<Instant>;
    while let Ok(first) = waiting.recv() {
        let elapsed = last.map_or(COMMIT_INTERVAL, |last| last.elapsed());
        // Not a wait for messages, since each of them would wake this thread.
        std::thread::sleep(COMMIT_INTERVAL.saturating_sub(elapsed));
        last = Some(Instant::now());
        match commit_group(&mut connection, first, waiting, &mut replies) {
            Ok(()) => {
                let replies = std::mem::take(&mut replies);
                // A reply from this thread would wake a thread of the runtime for each caller.
                if let Some(runtime) = runtime.get() {
                    runtime.spawn(async {
                        for reply in replies {
                            reply();
                        }
                    });
                }
            }
            Err(error) => {
                let _ = failure.set(error.to_string());
                return;
            }
        }
    }
}

/// Does the work that waits in one transaction.
fn commit_group(
    connection: &mut Connection,
    first: Work,
    waiting: &Receiver<Work>,
    replies: &mut Vec<Reply>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    replies.push(first(&transaction)?);
    while replies.len() < GROUP {
        let Ok(next) = waiting.try_recv() else {
            break;
        };
        replies.push(next(&transaction)?);
    }
    transaction.commit()
}
