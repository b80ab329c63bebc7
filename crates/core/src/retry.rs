//! When a call is sent again by itself, and after what time: policy as data and pure functions,
//! apart from the loop that sends.
//!
//! The rule that everything else yields to: a call that changes something is sent again only where
//! the service cannot have acted on it. The service documents `MS-RequestId` as an idempotency key,
//! but neither how long it remembers one nor what it answers to a repeated one, so leaning on it is
//! the caller's choice.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode, header};

use crate::effect;

/// How often and how fast a call is sent again.
///
/// ```
/// use std::time::Duration;
/// use partner_center_core::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(5).max_delay(Duration::from_secs(60));
/// let never = RetryPolicy::never();
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    max_attempts: u32,
    base_delay: Duration,
    max_delay: Duration,
    retry_after_cap: Duration,
    retry_ambiguous: bool,
}

impl Default for RetryPolicy {
    /// Three attempts; 0.8 s doubled each time up to 30 s, of which a random part is waited;
    /// `Retry-After` obeyed up to 60 s; what the service may have acted on is not sent again.
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

    /// One attempt for each call, whatever comes of it, but for an access token that is refused:
    /// the call goes out once more with a new one, since a refused call has done nothing.
    pub fn never() -> Self {
        Self::default().max_attempts(1)
    }

    /// How often a call is sent at the most, the first time included; a refused access token gives
    /// it one more. Zero counts as one.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The longest delay before the second attempt; it doubles with each further one.
    pub fn base_delay(mut self, delay: Duration) -> Self {
        self.base_delay = delay;
        self
    }

    /// The longest delay of all.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The longest `Retry-After` that is waited for. Beyond it the call fails at once, and the
    /// error says how long the service asked to wait.
    pub fn retry_after_cap(mut self, cap: Duration) -> Self {
        self.retry_after_cap = cap;
        self
    }

    /// Whether a call that changes something is sent again although the service may have acted
    /// on it. That leans on the documented promise that a repeated `MS-RequestId` acts once,
    /// whose limits are not documented. Off by default: read the state back instead.
    pub fn retry_ambiguous(mut self, yes: bool) -> Self {
        self.retry_ambiguous = yes;
        self
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug)]
pub(crate) enum AttemptResult<'a> {
    /// No connection came about, so nothing was sent.
    NotSent,
    /// The connection broke or the time for one attempt ran out.
    NoAnswer,
    /// An answer of this status.
    Response(StatusCode, &'a HeaderMap),
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Give what came to the caller.
    Stop,
    /// Send it again after this time.
    Wait(Duration),
}

/// Whether an attempt is followed by another one. `attempt` counts from 1; `random` is from 0 up
/// to but not including 1.
pub(crate) fn decide(
    policy: &RetryPolicy,
    attempt: u32,
    seen: AttemptResult<'_>,
    mutating: bool,
    now: SystemTime,
    random: f64,
) -> RetryDecision {
    if attempt >= policy.max_attempts || !is_transient(seen) {
        return RetryDecision::Stop;
    }
    let may_have_acted = mutating
        && match seen {
            AttemptResult::NotSent => false,
            AttemptResult::NoAnswer => true,
            AttemptResult::Response(status, headers) => effect::possible_after(status, headers),
        };
    if may_have_acted && !policy.retry_ambiguous {
        return RetryDecision::Stop;
    }
    let asked = match seen {
        AttemptResult::Response(_, headers) => retry_after(headers, now),
        _ => None,
    };
    match asked {
        Some(asked) if asked > policy.retry_after_cap => RetryDecision::Stop,
        // A little more, so that callers who were turned away together do not come back together,
        // and so that none comes back at once.
        asked => {
            let delay = backoff(policy, attempt, random);
            RetryDecision::Wait(asked.unwrap_or_default().saturating_add(delay))
        }
    }
}

/// Whether a wait leaves any of the time that remains for the whole call. Waiting for the deadline
/// would only hide what is known now.
pub(crate) fn leaves_time(delay: Duration, remaining: Duration) -> bool {
    delay < remaining
}

/// Whether the same request may fare better later.
pub(crate) fn is_transient(seen: AttemptResult<'_>) -> bool {
    match seen {
        AttemptResult::NotSent | AttemptResult::NoAnswer => true,
        AttemptResult::Response(status, _) => is_transient_status(status),
    }
}

pub(crate) fn is_transient_status(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 429 | 500 | 502 | 503 | 504)
}

/// Full jitter: any time up to the doubled delay, so that callers who failed together do not come
/// back together.
fn backoff(policy: &RetryPolicy, attempt: u32, random: f64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let ceiling = policy
        .base_delay
        .saturating_mul(1 << doublings)
        .min(policy.max_delay);
    // A runtime of the caller's may give anything.
    let random = if random.is_finite() {
        random.clamp(0.0, 1.0)
    } else {
        0.0
    };
    ceiling.mul_f64(random)
}

/// How long the service asks to wait, in seconds or until a date; a date that has passed is no
/// wait.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than a number holds is a long time, and no nonsense.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

/// A budget that all calls of a client share, so that a service that is down is not stormed: each
/// retry costs, each success earns a little back, and without funds there is no retry.
#[derive(Debug)]
pub(crate) struct RetryTokenBucket(AtomicU32);

impl RetryTokenBucket {
    const FUNDS: u32 = 100;
    const COST: u32 = 5;
    const EARNED: u32 = 1;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::FUNDS))
    }

    /// Pays for a retry, if there are funds.
    pub(crate) fn pay(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |funds| {
                funds.checked_sub(Self::COST)
            })
            .is_ok()
    }

    /// Earns from a success.
    pub(crate) fn earn(&self) {
        // The closure never returns `None`, so there is no error to look at.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |funds| {
                Some((funds + Self::EARNED).min(Self::FUNDS))
            });
    }
}

#[cfg(test)]
mod tests;
