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

/// The times of the last requests in each scope, as many as the limit.
#[derive(Debug, Default)]
pub(crate) struct RateLimits(HashMap<Scope, VecDeque<SystemTime>>);

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
        let times = self.0.entry(scope).or_default();
        let oldest = (times.len() >= requests)
            .then(|| times.pop_front())
            .flatten();
        times.push_back(now);
        let left = |time: SystemTime| (time + window).duration_since(now).ok();
        if oldest.and_then(left).is_none_or(|left| left.is_zero()) {
            return Ok(());
        }
        // The next request is allowed when the oldest one that counts, this one included, has left
        // the window.
        let wait = times.front().copied().and_then(left).unwrap_or(window);
        Err(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
    }
}
