//! How often a partner may ask. The service limits a partner's tenant, and a partner with a
//! customer, and publishes no number for transfers; so none is set unless someone sets it.
//!
//! The window slides, and a request that is refused counts too: the throttling page says that
//! tries made too early count against the limit.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime};

use uuid::Uuid;

/// This many requests in this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How many requests; at least one.
    pub requests: u32,
    /// In which time.
    pub window: Duration,
}

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Whose {
    Partner(Option<Uuid>),
    Customer(Option<Uuid>, Uuid),
}

#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    /// When the last requests came, as many as the limit.
    came: HashMap<Whose, VecDeque<SystemTime>>,
}

impl RateLimits {
    /// Counts a request of a partner. An error with the seconds to wait if it is one too many.
    pub(crate) fn partner(
        &mut self,
        limit: Option<RateLimit>,
        partner: Option<Uuid>,
        now: SystemTime,
    ) -> Result<(), u64> {
        self.count(limit, Whose::Partner(partner), now)
    }

    /// The same for a partner with a customer.
    pub(crate) fn customer(
        &mut self,
        limit: Option<RateLimit>,
        partner: Option<Uuid>,
        customer: Uuid,
        now: SystemTime,
    ) -> Result<(), u64> {
        self.count(limit, Whose::Customer(partner, customer), now)
    }

    fn count(
        &mut self,
        limit: Option<RateLimit>,
        whose: Whose,
        now: SystemTime,
    ) -> Result<(), u64> {
        let Some(RateLimit { requests, window }) = limit else {
            return Ok(());
        };
        let requests = requests.max(1) as usize;
        let came = self.came.entry(whose).or_default();
        let oldest = if came.len() >= requests {
            came.pop_front()
        } else {
            None
        };
        came.push_back(now);
        let free = |first: SystemTime| (first + window).duration_since(now).ok();
        if oldest.and_then(free).is_none_or(|left| left.is_zero()) {
            return Ok(());
        }
        // Free again when the oldest that still counts, this one included, is out of the window.
        let wait = came.front().copied().and_then(free).unwrap_or(window);
        Err(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::{RateLimit, RateLimits};

    #[test]
    fn the_window_slides_and_early_tries_count() {
        let limit = Some(RateLimit {
            requests: 2,
            window: Duration::from_secs(60),
        });
        let mut limits = RateLimits::default();
        let mut at = |second| {
            let now = SystemTime::UNIX_EPOCH + Duration::from_secs(second);
            limits.partner(limit, None, now)
        };
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(10), Ok(()));
        assert_eq!(at(20), Err(50), "10 and 20 count");
        assert_eq!(at(70), Ok(()), "20 and 70 count");
        assert_eq!(at(75), Err(55), "70 and 75 count: wait for 130");
        assert_eq!(at(130), Ok(()));
        assert_eq!(at(500), Ok(()));
    }

    #[test]
    fn partners_and_customers_are_counted_apart() {
        let limit = Some(RateLimit {
            requests: 1,
            window: Duration::from_millis(1500),
        });
        let mut limits = RateLimits::default();
        let now = SystemTime::UNIX_EPOCH;
        let (one, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        assert_eq!(limits.partner(limit, Some(one), now), Ok(()));
        assert_eq!(limits.partner(limit, Some(other), now), Ok(()));
        assert_eq!(limits.customer(limit, Some(one), one, now), Ok(()));
        assert_eq!(limits.customer(limit, Some(one), other, now), Ok(()));
        assert_eq!(limits.customer(limit, Some(one), other, now), Err(2));
        assert_eq!(limits.partner(None, Some(one), now), Ok(()));
    }
}
