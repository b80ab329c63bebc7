//! The retry policy that users set.

use std::time::Duration;

/// How often and how fast a call is retried.
///
/// ```
/// use std::time::Duration;
/// use partner_center_transfers::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(5).max_delay(Duration::from_secs(60));
/// let never = RetryPolicy::never();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(super) max_attempts: u32,
    pub(super) base_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) retry_after_cap: Duration,
    pub(super) retry_ambiguous: bool,
}

impl Default for RetryPolicy {
    /// Up to 3 attempts; a delay of 0.8 s, doubled each time up to 30 s, with full jitter;
    /// `Retry-After` honored up to 60 s; no retry where the service may have acted,
    /// except after a 503 with `Retry-After`, and then not of a create.
    fn default() -> Self {
        Self {
            max_attempts: Self::DEFAULT_MAX_ATTEMPTS,
            base_delay: Duration::from_millis(800),
            max_delay: Duration::from_secs(30),
            retry_after_cap: Duration::from_secs(60),
            retry_ambiguous: false,
        }
    }
}

impl RetryPolicy {
    /// The default of [`max_attempts`](Self::max_attempts).
    pub const DEFAULT_MAX_ATTEMPTS: u32 = 3;

    /// One attempt for each call. A call whose access token was rejected (401) is still sent once
    /// more with a new token, since the service did nothing.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// The maximum number of attempts, the first one included; 0 counts as 1. A rejected access
    /// token allows one more.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest backoff before the second attempt; it doubles with each further one. The actual
    /// backoff is random up to that, and comes on top of `Retry-After`.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest backoff before any attempt, on top of `Retry-After`.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` to wait for. If the service asks for more, the call fails at once
    /// and [`Error::retry_after`](crate::Error::retry_after) has the time.
    pub fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self
    }

    /// Whether to retry a call that changes something although the service may have acted on it, and does not
    /// ask for it with 503 and `Retry-After`.
    ///
    /// Off by default: read the state back instead. Turning it on relies on the documented promise
    /// that a repeated `MS-RequestId` takes effect once, whose limits are not documented.
    pub fn retry_ambiguous(mut self, yes: bool) -> Self {
        self.retry_ambiguous = yes;
        self
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::RetryPolicy;

    #[test]
    fn a_setter_sets_its_value_only() {
        let [base, longest, cap] = [1, 2, 3].map(Duration::from_secs);
        let policy = RetryPolicy::default()
            .max_attempts(0)
            .retry_ambiguous(true)
            .base_delay(base)
            .max_delay(longest)
            .retry_after_cap(cap);
        let expected = RetryPolicy {
            max_attempts: 1,
            base_delay: base,
            max_delay: longest,
            retry_after_cap: cap,
            retry_ambiguous: true,
        };
        assert_eq!(policy, expected);
        assert_eq!(RetryPolicy::never().max_attempts(3), RetryPolicy::default());
    }
}
