//! Spreads the reads before a run within its rate limits.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use partner_center_bulk::Rate;
use partner_center_transfers::types::CustomerId;

use crate::arguments::RunArguments;

/// How far below the limit requests are spread, since they do not arrive as evenly as they leave.
const HEADROOM: f64 = 1.02;

#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    next: Option<Instant>,
    customer_interval: Option<Duration>,
    customers: HashMap<CustomerId, Instant>,
}

impl Pace {
    pub(super) fn new(arguments: &RunArguments) -> Self {
        Self {
            interval: interval(arguments.rate),
            next: None,
            customer_interval: arguments.customer_rate.map(interval),
            customers: HashMap::new(),
        }
    }

    /// Counts requests for a customer. Returns the time until they may leave.
    pub(super) fn take(&mut self, customer: CustomerId, requests: u32, now: Instant) -> Duration {
        let mut at = self.next.map_or(now, |next| next.max(now));
        // A customer that has to wait holds back no other one.
        self.next = Some(at + self.interval * requests);
        if let Some(interval) = self.customer_interval {
            let next = self.customers.entry(customer).or_insert(at);
            at = at.max(*next);
            *next = at + interval * requests;
        }
        at.saturating_duration_since(now)
    }

    /// Lets no request leave for this time.
    pub(super) fn pause(&mut self, time: Duration, now: Instant) {
        let until = now + time;
        self.next = Some(self.next.map_or(until, |next| next.max(until)));
    }
}

fn interval(rate: Rate) -> Duration {
    (rate.period() / rate.requests().get()).mul_f64(HEADROOM)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::Pace;
    use crate::arguments::RunArguments;

    fn pace(rate: &str, customer_rate: Option<&str>) -> Pace {
        Pace::new(&RunArguments {
            concurrency: 8,
            rate: rate.parse().unwrap(),
            customer_rate: customer_rate.map(|rate| rate.parse().unwrap()),
            wait: 0,
            resend_delay: 30,
        })
    }

    #[test]
    fn reads_stay_below_both_limits() {
        let [one, other] = [
            "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d",
            "47eaa099-2cb6-416d-86dc-283cf0480ff9",
        ]
        .map(|id| id.parse().unwrap());
        let now = Instant::now();
        let mut free = pace("60/min", None);
        assert_eq!(free.take(one, 1, now), Duration::ZERO);
        assert_eq!(free.take(one, 2, now), Duration::from_millis(1_020));
        assert_eq!(free.take(one, 1, now), Duration::from_millis(3_060));
        let mut limited = pace("60/min", Some("6/min"));
        assert_eq!(limited.take(one, 1, now), Duration::ZERO);
        assert_eq!(limited.take(one, 1, now), Duration::from_millis(10_200));
        assert_eq!(limited.take(other, 1, now), Duration::from_millis(2_040));
    }

    #[test]
    fn a_pause_holds_back_all() {
        let customer = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d".parse().unwrap();
        let now = Instant::now();
        let mut pace = pace("600/min", None);
        pace.pause(Duration::from_secs(12), now);
        assert_eq!(pace.take(customer, 1, now), Duration::from_secs(12));
    }
}
