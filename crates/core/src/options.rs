//! Settings of calls.

use std::sync::LazyLock;
use std::time::Duration;

use crate::id::CorrelationId;
use crate::retry::RetryPolicy;

/// The default limit for connecting.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of calls.
///
/// Those of the client apply to all its calls. `Client::with_options` returns a client that
/// overrides some of them and shares connections and token.
///
/// ```
/// use std::time::Duration;
/// use partner_center_transfers::{CallOptions, CorrelationId, RetryPolicy};
///
/// let options = CallOptions::default()
///     .correlation_id(CorrelationId::random())
///     .locale("nl-NL")
///     .timeout(Duration::from_secs(20))
///     .retry(RetryPolicy::never());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    pub(crate) correlation_id: Option<CorrelationId>,
    pub(crate) locale: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) user_agent: Option<String>,
    timeout: Option<Duration>,
    attempt_timeout: Option<Duration>,
    retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// The default of [`timeout`](Self::timeout).
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(100);

    /// `MS-CorrelationId` of all calls, which groups them in the service's telemetry. By default
    /// each call has its own.
    pub fn correlation_id(mut self, id: CorrelationId) -> Self {
        self.correlation_id = Some(id);
        self
    }

    /// `X-Locale`: the language of texts in responses, as a culture name such as `nl-NL`. The
    /// service's default is en-US.
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// `MS-PartnerCenter-Application`: the name of the calling application.
    ///
    /// See [Partner Center REST headers](https://learn.microsoft.com/partner-center/developer/headers).
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// The product, such as `shop/2.1`, to put before the client's own in `User-Agent`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// The time limit for a whole call: all attempts, the delays between them, and getting a
    /// token. 100 seconds by default.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// The time limit for one attempt, up to the last byte of its response. 30 seconds by default.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// When calls are retried.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }
}

static DEFAULT_RETRY: LazyLock<RetryPolicy> = LazyLock::new(RetryPolicy::default);

impl CallOptions {
    /// These settings, and those of `other` where they are unset.
    pub(crate) fn or(self, other: &Self) -> Self {
        Self {
            correlation_id: self.correlation_id.or(other.correlation_id),
            locale: self.locale.or_else(|| other.locale.clone()),
            application: self.application.or_else(|| other.application.clone()),
            user_agent: self.user_agent.or_else(|| other.user_agent.clone()),
            timeout: self.timeout.or(other.timeout),
            attempt_timeout: self.attempt_timeout.or(other.attempt_timeout),
            retry: self.retry.or_else(|| other.retry.clone()),
        }
    }

    pub(crate) fn call_limit(&self) -> Duration {
        self.timeout.unwrap_or(Self::DEFAULT_TIMEOUT)
    }

    pub(crate) fn attempt_limit(&self) -> Duration {
        self.attempt_timeout.unwrap_or(ATTEMPT_TIMEOUT)
    }

    pub(crate) fn policy(&self) -> &RetryPolicy {
        self.retry.as_ref().unwrap_or(&DEFAULT_RETRY)
    }

    /// Checks the time limits.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (name, limit) in [
            ("timeout", self.call_limit()),
            ("attempt timeout", self.attempt_limit()),
        ] {
            if limit.is_zero() {
                return Err(format!(
                    "the {name} is zero: set a duration greater than zero"
                ));
            }
        }
        Ok(())
    }
}
