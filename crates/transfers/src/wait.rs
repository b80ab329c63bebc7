//! Waits until a transfer has settled: polls it with growing delays.

use std::fmt::{self, Display};
use std::future::IntoFuture;
use std::time::Duration;

use crate::confirm::is_not_found;
use crate::types::{CustomerId, TransferEntity, TransferId};
use crate::{BoxFuture, Client, Error, Response, builder};

/// How often a transfer is read.
///
/// The service has limits per partner and customer; those for transfers are not published, and its
/// pages advise against polling. The defaults come to about twenty reads in fifteen minutes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PollPolicy {
    first_delay: Duration,
    max_delay: Duration,
}

impl Default for PollPolicy {
    /// 5 seconds before the second read, doubled after each read up to a minute.
    fn default() -> Self {
        Self {
            first_delay: Duration::from_secs(5),
            max_delay: Duration::from_secs(60),
        }
    }
}

impl PollPolicy {
    /// The time in which the service usually processes an accepted transfer: 15 minutes.
    ///
    /// Source: Microsoft's pages on transferring new-commerce subscriptions, and third parties.
    pub const USUAL_PROCESSING_TIME: Duration = Duration::from_secs(15 * 60);
    /// The time for which the service tries to process a transfer: three days. If the transfer has
    /// not settled by then, contact Microsoft's support. Source: as for [`USUAL_PROCESSING_TIME`](Self::USUAL_PROCESSING_TIME).
    pub const LONGEST_PROCESSING_TIME: Duration = Duration::from_secs(3 * 24 * 60 * 60);
    /// The time in which the source partner can accept a new-commerce transfer before it expires:
    /// 30 days. Source: as for [`USUAL_PROCESSING_TIME`](Self::USUAL_PROCESSING_TIME).
    pub const TIME_TO_ACCEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// Sets the delay before the second read. It doubles after each read. At least one second.
    pub fn first_delay(mut self, delay: Duration) -> Self {
        self.first_delay = delay;
        self
    }

    /// Sets the longest delay. At least one second.
    pub fn max_delay(mut self, delay: Duration) -> Self {
        self.max_delay = delay;
        self
    }

    fn delay(&self, reads: u32) -> Duration {
        let doublings = reads.saturating_sub(1).min(31);
        let delay = self.first_delay.saturating_mul(1 << doublings);
        // The lower limit protects the service from a policy of zero.
        delay.min(self.max_delay).max(Duration::from_secs(1))
    }
}

/// One read during a wait.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The number of reads so far.
    pub reads: u32,
    /// The time waited so far.
    pub waited: Duration,
    /// The transfer, or why this read failed.
    pub result: Result<&'a TransferEntity, &'a Error>,
    /// The delay until the next read; `None` if this is the last one.
    pub next: Option<Duration>,
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq)]
#[must_use = "the wait may have timed out before the transfer settled"]
#[non_exhaustive]
pub enum WaitOutcome {
    /// The transfer does not change any more. [`TransferEntity::by_subscription`] says what
    /// happened to each subscription.
    Settled(Box<TransferEntity>),
    /// The transfer was found at first and then not any more: most likely it was withdrawn.
    Gone,
    /// The time limit was reached. This is the transfer as it was last read.
    TimedOut(Box<TransferEntity>),
}

/// A wait for a transfer, made by [`Client::wait_until_settled`].
#[must_use = "a wait does nothing until it is awaited"]
pub struct WaitUntilSettled<'a> {
    read: builder::GetTransfer<'a>,
    client: &'a Client,
    timeout: Duration,
    policy: PollPolicy,
    on_progress: Box<dyn FnMut(Progress<'_>) + Send + 'a>,
}

impl Client {
    /// Reads a transfer until it has settled (see [`TransferEntity::is_settled`]) or the time limit
    /// is reached.
    ///
    /// The first read is sent at once. A read that fails with a transient error
    /// ([`Error::is_transient`]) is repeated, after the service's `Retry-After` at the earliest.
    /// Each read has the timeouts and retries of the client, so the wait can exceed its time limit
    /// by one read.
    ///
    /// ```no_run
    /// use std::time::Duration;
    /// use partner_center_transfers::{Client, WaitOutcome};
    /// use partner_center_transfers::types::{CustomerId, TransferEntity};
    ///
    /// # async fn example(client: Client, customer: CustomerId, transfer: TransferEntity)
    /// # -> Result<(), partner_center_transfers::Error> {
    /// let outcome = client
    ///     .wait_until_settled(customer, transfer.id)
    ///     .timeout(Duration::from_secs(60 * 60))
    ///     .on_progress(|progress| {
    ///         println!("read {} times, next in {:?}", progress.reads, progress.next);
    ///     })
    ///     .send()
    ///     .await?;
    /// if let WaitOutcome::Settled(transfer) = outcome {
    ///     for subscription in transfer.by_subscription() {
    ///         println!("{:?}: {:?}", subscription.subscription_id, subscription.result);
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn wait_until_settled(
        &self,
        customer_id: impl TryInto<CustomerId, Error: Display>,
        transfer_id: impl TryInto<TransferId, Error: Display>,
    ) -> WaitUntilSettled<'_> {
        WaitUntilSettled {
            read: self
                .get_transfer()
                .customer_id(customer_id)
                .transfer_id(transfer_id),
            client: self,
            timeout: PollPolicy::USUAL_PROCESSING_TIME,
            policy: PollPolicy::default(),
            on_progress: Box::new(|_| {}),
        }
    }
}

impl<'a> WaitUntilSettled<'a> {
    /// Sets the time limit. The default is [`PollPolicy::USUAL_PROCESSING_TIME`], 15 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets how often the transfer is read.
    pub fn poll(mut self, policy: PollPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Calls a function after each read.
    pub fn on_progress(mut self, on_progress: impl FnMut(Progress<'_>) + Send + 'a) -> Self {
        self.on_progress = Box::new(on_progress);
        self
    }

    /// Waits.
    ///
    /// # Errors
    ///
    /// - An argument is not valid. Nothing was sent.
    /// - A read failed with an error that is not transient, which includes a transfer that the
    ///   first read does not find.
    /// - The time limit was reached and no read has succeeded: the error of the last one.
    pub async fn send(mut self) -> Result<WaitOutcome, Error> {
        let runtime = self.client.pipeline.runtime();
        let start = runtime.now();
        let mut last = None;
        let mut reads = 0_u32;
        loop {
            reads = reads.saturating_add(1);
            let seen = self.read.clone().send().await.map(Response::into_inner);
            let waited = runtime.now().saturating_duration_since(start);
            let left = self.timeout.saturating_sub(waited);
            let next = match &seen {
                Ok(transfer) if transfer.is_settled() => None,
                Err(error) if !error.is_transient() => None,
                seen => {
                    let retry_after = seen.as_ref().err().and_then(Error::retry_after);
                    next_delay(self.policy.delay(reads), retry_after, left)
                }
            };
            (self.on_progress)(Progress {
                reads,
                waited,
                result: seen.as_ref(),
                next,
            });
            if let Some(delay) = next {
                last = seen.ok().or(last);
                runtime.sleep(delay).await;
                continue;
            }
            return match (seen, last) {
                (Ok(transfer), _) if transfer.is_settled() => {
                    Ok(WaitOutcome::Settled(Box::new(transfer)))
                }
                (Ok(transfer), _) => Ok(WaitOutcome::TimedOut(Box::new(transfer))),
                (Err(error), Some(_)) if is_not_found(&error) => Ok(WaitOutcome::Gone),
                (Err(error), Some(transfer)) if error.is_transient() => {
                    Ok(WaitOutcome::TimedOut(Box::new(transfer)))
                }
                (Err(error), _) => Err(error),
            };
        }
    }
}

impl<'a> IntoFuture for WaitUntilSettled<'a> {
    type Output = Result<WaitOutcome, Error>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for WaitUntilSettled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitUntilSettled")
            .field("read", &self.read)
            .field("timeout", &self.timeout)
            .field("policy", &self.policy)
            .finish_non_exhaustive()
    }
}

/// The delay until the next read: at least `Retry-After`, at most the time that is left. `None` if
/// there is no such delay.
fn next_delay(delay: Duration, retry_after: Option<Duration>, left: Duration) -> Option<Duration> {
    let delay = delay.min(left).max(retry_after.unwrap_or_default());
    (!left.is_zero() && delay <= left).then_some(delay)
}
