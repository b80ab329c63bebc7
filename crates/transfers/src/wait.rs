//! Waiting until a transfer has settled: reading it again and again, ever more slowly, as the
//! service asks.

use std::time::Duration;

use crate::confirm::is_not_there;
use crate::types::{CustomerId, TransferEntity, TransferId};
use crate::{Client, Error};

/// How fast a transfer is read again.
///
/// The service's limits are per partner and customer, and are not published for transfers. Its
/// pages advise against polling: the defaults come to some twenty reads in a quarter of an hour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollPolicy {
    first_delay: Duration,
    max_delay: Duration,
}

impl Default for PollPolicy {
    /// 5 seconds before the second read, doubled each time up to a minute.
    fn default() -> Self {
        Self {
            first_delay: Duration::from_secs(5),
            max_delay: Duration::from_secs(60),
        }
    }
}

impl PollPolicy {
    /// How long an accepted transfer usually takes at the most: a quarter of an hour.
    ///
    /// Source: the pages on transferring subscriptions in Microsoft's documentation and third
    /// parties, for new commerce.
    pub const USUAL: Duration = Duration::from_secs(15 * 60);
    /// How long the service itself keeps trying before one should ask support: three days.
    ///
    /// Source: as for [`USUAL`](Self::USUAL).
    pub const SERVICE_GIVES_UP: Duration = Duration::from_secs(3 * 24 * 60 * 60);
    /// How long the source partner has to accept a new-commerce transfer before it expires: 30
    /// days.
    ///
    /// Source: as for [`USUAL`](Self::USUAL).
    pub const EXPIRES: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// The delay before the second read; it doubles with each further one. At least a second.
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// The longest delay. At least a second.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    /// The delay after so many reads.
    fn delay(&self, reads: u32) -> Duration {
        let doublings = reads.saturating_sub(1).min(31);
        let delay = self.first_delay.saturating_mul(1 << doublings);
        // None would storm the service.
        delay.min(self.max_delay).max(Duration::from_secs(1))
    }
}

/// What one read of a wait has shown.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// How often the transfer was read until now.
    pub reads: u32,
    /// How long the wait lasts already.
    pub waited: Duration,
    /// The transfer, or why it could not be read this time.
    pub seen: Result<&'a TransferEntity, &'a Error>,
    /// How long until it is read again; `None` if it is not.
    pub next: Option<Duration>,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the time may have run out before the transfer has settled"]
#[non_exhaustive]
pub enum WaitOutcome {
    /// Nothing more will happen to the transfer. What became of each subscription is in
    /// [`TransferEntity::by_subscription`].
    Settled(Box<TransferEntity>),
    /// The transfer was there and is not any more: most likely it was withdrawn.
    Gone,
    /// The time ran out; this is the transfer as it was read last.
    TimedOut(Box<TransferEntity>),
}

impl Client {
    /// Reads a transfer until it has settled (see [`TransferEntity::is_settled`]) or the time runs
    /// out. [`PollPolicy`] has the times that the service's pages name.
    ///
    /// The first read is at once. A read that fails for a while only ([`Error::is_transient`]) is
    /// tried again, not before the service's `Retry-After` has passed; each read has the retries
    /// and limits of the client besides, so that the wait may last longer than its time by one
    /// read. `progress` is told of each read.
    ///
    /// A state that this version does not know counts as settled once each line item is known to
    /// have moved or failed.
    ///
    /// ```no_run
    /// use partner_center_transfers::{PollPolicy, WaitOutcome};
    /// use partner_center_transfers::types::{CustomerId, TransferId};
    ///
    /// # async fn example(
    /// #     client: partner_center_transfers::Client, customer: CustomerId, transfer: TransferId,
    /// # ) -> Result<(), partner_center_transfers::Error> {
    /// let policy = PollPolicy::default();
    /// let waited = client
    ///     .wait_until_settled(customer, transfer, PollPolicy::USUAL, &policy, |progress| {
    ///         println!("read {} times, next in {:?}", progress.reads, progress.next);
    ///     })
    ///     .await?;
    /// if let WaitOutcome::Settled(transfer) = waited {
    ///     for subscription in transfer.by_subscription() {
    ///         println!("{:?}: {:?}", subscription.subscription_id, subscription.result);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// That of a read which no later one would mend, or of the last one if the time ran out and
    /// none had succeeded. A transfer that is not there at the first read is such an error.
    pub async fn wait_until_settled(
        &self,
        customer_id: CustomerId,
        transfer_id: TransferId,
        timeout: Duration,
        policy: &PollPolicy,
        mut progress: impl FnMut(Progress<'_>),
    ) -> Result<WaitOutcome, Error> {
        let runtime = self.pipeline.runtime();
        let start = runtime.now();
        let mut last = None;
        let mut reads = 0_u32;
        loop {
            reads = reads.saturating_add(1);
            let read = self
                .get_transfer()
                .customer_id(customer_id)
                .transfer_id(transfer_id);
            let seen = read.send().await.map(crate::Response::into_inner);
            let waited = runtime.now().saturating_duration_since(start);
            let left = timeout.saturating_sub(waited);
            let next = match &seen {
                Ok(transfer) if transfer.is_settled() => None,
                Ok(_) => next_delay(policy.delay(reads), None, left),
                Err(error) if error.is_transient() => {
                    next_delay(policy.delay(reads), error.retry_after(), left)
                }
                Err(_) => None,
            };
            progress(Progress {
                reads,
                waited,
                seen: seen.as_ref(),
                next,
            });
            match (next, seen) {
                (Some(delay), seen) => {
                    last = seen.ok().or(last);
                    runtime.sleep(delay).await;
                }
                (None, Ok(transfer)) if transfer.is_settled() => {
                    return Ok(WaitOutcome::Settled(Box::new(transfer)));
                }
                (None, Ok(transfer)) => return Ok(WaitOutcome::TimedOut(Box::new(transfer))),
                (None, Err(error)) if last.is_some() && is_not_there(&error) => {
                    return Ok(WaitOutcome::Gone);
                }
                // That one read failed says nothing against what was seen before.
                (None, Err(error)) => match last {
                    Some(transfer) if error.is_transient() => {
                        return Ok(WaitOutcome::TimedOut(Box::new(transfer)));
                    }
                    _ => return Err(error),
                },
            }
        }
    }
}

/// When to read again: not before the service's own time, at the end of the whole time at the
/// latest, and never if the two do not agree.
fn next_delay(delay: Duration, asked: Option<Duration>, left: Duration) -> Option<Duration> {
    let asked = asked.unwrap_or_default();
    let delay = delay.min(left).max(asked);
    (!left.is_zero() && delay <= left).then_some(delay)
}
