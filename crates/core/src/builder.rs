//! Settings of a client, checked when it is built: what is wrong is said then, and not at the
//! first call.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::cloud::Cloud;
use crate::credential::{Credential, StaticToken};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::error_codes::ErrorCodeInfo;
use crate::options::{CONNECT_TIMEOUT, CallOptions};
use crate::pipeline::Pipeline;
use crate::retry::RetryPolicy;
use crate::runtime::{Runtime, TokioRuntime};

/// Builds the client of an API family. Made by that client's `builder()`.
pub struct ClientBuilder<C> {
    cloud: Cloud,
    endpoint: Option<String>,
    credential: Option<Arc<dyn Credential>>,
    options: CallOptions,
    connect_timeout: Duration,
    runtime: Arc<dyn Runtime>,
    product: &'static str,
    error_codes: &'static [ErrorCodeInfo],
    client: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    /// `product` is the client's name and version for the user agent; `error_codes` are the
    /// known codes of its API, in ascending order.
    #[doc(hidden)]
    pub fn new(product: &'static str, error_codes: &'static [ErrorCodeInfo]) -> Self {
        Self {
            cloud: Cloud::Global,
            endpoint: None,
            credential: None,
            options: CallOptions::default(),
            connect_timeout: CONNECT_TIMEOUT,
            runtime: Arc::new(TokioRuntime),
            product,
            error_codes,
            client: PhantomData,
        }
    }

    /// The cloud to talk to; the global one by default.
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    /// Another base URL of the API than the cloud's: https, or plain http to this machine.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// What gives each call its access token.
    pub fn credential(mut self, credential: impl Credential + 'static) -> Self {
        self.credential = Some(Arc::new(credential));
        self
    }

    /// The access token that each call carries, as text and without the word `Bearer`. The same
    /// as a [`StaticToken`] credential.
    pub fn bearer_token(self, token: impl Into<String>) -> Self {
        self.credential(StaticToken::new(token))
    }

    /// All settings of calls at once, in place of those set before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// [`CallOptions::timeout`] of all calls.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.timeout(limit);
        self
    }

    /// [`CallOptions::retry`] of all calls.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// How long connecting may take, TLS included. 10 seconds by default, and never as long as an
    /// attempt.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The clock, the sleep and the chance to use instead of the real ones.
    pub fn runtime(mut self, runtime: Arc<dyn Runtime>) -> Self {
        self.runtime = runtime;
        self
    }
}

impl<C: From<Pipeline>> ClientBuilder<C> {
    /// Checks the settings and makes the client. No request is sent.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] holds if an endpoint is none that a token may go to, if there
    /// is no credential or a token that cannot stand in a header, if a time limit is zero, or if
    /// the TLS library cannot be set up.
    pub fn build(self) -> Result<C, Error> {
        let endpoint = self.endpoint.as_deref().unwrap_or(self.cloud.endpoint());
        let endpoint =
            Endpoint::parse(endpoint).map_err(|error| Error::configuration(error.to_string()))?;
        Endpoint::parse(self.cloud.authority())
            .map_err(|error| Error::configuration(format!("login authority: {error}")))?;
        let credential = self.credential.ok_or_else(|| {
            Error::configuration(
                "no credential: give one with `credential`, or an access token with `bearer_token`",
            )
        })?;
        credential
            .check()
            .map_err(|error| Error::configuration(error.to_string()))?;
        self.options.check().map_err(Error::configuration)?;
        if self.connect_timeout.is_zero() {
            return Err(Error::configuration(
                "the connect timeout is zero; expected a time in which a connection can be made",
            ));
        }
        // Within the other limits, so that one that runs out while connecting is known for what
        // it is: nothing was sent.
        let least = self.options.call_limit().min(self.options.attempt_limit());
        let connect_timeout = self.connect_timeout.min(least / 10 * 9);
        Pipeline::new(
            endpoint,
            self.cloud,
            credential,
            self.options,
            connect_timeout,
            self.runtime,
            self.product,
            self.error_codes,
        )
        .map(C::from)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("cloud", &self.cloud)
            .field("endpoint", &self.endpoint.as_deref().map(Endpoint::parse))
            .field("credential", &self.credential)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
