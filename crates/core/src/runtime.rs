//! Time and chance, behind one trait, so that nothing else in this crate waits for real time or
//! is random by itself, and a test of a retry takes no longer than its code.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

/// A future that a trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The clock, the sleep and the chance that a client uses. The default is Tokio's timer, the
/// system's clocks and its randomness; a simulation gives its own.
pub trait Runtime: fmt::Debug + Send + Sync {
    /// Time that only grows, for deadlines and the age of tokens.
    fn now(&self) -> Instant;
    /// The wall clock, to read a date in `Retry-After`.
    fn wall_clock(&self) -> SystemTime;
    /// Waits.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// A number from 0 up to but not including 1, for the jitter of a delay.
    fn random(&self) -> f64;
}

/// The real thing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokioRuntime;

impl Runtime for TokioRuntime {
    fn now(&self) -> Instant {
        // Tokio's, so that a paused clock holds for both.
        tokio::time::Instant::now().into_std()
    }

    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn random(&self) -> f64 {
        // The random bits of a version 4 GUID; the crate that makes them is here already.
        let bits = uuid::Uuid::new_v4().as_u128() >> 76;
        #[expect(clippy::cast_precision_loss, reason = "52 bits fit a double exactly")]
        let fraction = bits as f64 / (1_u64 << 52) as f64;
        fraction
    }
}

/// What the future gives, or `None` if the time is over before. The future is asked first, so an
/// answer that is there counts even if the time is over too.
pub(crate) async fn within<F: Future>(
    runtime: &dyn Runtime,
    limit: Duration,
    future: F,
) -> Option<F::Output> {
    let mut future = std::pin::pin!(future);
    // What is ready at once, such as a token that is kept, needs none.
    let mut sleep = None;
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        let sleep = sleep.get_or_insert_with(|| runtime.sleep(limit));
        sleep.as_mut().poll(context).map(|()| None)
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{Runtime, TokioRuntime};

    #[test]
    fn chance_is_from_zero_up_to_but_not_one() {
        let numbers: Vec<f64> = (0..1_000).map(|_| TokioRuntime.random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers.iter().any(|number| *number < 0.2));
        assert!(numbers.iter().any(|number| *number > 0.8));
    }
}
