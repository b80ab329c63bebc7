//! Limits retries over all calls of a client.

use std::sync::atomic::{AtomicU32, Ordering};

/// A token bucket shared by all calls of a client, so that retries do not add to the load of a
/// failing service: each retry takes tokens, each success returns some, and an empty bucket stops
/// retries.
#[derive(Debug)]
pub(crate) struct RetryTokenBucket(AtomicU32);

impl RetryTokenBucket {
    const CAPACITY: u32 = 100;
    const RETRY_COST: u32 = 5;
    const SUCCESS_GAIN: u32 = 1;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    /// Takes the tokens for a retry; `false` if there are not enough.
    pub(crate) fn withdraw(&self) -> bool {
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
                tokens.checked_sub(Self::RETRY_COST)
            })
            .is_ok()
    }

    /// Returns tokens after a success.
    pub(crate) fn deposit(&self) {
        // The closure never returns `None`, so this cannot fail.
        let _ = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| {
                Some((tokens + Self::SUCCESS_GAIN).min(Self::CAPACITY))
            });
    }
}

#[cfg(test)]
mod tests {
    use super::RetryTokenBucket;

    #[test]
    fn an_empty_bucket_stops_retries_until_calls_succeed() {
        let bucket = RetryTokenBucket::new();
        let paid = (0..1_000).filter(|_| bucket.withdraw()).count();
        assert_eq!(paid, 20);
        for _ in 0..5 {
            assert!(!bucket.withdraw());
            bucket.deposit();
        }
        assert!(bucket.withdraw());
        assert!(!bucket.withdraw());
        for _ in 0..10_000 {
            bucket.deposit();
        }
        assert_eq!((0..1_000).filter(|_| bucket.withdraw()).count(), 20);
    }
}
