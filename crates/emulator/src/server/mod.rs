//! Starts and stops the emulator.
//!
//! The emulator has its own thread and runtime. It therefore responds to a test that blocks its own
//! runtime, for example while it waits for a child process, and dropping it ends every task. One
//! thread is enough: handlers wait only for timers and sockets.

mod builder;
mod listen;

use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;
use uuid::Uuid;

pub use self::builder::EmulatorBuilder;
use crate::control::faults::InjectedFault;
use crate::http::app_state::AppState;
use crate::http::connection::{self, Server};
use crate::http::connection_limit::ConnectionLimit;
use crate::http::persistent_state::PersistentState;
use crate::http::request_log::RecordedRequest;
use crate::http::router;
use crate::service::device_codes::{AnswerError, DeviceCodeAnswer};
use crate::service::ledger::Effect;
use crate::service::model::{DataError, DataSet, Transfer};

/// A running emulator. Dropping it stops it.
///
/// The drop closes the port and all connections and ends the thread before it returns. The state is
/// in memory only, unless there is a [state file](EmulatorBuilder::state_file).
#[derive(Debug)]
pub struct Emulator {
    app: Arc<AppState>,
    /// The root certificate of a made TLS certificate, in PEM.
    #[cfg(feature = "tls")]
    root: Option<String>,
    /// Dropping the sender stops the thread.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl EmulatorBuilder {
    /// Starts the emulator.
    ///
    /// # Errors
    ///
    /// If an option is out of its range; if the data set, the state file or the TLS certificate is
    /// invalid, with the path in it; if another emulator uses the state file; or if the port or the
    /// thread is not available.
    pub async fn start(self) -> io::Result<Emulator> {
        let data = self.data.unwrap_or_else(DataSet::built_in);
        data.check().map_err(io::Error::other)?;
        let mut options = self.options;
        options
            .check()
            .map_err(|reason| io::Error::new(io::ErrorKind::InvalidInput, reason))?;
        options.hosts.remote |= self.listen.iter().any(|one| !one.ip().is_loopback());
        let listen_name = self.name.as_ref().map(|name| name.to_ascii_lowercase());
        options.hosts.names.extend(listen_name);
        #[cfg(feature = "tls")]
        let (tls, root) = match self.tls.map(|tls| tls.load()).transpose()? {
            Some(tls) => (Some(tls.acceptor), tls.root),
            None => (None, None),
        };
        #[cfg(feature = "tls")]
        let scheme = if tls.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        let listeners = listen::bind(&self.listen)?;
        let first = listeners
            .first()
            .ok_or_else(|| io::Error::other("there is no address to listen on"))?;
        let url = listen::url(scheme, self.name.as_deref(), first.local_addr()?);
        // After the port, as it creates a file.
        let state_file = options.state_file.as_deref();
        let state = PersistentState::open(data, options.idempotency, state_file)?;
        let app = Arc::new(AppState::new(url, options, state));
        let server = Server {
            router: router::router(Arc::clone(&app)),
            read_timeout: app.options.read_timeout,
            limit: ConnectionLimit::default(),
            #[cfg(feature = "tls")]
            tls,
        };

        let (ready, is_ready) = oneshot::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("partner-center-emulator".to_owned())
            .spawn(move || serve(listeners, server, ready, stopped))?;
        is_ready
            .await
            .unwrap_or_else(|_| Err(io::Error::other("the emulator's thread ended early")))?;
        Ok(Emulator {
            app,
            #[cfg(feature = "tls")]
            root,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1 with the
    /// [built-in data set](crate::data_set). A client for it uses `Cloud::emulator(url)` with its
    /// [`url`](Self::url).
    ///
    /// # Errors
    ///
    /// If the port or the thread is not available.
    pub async fn start() -> io::Result<Self> {
        Self::builder().start().await
    }

    /// Configures an emulator with other data or another behaviour.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// Returns the base URL of the API and of the login service, such as `http://127.0.0.1:49152`,
    /// without a slash at the end. If the emulator listens on all addresses, it is a loopback URL.
    pub fn url(&self) -> String {
        self.app.url.clone()
    }

    /// Returns the certificate in PEM that a client must trust, if the emulator
    /// [made one](EmulatorBuilder::tls).
    #[cfg(feature = "tls")]
    pub fn root_certificate(&self) -> Option<&str> {
        self.root.as_deref()
    }

    /// Returns all requests to the API and to the token endpoint, the oldest first, whether they
    /// changed anything or not. The last 100,000 are kept.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.app.request_log().to_vec()
    }

    /// Returns everything that took effect, the oldest first. It does not contain refused requests,
    /// and contains a request that was repeated with the same `MS-RequestId` once.
    pub fn effects(&self) -> Vec<Effect> {
        self.app.persistent().store.ledger.effects().to_vec()
    }

    /// Returns the current data: partners, customers, transfers and placed orders.
    pub fn data(&self) -> DataSet {
        self.app.persistent().store.data().clone()
    }

    /// Returns a transfer of a customer as it is now.
    pub fn transfer(&self, customer: Uuid, transfer: Uuid) -> Option<Transfer> {
        let state = self.app.persistent();
        state.store.find(customer, transfer).cloned()
    }

    /// Changes the data in one step, for example adds a transfer or sets a status. The ledger is
    /// kept, and changes in progress are refused.
    ///
    /// # Errors
    ///
    /// If the result is not a valid data set, with the path in it. The data is then unchanged.
    pub fn change(&self, change: impl FnOnce(&mut DataSet)) -> Result<(), DataError> {
        self.app.persistent().store.edit(change)
    }

    /// Returns a token for the API: of the first app of the partner with this tenant id. `None` if
    /// there is no such partner, or it has no app.
    ///
    /// For tests that do not test authentication. A client under test uses the token endpoint,
    /// `{url}/{tenant}/oauth2/token` or `{url}/{tenant}/oauth2/v2.0/token`.
    pub fn token(&self, partner: Uuid) -> Option<String> {
        self.app.token(&partner.to_string(), None)
    }

    /// Returns a token for the API of a user of the partner.
    pub fn user_token(&self, partner: Uuid, user: Uuid) -> Option<String> {
        let user = user.to_string();
        self.app.token(&partner.to_string(), Some(&user))
    }

    /// Answers a sign-in with a device code, as a user does at the page: signs a user in, declines,
    /// or lets the code expire. `user_code` is the code that the client shows.
    ///
    /// # Errors
    ///
    /// If there is no such code that is valid and has no answer yet, or no such user.
    pub fn answer_device_code(
        &self,
        user_code: &str,
        answer: DeviceCodeAnswer,
    ) -> Result<(), DataError> {
        let answered = self.app.answer_device_code(user_code, answer);
        answered.map_err(|error| match error {
            AnswerError::NoSuchCode => DataError::new(".", "no such code waits for a sign-in"),
            AnswerError::NoSuchUser => DataError::new(".", "the tenant has no such user"),
        })
    }

    /// Injects a fault into later requests.
    ///
    /// # Errors
    ///
    /// If a number is out of its range: the probability from 0 to 1, the status from 400 to 599, the
    /// count from 1, a delay and `Retry-After` up to ten years.
    pub fn inject(&self, fault: InjectedFault) -> Result<(), DataError> {
        fault
            .check()
            .map_err(|reason| DataError::new(".", reason))?;
        self.app.faults().add(fault);
        Ok(())
    }

    /// Removes all faults that wait for requests.
    pub fn clear_faults(&self) {
        self.app.faults().clear();
    }

    /// Moves the emulator's clock forward: tokens and pending transfers expire, rate limits
    /// recover, delays end, and transfers in progress are finished. The clock stops 100 years ahead
    /// of the system's.
    pub fn advance(&self, time: Duration) {
        self.app.clock.advance(time);
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // The wait is short, as handlers wait only for timers and sockets. A panic of the
            // thread is printed by then, and a drop must not panic again.
            let _ = thread.join();
        }
    }
}

/// The thread: reports whether it could start, and serves until the sender of `stopped` is dropped.
fn serve(
    listeners: Vec<TcpListener>,
    server: Server,
    ready: oneshot::Sender<io::Result<()>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    runtime.block_on(async move {
        let started = listeners.into_iter().try_for_each(|listener| {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::spawn(connection::accept(listener, server.clone()));
            Ok(())
        });
        let failed = started.is_err();
        // If the receiver is gone, the sender of `stopped` is gone too.
        let _ = ready.send(started);
        if !failed {
            let _ = stopped.await;
        }
    });
}
