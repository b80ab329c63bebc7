//! Lists the transfers of many customers, within rate limits. Nothing is changed.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::vec::IntoIter;

use partner_center_transfers::types::{CustomerId, TransferEntity};
use partner_center_transfers::{CallOptions, Client, Error, Response, RetryPolicy};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::reads::{MAX_LIMITED, fails_for_all};
use crate::runner::failure::Failure;
use crate::runner::limits::Limits;
use crate::runner::{PauseReason, RunOptions};

/// How many events wait for a listener. Then the sweep waits too.
const EVENTS: usize = 64;
/// After this many customers in a row for which the service is not available, the sweep stops.
const MAX_UNAVAILABLE: u32 = 10;

/// Lists the transfers of many customers.
///
/// Reads are concurrent and within the rate limits of the options. After a 429 the customer waits
/// until `Retry-After`, and all do if several customers are limited at once. A customer whose
/// transfers cannot be read does not end the sweep; the others are read. If the login refuses the
/// caller or no connection can be made, the sweep stops.
///
/// ```no_run
/// use partner_center_bulk::{RunOptions, Sweep, SweepEvent, customers_from_csv};
///
/// # async fn example(client: partner_center_transfers::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let customers = customers_from_csv(&std::fs::read("customers.csv")?)?;
/// let options = RunOptions::default().rate("300/min".parse()?);
/// let mut sweep = Sweep::new(client, customers).options(&options).start();
/// while let Some(event) = sweep.next_event().await {
///     match event {
///         SweepEvent::Read { customer, transfers } => println!("{customer}: {}", transfers.get().len()),
///         SweepEvent::Failed { customer, error } => eprintln!("{customer}: {error}"),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Sweep {
    client: Client,
    customers: Vec<CustomerId>,
    options: RunOptions,
    retries: u32,
}

/// What happens in a sweep.
#[derive(Debug)]
#[non_exhaustive]
pub enum SweepEvent {
    /// The transfers of a customer were read.
    Read {
        /// The customer.
        customer: CustomerId,
        /// All its transfers.
        transfers: Box<Response<Vec<TransferEntity>>>,
    },
    /// The transfers of a customer could not be read.
    Failed {
        /// The customer.
        customer: CustomerId,
        /// Why.
        error: Box<Error>,
    },
    /// Requests wait: those for one customer, or all.
    Paused {
        /// The customer; `None` for all.
        customer: Option<CustomerId>,
        /// The time from now on.
        time: Duration,
        /// Why.
        reason: PauseReason,
    },
    /// The sweep ends early, because each further read would fail likewise. Running reads end.
    Stopped(Box<Error>),
}

impl Sweep {
    /// A sweep with the default options and two retries. The client's own retries are not used.
    pub fn new(client: Client, customers: Vec<CustomerId>) -> Self {
        Self {
            client,
            customers,
            options: RunOptions::default(),
            retries: RetryPolicy::DEFAULT_MAX_ATTEMPTS - 1,
        }
    }

    /// Sets the number of calls at the same time and the rate limits. Other options have no effect.
    pub fn options(mut self, options: &RunOptions) -> Self {
        self.options = options.clone();
        self
    }

    /// How often the read of a customer is repeated after a failure that may pass. A 429 does not
    /// count.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }

    /// Starts the sweep, in the Tokio runtime of the caller.
    pub fn start(self) -> RunningSweep {
        let workers = self.options.concurrency.min(self.customers.len());
        let (sender, events) = mpsc::channel(EVENTS);
        let shared = Arc::new(Shared {
            limits: Limits::new(&self.client, &self.options),
            client: self
                .client
                .with_options(CallOptions::default().retry(RetryPolicy::never())),
            left: Mutex::new(self.customers.into_iter()),
            retries: self.retries,
            is_stopped: AtomicBool::new(false),
            unavailable: AtomicU32::new(0),
            events: sender,
        });
        let mut tasks = JoinSet::new();
        for _ in 0..workers {
            tasks.spawn(work(Arc::clone(&shared)));
        }
        RunningSweep {
            events,
            _tasks: tasks,
        }
    }
}

/// A sweep that goes on. Dropping it ends it.
#[derive(Debug)]
pub struct RunningSweep {
    events: mpsc::Receiver<SweepEvent>,
    _tasks: JoinSet<()>,
}

impl RunningSweep {
    /// The next event; `None` at the end of the sweep.
    ///
    /// Cancel safe: no event is lost if another future is ready first.
    pub async fn next_event(&mut self) -> Option<SweepEvent> {
        self.events.recv().await
    }
}

/// What the workers of a sweep share.
#[derive(Debug)]
struct Shared {
    /// Without retries: each attempt counts for the rate limits.
    client: Client,
    limits: Limits,
    left: Mutex<IntoIter<CustomerId>>,
    retries: u32,
    is_stopped: AtomicBool,
    /// Customers in a row for which the service was not available.
    unavailable: AtomicU32,
    events: mpsc::Sender<SweepEvent>,
}

/// Reads one customer after the other.
async fn work(shared: Arc<Shared>) {
    while let Some(customer) = shared.next() {
        shared.read(customer).await;
    }
}

impl Shared {
    fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::Relaxed)
    }

    fn next(&self) -> Option<CustomerId> {
        if self.is_stopped() {
            return None;
        }
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.next()
    }

    async fn emit(&self, event: SweepEvent) {
        // The caller may have dropped the sweep.
        let _ = self.events.send(event).await;
    }

    async fn sleep(&self, time: Duration) {
        self.client.runtime().sleep(time).await;
    }

    /// Waits until a request may leave. `false` if the sweep has stopped.
    async fn take(&self, customer: CustomerId) -> bool {
        if self.is_stopped() {
            return false;
        }
        self.limits.take(customer).await;
        !self.is_stopped()
    }

    async fn read(&self, customer: CustomerId) {
        let (mut limited, mut failures) = (0, 0);
        while self.take(customer).await {
            let error = match self
                .client
                .list_transfers()
                .customer_id(customer)
                .send()
                .await
            {
                Ok(transfers) => {
                    self.unavailable.store(0, Ordering::Relaxed);
                    let transfers = Box::new(transfers);
                    return self
                        .emit(SweepEvent::Read {
                            customer,
                            transfers,
                        })
                        .await;
                }
                Err(error) => Box::new(error),
            };
            match Failure::of(&error) {
                Failure::Limited(time) if limited < MAX_LIMITED => {
                    limited += 1;
                    let all = self.limits.pause_customer(customer, time);
                    self.emit(SweepEvent::Paused {
                        customer: (!all).then_some(customer),
                        time,
                        reason: PauseReason::RateLimited,
                    })
                    .await;
                }
                Failure::Unreachable(asked) | Failure::Transient(asked)
                    if failures < self.retries =>
                {
                    let time = self.backoff(failures).max(asked.unwrap_or_default());
                    failures += 1;
                    self.pause(customer, time, error.status().is_none()).await;
                }
                _ => return self.give_up(customer, error).await,
            }
        }
    }

    /// After a customer's last attempt has failed.
    async fn give_up(&self, customer: CustomerId, error: Box<Error>) {
        let is_unavailable = match Failure::of(&error) {
            Failure::Unreachable(_) | Failure::Transient(_) => true,
            Failure::Limited(_) | Failure::Caller | Failure::Refused => false,
        };
        let in_a_row = if is_unavailable {
            self.unavailable.fetch_add(1, Ordering::Relaxed) + 1
        } else {
            self.unavailable.store(0, Ordering::Relaxed);
            0
        };
        if !(fails_for_all(&error) || error.is_connect() || in_a_row >= MAX_UNAVAILABLE) {
            self.emit(SweepEvent::Failed { customer, error }).await;
        } else if !self.is_stopped.swap(true, Ordering::Relaxed) {
            self.emit(SweepEvent::Stopped(error)).await;
        }
    }

    async fn pause(&self, customer: CustomerId, time: Duration, is_for_all: bool) {
        if is_for_all {
            self.limits.pause_all(time);
        }
        self.emit(SweepEvent::Paused {
            customer: (!is_for_all).then_some(customer),
            time,
            reason: PauseReason::Unavailable,
        })
        .await;
        self.sleep(time).await;
    }

    fn backoff(&self, failures: u32) -> Duration {
        let jitter = self.client.runtime().random().clamp(0.0, 1.0);
        Duration::from_secs(1 << failures.min(6)).mul_f64(0.5 + jitter / 2.0)
    }
}
