//! One at a time, on each Tokio runtime: a task that waits its turn must not wait for one that
//! nobody drives, and on its own runtime none is left lying.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::runtime::{Handle, Id};
use tokio::sync::{Mutex as Gate, OwnedMutexGuard};

/// Gives turns.
#[derive(Default)]
pub(crate) struct Turns(Mutex<Vec<OfRuntime>>);

/// The gate of a runtime, for as long as a task is at it.
type OfRuntime = (Option<Id>, Weak<Gate<()>>);

impl Turns {
    /// Waits for the turn, which lasts until what this gives is dropped.
    pub(crate) async fn wait(&self) -> OwnedMutexGuard<()> {
        self.gate().lock_owned().await
    }

    fn gate(&self) -> Arc<Gate<()>> {
        let here = Handle::try_current().ok().map(|tokio| tokio.id());
        // Nothing panics while it is held.
        let mut gates = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|(_, gate)| gate.strong_count() > 0);
        let found = gates.iter().find(|(runtime, _)| *runtime == here);
        if let Some(gate) = found.and_then(|(_, gate)| gate.upgrade()) {
            return gate;
        }
        let gate = Arc::default();
        gates.push((here, Arc::downgrade(&gate)));
        gate
    }
}
