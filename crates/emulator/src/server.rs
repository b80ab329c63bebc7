//! A port, a thread, and their end.
//!
//! The emulator has a thread and a runtime of its own. So it answers a test that blocks its own
//! runtime, such as one that waits for a child process, and dropping it is final: the runtime
//! takes every task with it, a client that never finishes its request included. One thread is
//! enough: handlers wait only on timers and sockets, and it leaves the machine to what is tested.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use uuid::Uuid;

use crate::data_file::DataError;
use crate::faults::Fault;
use crate::ledger::{Effect, Received};
use crate::model::{DataSet, Transfer};
use crate::options::Options;
use crate::rate_limit::RateLimit;
use crate::store::Store;
use crate::world::World;
use crate::{api, connection};

/// A running emulator. Stops when it is dropped.
///
/// By the time the drop returns, the port is closed, connections are cut and the thread is gone.
/// Its state lived in memory and goes with it, unless it was given a
/// [state file](EmulatorBuilder::state_file).
#[derive(Debug)]
pub struct Emulator {
    world: Arc<World>,
    /// `Some` until the drop. Dropping the sender is the signal.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// What an emulator starts with and how it behaves.
#[derive(Clone, Debug)]
pub struct EmulatorBuilder {
    listen: SocketAddr,
    data: Option<DataSet>,
    options: Options,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            options: Options::default(),
        }
    }
}

impl EmulatorBuilder {
    /// Where to listen. Without it, on a free port of 127.0.0.1.
    ///
    /// An address of another kind shows the emulator to the network; the command asks before it
    /// does that.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Starts with another data set than the [built-in one](crate::data_set).
    pub fn data(mut self, data: DataSet) -> Self {
        self.data = Some(data);
        self
    }

    /// Keeps the state in this file: it is read now if it is there, in place of any data set, and
    /// written before each answer that tells of a change.
    ///
    /// The file is whole at any moment, also when the process is killed. Secrets of the data set
    /// are in it.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.state_file = Some(path.into());
        self
    }

    /// Asks nobody who they are: any caller, with any token or none, may do everything.
    pub fn no_auth(mut self) -> Self {
        self.options.auth = false;
        self
    }

    /// Ignores that an `MS-RequestId` was used before: what a client meets where the service does
    /// not keep its promise.
    pub fn no_idempotency(mut self) -> Self {
        self.options.idempotency = false;
        self
    }

    /// Refuses a refresh token that was used. The service goes on taking it until it expires.
    pub fn single_use_refresh_tokens(mut self) -> Self {
        self.options.single_use_refresh_tokens = true;
        self
    }

    /// How long an access token holds; whole seconds count. Without it, 3599 seconds.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.token_lifetime = lifetime;
        self
    }

    /// How long a request that changes something takes, by the emulator's clock. Meanwhile its
    /// transfer is held, and other requests for it are refused with 900104.
    pub fn accept_takes(mut self, time: Duration) -> Self {
        self.options.accept_takes = time;
        self
    }

    /// How long a new-commerce transfer is in progress after its source has accepted it, by the
    /// emulator's clock; the service usually takes up to 15 minutes. Without it no time: the answer
    /// to the accept says `InProgress`, and the next read shows what came of it.
    pub fn new_commerce_takes(mut self, time: Duration) -> Self {
        self.options.new_commerce_takes = time;
        self
    }

    /// How long a request may take to come: its head, and then its body. Without it, 30 seconds.
    pub fn read_timeout(mut self, time: Duration) -> Self {
        self.options.read_timeout = time;
        self
    }

    /// How often a partner may ask. Without it, as often as it likes.
    pub fn partner_rate_limit(mut self, limit: RateLimit) -> Self {
        self.options.partner_limit = Some(limit);
        self
    }

    /// How often a partner may ask about one customer. Without it, as often as it likes.
    pub fn customer_rate_limit(mut self, limit: RateLimit) -> Self {
        self.options.customer_limit = Some(limit);
        self
    }

    /// Writes a line on standard error for each request, without tokens and queries.
    pub fn log(mut self) -> Self {
        self.options.log = true;
        self
    }

    /// Starts it.
    ///
    /// # Errors
    ///
    /// If the data set or the state file is wrong, which names the path in it; or if no port can
    /// be had, or no thread.
    pub async fn start(self) -> io::Result<Emulator> {
        let data = match self.data {
            Some(data) => {
                data.check().map_err(io::Error::other)?;
                data
            }
            None => DataSet::built_in(),
        };
        let options = self.options;
        let store = Store::open(data, options.idempotency, options.state_file.clone())?;
        let listener = TcpListener::bind(self.listen)?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let world = Arc::new(World::new(url, options, store));

        let (ready, is_ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("partner-center-emulator".to_owned())
            .spawn({
                let world = Arc::clone(&world);
                move || serve(listener, world, ready, stopped)
            })?;
        is_ready
            .await
            .unwrap_or_else(|_| Err(io::Error::other("the emulator's thread ended early")))?;
        Ok(Emulator {
            world,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Emulator {
    /// Starts on a free port of 127.0.0.1 with the [built-in data set](crate::data_set), and
    /// checks tokens.
    ///
    /// # Errors
    ///
    /// If no port can be had, or no thread.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Starts with other data, or behaving in another way.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// The base URL, such as `http://127.0.0.1:49152`, without a slash at its end. It is that of
    /// the API and that of the login service.
    pub fn url(&self) -> String {
        self.world.url().to_owned()
    }

    /// Every request that came to the API or to the token endpoint, the oldest first, whether it
    /// changed anything or not. The last 100,000 are kept.
    pub fn requests(&self) -> Vec<Received> {
        self.world.store().ledger().requests().cloned().collect()
    }

    /// Everything that took effect, the oldest first. A request that was refused is not in it,
    /// and one that was repeated with the same `MS-RequestId` is in it once.
    pub fn effects(&self) -> Vec<Effect> {
        self.world.store().ledger().effects().to_vec()
    }

    /// What the emulator knows now: partners, customers, transfers and the orders that were
    /// placed.
    pub fn data(&self) -> DataSet {
        self.world.store().data().clone()
    }

    /// A customer's transfer as it stands now.
    pub fn transfer(&self, customer: Uuid, transfer: Uuid) -> Option<Transfer> {
        self.world
            .store()
            .data()
            .transfer(customer, transfer)
            .cloned()
    }

    /// Changes what the emulator knows, as one step: adds a transfer, sets a status. The ledger
    /// stays, and a request that is being worked on is refused.
    ///
    /// # Errors
    ///
    /// If what is left is no data set, which names the path in it. Then nothing was changed.
    pub fn change(&self, change: impl FnOnce(&mut DataSet)) -> Result<(), DataError> {
        self.world.store().change(change)
    }

    /// A token for the API: of the first app of a partner, by tenant id. `None` if there is no
    /// such partner, or it has no app.
    ///
    /// For a test that does not care where tokens come from. A client that does asks the token
    /// endpoint, `{url}/{tenant}/oauth2/token` or `{url}/{tenant}/oauth2/v2.0/token`.
    pub fn token(&self, partner: Uuid) -> Option<String> {
        self.world.token(partner, None)
    }

    /// The same, with a user of the partner.
    pub fn user_token(&self, partner: Uuid, user: Uuid) -> Option<String> {
        self.world.token(partner, Some(user))
    }

    /// Adds a fault to those that wait for requests.
    ///
    /// # Errors
    ///
    /// If its probability is not from 0 to 1, or its status is no error.
    pub fn inject(&self, fault: Fault) -> Result<(), DataError> {
        fault
            .check()
            .map_err(|reason| DataError::new(".", reason))?;
        self.world.faults().add(fault);
        Ok(())
    }

    /// Forgets all faults that wait.
    pub fn clear_faults(&self) {
        self.world.faults().clear();
    }

    /// Moves the emulator's clock forward: tokens and pending transfers expire, limits recover,
    /// latencies end, transfers in progress are done with.
    pub fn advance(&self, time: Duration) {
        self.world.clock.advance(time);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // Short: handlers wait on nothing but timers and sockets, so the runtime ends as soon
            // as it sees the signal. A panic in there is printed by then, and a drop must not add
            // another.
            let _ = thread.join();
        }
    }
}

/// The thread: says whether it could start, and serves until the sender of `stopped` is dropped.
fn serve(
    listener: TcpListener,
    world: Arc<World>,
    ready: oneshot::Sender<io::Result<()>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
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
        let read_timeout = world.options.read_timeout;
        let router = api::router(world);
        tokio::spawn(connection::accept(listener, router, read_timeout));
        // Whoever started this may have given up meanwhile; then `stopped` ends at once.
        let _ = ready.send(Ok(()));
        let _ = stopped.await;
    });
}
