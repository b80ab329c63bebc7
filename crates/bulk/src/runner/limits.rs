//! When the next request may leave: rate limits, and pauses that the service asks for.

use std::collections::HashMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};
use partner_center_transfers::Client;
use partner_center_transfers::types::CustomerId;

use super::options::{Rate, RunOptions};

/// How far below the limit requests are spread.
const HEADROOM: f64 = 1.02;

/// The time since the run has started, by the client's clock.
#[derive(Clone)]
struct RunClock {
    client: Client,
    start: Instant,
}

impl Clock for RunClock {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let now = self.client.runtime().now();
        now.saturating_duration_since(self.start)
    }
}

type NoMiddleware = NoOpMiddleware<Duration>;
type PartnerLimiter = RateLimiter<NotKeyed, InMemoryState, RunClock, NoMiddleware>;
type CustomerLimiter =
    RateLimiter<CustomerId, HashMapStateStore<CustomerId>, RunClock, NoMiddleware>;

/// The limits of one run, shared by its calls.
pub(super) struct Limits {
    clock: RunClock,
    partner: Option<PartnerLimiter>,
    customers: Option<CustomerLimiter>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    all_until: Duration,
    customers_until: HashMap<CustomerId, Duration>,
    /// Whether the partner's limit has been asked for a request that no customer could use yet.
    spare: bool,
}

/// Why no request may leave now, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocked {
    /// No request of any customer.
    All(Duration),
    /// No request of this customer.
    Customer(Duration),
}

impl fmt::Debug for Limits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limits")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Limits {
    pub(super) fn new(client: &Client, options: &RunOptions) -> Self {
        let clock = RunClock {
            client: client.clone(),
            start: client.runtime().now(),
        };
        let partner = options.rate.and_then(quota);
        let customers = options.customer_rate.and_then(quota);
        Self {
            partner: partner.map(|quota| RateLimiter::direct_with_clock(quota, clock.clone())),
            customers: customers.map(|quota| RateLimiter::hashmap_with_clock(quota, clock.clone())),
            clock,
            state: Mutex::default(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a request, if it may leave now.
    pub(super) fn try_take(&self, customer: CustomerId) -> Result<(), Blocked> {
        let now = self.clock.now();
        let mut state = self.state();
        if state.all_until > now {
            return Err(Blocked::All(state.all_until - now));
        }
        if let Some(until) = state.customers_until.get(&customer)
            && *until > now
        {
            return Err(Blocked::Customer(*until - now));
        }
        if let Some(partner) = &self.partner
            && !state.spare
        {
            let taken = partner.check();
            taken
                .map_err(|until| Blocked::All(at_least(until.wait_time_from(self.clock.now()))))?;
            state.spare = true;
        }
        if let Some(customers) = &self.customers {
            let taken = customers.check_key(&customer);
            taken.map_err(|until| {
                Blocked::Customer(at_least(until.wait_time_from(self.clock.now())))
            })?;
        }
        state.spare = false;
        Ok(())
    }

    /// Pauses a customer after a 429; or all, if another customer is paused already: then the limit
    /// is the partner's. Returns whether all are paused.
    pub(super) fn pause_customer(&self, customer: CustomerId, time: Duration) -> bool {
        let now = self.clock.now();
        let until = now.saturating_add(time);
        let mut state = self.state();
        state.customers_until.retain(|_, until| *until > now);
        let others = state
            .customers_until
            .iter()
            .filter(|(other, _)| **other != customer);
        let longest = others.map(|(_, until)| *until).max();
        if let Some(longest) = longest {
            state.all_until = state.all_until.max(longest).max(until);
        }
        let own = state.customers_until.entry(customer).or_default();
        *own = (*own).max(until);
        longest.is_some()
    }

    /// Pauses all customers.
    pub(super) fn pause_all(&self, time: Duration) {
        let until = self.clock.now().saturating_add(time);
        let mut state = self.state();
        state.all_until = state.all_until.max(until);
    }

    /// Forgets customers whose last requests do not count any more.
    pub(super) fn forget_idle(&self) {
        if let Some(customers) = &self.customers {
            customers.retain_recent();
        }
    }
}

/// Timers are no finer than this.
fn at_least(time: Duration) -> Duration {
    time.max(Duration::from_millis(1))
}

/// Requests evenly spread over the period. The small burst makes up for timers that end late; with
/// it a period still has fewer requests than the limit.
fn quota(rate: Rate) -> Option<Quota> {
    let requests = rate.requests();
    let interval = (rate.period() / requests.get()).mul_f64(HEADROOM);
    let burst = NonZeroU32::new(requests.get() / 67).unwrap_or(NonZeroU32::MIN);
    Some(Quota::with_period(interval)?.allow_burst(burst))
}
