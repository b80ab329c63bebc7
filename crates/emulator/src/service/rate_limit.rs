//! Rate limits for each partner, and for each partner with a customer. The service publishes no
//! numbers for transfers, so there is no limit by default.
//!
//! The window slides. Refused requests count too: Microsoft's throttling page says that early
//! retries count against the limit.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, SystemTime};

use uuid::Uuid;

/// A number of requests in a time window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests; at least one.
    pub requests: u32,
    /// The length of the window; at most a day.
    pub window: Duration,
}

/// The requests that count together: those of a partner, or of a partner for one customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope {
    pub(crate) partner: Option<Uuid>,
    pub(crate) customer: Option<Uuid>,
}

/// With fewer scopes than this, those whose window has ended are kept.
const MIN_SCOPES: usize = 10_000;

/// The times of the last requests in each scope, as many as the limit.
#[derive(Debug, Default)]
pub(crate) struct RateLimits {
    scopes: HashMap<Scope, VecDeque<SystemTime>>,
    /// How many scopes there are when those whose window has ended are dropped.
    clean_up_at: usize,
}

impl RateLimits {
    /// Counts a request.
    ///
    /// # Errors
    ///
    /// The seconds to wait, if the request exceeds the limit.
    pub(crate) fn count(
        &mut self,
        limit: Option<RateLimit>,
        scope: Scope,
        now: SystemTime,
    ) -> Result<(), u64> {
        let Some(RateLimit { requests, window }) = limit else {
            return Ok(());
        };
        let requests = requests as usize;
        let left = |time: SystemTime| (time + window).duration_since(now).ok();
        // A scope can be any customer id that a request names.
        if self.scopes.len() >= self.clean_up_at.max(MIN_SCOPES) {
            let last = |times: &VecDeque<SystemTime>| times.back().copied();
            // The other kind of scopes has a window of its own.
            let is_other = |known: &Scope| known.customer.is_some() != scope.customer.is_some();
            self.scopes
                .retain(|known, times| is_other(known) || last(times).and_then(left).is_some());
            self.clean_up_at = self.scopes.len() * 2;
        }
        let times = self.scopes.entry(scope).or_default();
        let oldest = (times.len() >= requests)
            .then(|| times.pop_front())
            .flatten();
        times.push_back(now);
        if oldest.and_then(left).is_none_or(|left| left.is_zero()) {
            return Ok(());
        }
        // The next request is allowed when the oldest one that counts, this one included, has left
        // the window.
        let wait = times.front().copied().and_then(left).unwrap_or(window);
        Err(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_whose_window_has_ended_are_dropped() {
        let mut limits = RateLimits::default();
        let limit = Some(RateLimit {
            requests: 1,
            window: Duration::from_secs(10),
        });
        let start = SystemTime::UNIX_EPOCH;
        for number in 0..10 * MIN_SCOPES {
            let scope = Scope {
                partner: None,
                customer: Some(Uuid::from_u128(number as u128)),
            };
            let now = start + Duration::from_millis(number as u64);
            limits.count(limit, scope, now).unwrap();
            assert!(limits.count(limit, scope, now).is_err());
            assert!(limits.scopes.len() <= 2 * MIN_SCOPES + 2);
        }
    }
}
