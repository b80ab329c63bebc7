//! What can be set for a whole client, and again for some of its calls.

use std::sync::LazyLock;
use std::time::Duration;

use crate::id::CorrelationId;
use crate::retry::RetryPolicy;

/// How long connecting may take by default.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);

/// Settings of calls. Those of the client hold for all its calls; `Client::with_options` gives a client
/// that has some of its own beside them, and shares its connections and its token.
///
/// ```
/// use std::time::Duration;
/// use partner_center_core::{CallOptions, CorrelationId, RetryPolicy};
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

    /// `MS-CorrelationId` of all calls, to find them together in the service's telemetry. Without
    /// it each call has one of its own.
    pub fn correlation_id(mut self, id: CorrelationId) -> Self {
        self.correlation_id = Some(id);
        self
    }

    /// `X-Locale`: the language of texts in answers, as a culture name such as `nl-NL`. Without
    /// it the service answers in en-US.
    pub fn locale(mut self, locale: impl Into<String>) -> Self {
        self.locale = Some(locale.into());
        self
    }

    /// `MS-PartnerCenter-Application`: the name of the calling application, which the service
    /// notes.
    ///
    /// Source: the "Partner Center REST headers" page of Microsoft's documentation.
    pub fn application(mut self, name: impl Into<String>) -> Self {
        self.application = Some(name.into());
        self
    }

    /// What stands before this client's own name in `User-Agent`, such as `shop/2.1`.
    pub fn user_agent(mut self, product: impl Into<String>) -> Self {
        self.user_agent = Some(product.into());
        self
    }

    /// How long a whole call may take: all attempts, the waits between them, and the fetching of
    /// a token. 100 seconds by default; the service publishes no limit of its own.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// How long one attempt may take, up to the last byte of its answer. 30 seconds by default.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = Some(limit);
        self
    }

    /// How often and how fast calls are sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }
}

/// What holds where nothing is set.
static DEFAULT_RETRY: LazyLock<RetryPolicy> = LazyLock::new(RetryPolicy::default);

/// What the pipeline asks.
impl CallOptions {
    /// These, and those of `other` where these say nothing.
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

    /// What is wrong with them, headers aside.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (name, limit) in [
            ("timeout", self.call_limit()),
            ("attempt timeout", self.attempt_limit()),
        ] {
            if limit.is_zero() {
                return Err(format!(
                    "the {name} is zero; expected a time in which a call can be answered"
                ));
            }
        }
        Ok(())
    }
}
