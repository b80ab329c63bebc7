//! A port, a thread, and their end.
//!
//! The emulator has a thread and a runtime of its own. So it answers a test that blocks its own
//! runtime, such as one that waits for a child process, and dropping it is final: the runtime
//! takes every task with it, a client that never finishes its request included.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use tokio::sync::oneshot;

use crate::api;
use crate::data_set;
use crate::ledger::{Effect, Received};
use crate::store::Store;

/// A running emulator. Stops when it is dropped.
///
/// By the time the drop returns, the port is closed, connections are cut and the thread is gone.
/// Its state lived in memory and goes with it.
#[derive(Debug)]
pub struct Emulator {
    address: SocketAddr,
    store: SharedStore,
    /// `Some` until the drop. Dropping the sender is the signal.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// The state that all connections share.
#[derive(Clone, Debug)]
pub(crate) struct SharedStore(Arc<Mutex<Store>>);

impl SharedStore {
    fn new(store: Store) -> Self {
        Self(Arc::new(Mutex::new(store)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Store> {
        // A panic elsewhere must not turn every later answer into one: what the state says is
        // still the best that is known.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Emulator {
    /// Starts on a free port of 127.0.0.1 with the [data set](crate::data_set).
    ///
    /// # Errors
    ///
    /// If no port can be had, or no thread.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let store = SharedStore::new(data_set::store());

        let (ready, is_ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("partner-center-emulator".to_owned())
            .spawn({
                let store = store.clone();
                move || serve(listener, store, ready, stopped)
            })?;
        is_ready
            .await
            .unwrap_or_else(|_| Err(io::Error::other("the emulator's thread ended early")))?;
        Ok(Self {
            address,
            store,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The base URL, such as `http://127.0.0.1:49152`, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request that came, the oldest first, whether it changed anything or not.
    pub fn requests(&self) -> Vec<Received> {
        self.store.lock().ledger().requests().to_vec()
    }

    /// Everything that took effect, the oldest first. A request that was refused is not in it,
    /// and one that was repeated with the same `MS-RequestId` is in it once.
    pub fn effects(&self) -> Vec<Effect> {
        self.store.lock().ledger().effects().to_vec()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Short: handlers never wait, so the runtime ends as soon as it sees the signal. A
            // panic in there is printed by then, and a drop must not add another.
            let _ = thread.join();
        }
    }
}

/// The thread: says whether it could start, and serves until the sender of `stopped` is dropped.
fn serve(
    listener: TcpListener,
    store: SharedStore,
    ready: oneshot::Sender<io::Result<()>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    runtime.block_on(async move {
        let listener = match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                let _ = ready.send(Err(error));
                return;
            }
        };
        tokio::spawn(axum::serve(listener, api::router(store)).into_future());
        // Whoever started this may have given up meanwhile; then `stopped` ends at once.
        let _ = ready.send(Ok(()));
        let _ = stopped.await;
    });
}
