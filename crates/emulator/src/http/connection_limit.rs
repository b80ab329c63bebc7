//! Limits how many connections are open at a time, so that the process does not run out of file
//! descriptors: 256 are the default limit of some systems.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

/// The maximum number of open connections.
const MAX_CONNECTIONS: usize = 200;

/// The limit, which all listeners of an emulator share.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionLimit {
    free: Arc<Semaphore>,
    /// The connections that can end to make room, in the order in which they started to wait.
    waiting: Arc<Mutex<VecDeque<oneshot::Sender<()>>>>,
}

impl Default for ConnectionLimit {
    fn default() -> Self {
        Self {
            free: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            waiting: Arc::default(),
        }
    }
}

impl ConnectionLimit {
    /// Waits until another connection may be open, until the result is dropped. At the limit, ends
    /// the connection that has waited longest in [`room_is_needed`](Self::room_is_needed).
    pub(crate) async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(&self.free).try_acquire_owned() {
            return Some(permit);
        }
        self.make_room();
        // Never closed.
        Arc::clone(&self.free).acquire_owned().await.ok()
    }

    fn make_room(&self) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(connection) = waiting.pop_front() {
            if connection.send(()).is_ok() {
                return;
            }
        }
    }

    /// Returns when this connection must end to make room for another one.
    pub(crate) async fn room_is_needed(&self) {
        let (end, must_end) = oneshot::channel();
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.retain(|connection| !connection.is_closed());
            waiting.push_back(end);
        }
        // The sender is in the queue until it is used.
        let _ = must_end.await;
    }
}
