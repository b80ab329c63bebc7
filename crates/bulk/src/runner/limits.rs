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
pub struct Limits {
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
pub(crate) enum Blocked {
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
    /// The limits of the options, by the client's clock.
    pub fn new(client: &Client, options: &RunOptions) -> Self {
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

    /// Waits until a request for a customer may leave, and counts it.
    pub async fn take(&self, customer: CustomerId) {
        while let Err(Blocked::All(time) | Blocked::Customer(time)) = self.try_take(customer) {
            self.clock.client.runtime().sleep(time).await;
        }
    }

    /// Counts a request, if it may leave now.
    pub(crate) fn try_take(&self, customer: CustomerId) -> Result<(), Blocked> {
        let now = self.clock.now();
        let mut state = self.state();
        let left = |until: Duration| until.checked_sub(now).filter(|left| !left.is_zero());
        if let Some(time) = left(state.all_until) {
            return Err(Blocked::All(time));
        }
        let until = state.customers_until.get(&customer).copied();
        if let Some(time) = until.and_then(left) {
            return Err(Blocked::Customer(time));
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

    /// Whether a request that was counted before must not leave now.
    pub(super) fn is_paused(&self, customer: CustomerId) -> bool {
        let now = self.clock.now();
        let state = self.state();
        let customer = state.customers_until.get(&customer);
        state.all_until > now || customer.is_some_and(|until| *until > now)
    }

    /// Pauses a customer after a 429; or all, if another customer is paused already: then the limit
    /// is the partner's. Returns whether all are paused.
    pub fn pause_customer(&self, customer: CustomerId, time: Duration) -> bool {
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
    pub(crate) fn pause_all(&self, time: Duration) {
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

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant, SystemTime};

    use partner_center_transfers::{BoxFuture, Client, Runtime};

    use super::{Blocked, CustomerId, Limits, Rate, RunOptions};

    #[derive(Debug)]
    struct Clock(Instant, Mutex<Duration>);

    impl Clock {
        fn advance(&self, time: Duration) {
            *self.1.lock().unwrap() += time;
        }

        fn passed(&self) -> Duration {
            *self.1.lock().unwrap()
        }
    }

    impl Runtime for Clock {
        fn now(&self) -> Instant {
            self.0 + self.passed()
        }

        fn wall_clock(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH + self.passed()
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            Box::pin(std::future::pending())
        }

        fn random(&self) -> f64 {
            0.5
        }
    }

    fn limits(options: &RunOptions) -> (Arc<Clock>, Limits) {
        let clock = Arc::new(Clock(Instant::now(), Mutex::default()));
        let client = Client::builder().bearer_token("t").runtime(clock.clone());
        let limits = Limits::new(&client.build().unwrap(), options);
        (clock, limits)
    }

    fn customer(number: u128) -> CustomerId {
        let id = format!("{number:032x}");
        let id = [&id[..8], &id[8..12], &id[12..16], &id[16..20], &id[20..]].join("-");
        id.parse().unwrap()
    }

    fn rate(requests: u32) -> Rate {
        Rate::per_minute(NonZeroU32::new(requests).unwrap())
    }

    #[test]
    fn no_minute_has_more_requests_than_the_limit_and_few_less() {
        // Each timer ends this much late.
        let late = Duration::from_millis(1);
        for requests in [1, 7, 60, 300, 5_000] {
            let (clock, limits) = limits(&RunOptions::default().rate(rate(requests)));
            let mut times = Vec::new();
            while clock.passed() < Duration::from_secs(600) {
                match limits.try_take(customer(1)) {
                    Ok(()) => times.push(clock.passed()),
                    Err(Blocked::All(time)) => clock.advance(time + late),
                    other => panic!("{other:?}"),
                }
            }
            let minute = Duration::from_secs(60);
            for (at, start) in times.iter().enumerate() {
                let next = times[at..].get(requests as usize);
                assert!(
                    next.is_none_or(|next| *next >= *start + minute),
                    "{requests}: {start:?}"
                );
            }
            assert!(
                times.len() >= requests as usize * 95 / 10,
                "{requests}: {}",
                times.len()
            );
        }
    }

    #[test]
    fn a_limited_customer_takes_nothing_from_the_limit_of_all() {
        let options = RunOptions::default().rate(rate(10)).customer_rate(rate(1));
        let (clock, limits) = limits(&options);
        assert_eq!(limits.try_take(customer(1)), Ok(()));
        clock.advance(Duration::from_secs(7));
        for _ in 0..5 {
            let blocked = limits.try_take(customer(1));
            assert!(matches!(blocked, Err(Blocked::Customer(_))), "{blocked:?}");
        }
        assert_eq!(limits.try_take(customer(2)), Ok(()));
        assert!(matches!(limits.try_take(customer(3)), Err(Blocked::All(_))));
    }

    #[test]
    fn a_second_limited_customer_pauses_all() {
        let (clock, limits) = limits(&RunOptions::default());
        let minute = Duration::from_secs(60);
        assert!(!limits.pause_customer(customer(1), minute));
        assert_eq!(limits.try_take(customer(1)), Err(Blocked::Customer(minute)));
        assert_eq!(limits.try_take(customer(2)), Ok(()));
        assert!(
            !limits.pause_customer(customer(1), minute),
            "the same customer again"
        );
        assert!(limits.pause_customer(customer(2), minute));
        assert_eq!(limits.try_take(customer(3)), Err(Blocked::All(minute)));
        clock.advance(minute);
        for number in 1..4 {
            assert_eq!(limits.try_take(customer(number)), Ok(()));
        }
    }
}
