//! Clock and randomness, behind a trait, so that tests of retries and timeouts do not wait.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

/// A boxed future, which trait objects can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Clock, sleep and randomness of a client.
///
/// The default uses Tokio's timer and the system's clocks and randomness. Tests and simulations
/// can replace it with [`ClientBuilder::runtime`](crate::ClientBuilder::runtime).
pub trait Runtime: fmt::Debug + Send + Sync {
    /// Monotonic time, for deadlines and the age of tokens.
    fn now(&self) -> Instant;
    /// Wall-clock time, for dates in `Retry-After`.
    fn wall_clock(&self) -> SystemTime;
    /// Completes after the duration.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
    /// A number in `0.0..1.0`, for the jitter of delays.
    fn random(&self) -> f64;
    /// Whether it sleeps with Tokio's timer, which then needs no box.
    #[doc(hidden)]
    fn has_tokio_timer(&self) -> bool {
        false
    }
}

/// Tokio's timer, the system's clocks and randomness.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokioRuntime;

impl Runtime for TokioRuntime {
    fn now(&self) -> Instant {
        // Tokio's clock, which stops with a paused timer.
        tokio::time::Instant::now().into_std()
    }

    fn wall_clock(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn random(&self) -> f64 {
        // The random bits of a version 4 GUID, since that crate is a dependency anyway.
        let bits = uuid::Uuid::new_v4().as_u128() >> 76;
        #[expect(clippy::cast_precision_loss, reason = "52 bits fit a double exactly")]
        let fraction = bits as f64 / (1_u64 << 52) as f64;
        fraction
    }

    fn has_tokio_timer(&self) -> bool {
        true
    }
}

/// The output of the future, or `None` if it is not ready within the limit. Polls the future
/// first, so that an output that is ready counts even after the limit.
pub(crate) async fn within<F: Future>(
    runtime: &dyn Runtime,
    limit: Duration,
    future: F,
) -> Option<F::Output> {
    let mut future = pin!(future);
    // A future that is ready at once needs no timer.
    let mut inline = pin!(None::<tokio::time::Sleep>);
    let mut boxed = None;
    std::future::poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        if !runtime.has_tokio_timer() {
            let sleep = boxed.get_or_insert_with(|| runtime.sleep(limit));
            return sleep.as_mut().poll(context).map(|()| None);
        }
        if inline.is_none() {
            inline.set(Some(tokio::time::sleep(limit)));
        }
        match inline.as_mut().as_pin_mut() {
            Some(sleep) => sleep.poll(context).map(|()| None),
            None => Poll::Pending,
        }
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::{Runtime, TokioRuntime};

    #[test]
    fn random_numbers_are_between_zero_and_one() {
        let numbers: Vec<f64> = (0..1_000).map(|_| TokioRuntime.random()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        assert!(numbers.iter().any(|number| *number < 0.2));
        assert!(numbers.iter().any(|number| *number > 0.8));
    }
}
