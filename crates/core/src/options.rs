//! What can be set for a whole client, and again for some of its calls.

use std::time::Duration;

use crate::id::CorrelationId;
use crate::retry::RetryPolicy;

/// How long connecting may take by default.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Settings of calls. Those of the client hold for all its calls; `Client::with` gives a client
/// with others, which shares its connections and its token.
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
#[derive(Clone, Debug)]
pub struct CallOptions {
    pub(crate) correlation_id: Option<CorrelationId>,
    pub(crate) locale: Option<String>,
    pub(crate) application: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) retry: RetryPolicy,
}

impl Default for CallOptions {
    fn default() -> Self {
        Self {
            correlation_id: None,
            locale: None,
            application: None,
            user_agent: None,
            timeout: Duration::from_secs(100),
            attempt_timeout: Duration::from_secs(30),
            retry: RetryPolicy::default(),
        }
    }
}

impl CallOptions {
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
        self.timeout = limit;
        self
    }

    /// How long one attempt may take, up to the last byte of its answer. 30 seconds by default.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.attempt_timeout = limit;
        self
    }

    /// How often and how fast calls are sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }
}
