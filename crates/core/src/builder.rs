//! Builds a client, and checks its settings.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use crate::call::{Pipeline, PipelineConfig};
use crate::call_event::{CallEvent, Observer};
use crate::cloud::Cloud;
use crate::credential::{AccessToken, Credential, CredentialError, StaticToken, TokenRequest};
use crate::error::Error;
use crate::error_codes::ErrorCodeInfo;
use crate::network::{Connector, Endpoint, InsecureHosts, RootCertificates, TransportOptions};
use crate::options::{CONNECT_TIMEOUT, CallOptions};
use crate::retry::RetryPolicy;
use crate::runtime::{Runtime, TokioRuntime};

/// Builds a client. Made by the client's `builder()`.
///
/// A client keeps connections and runs tasks in the Tokio runtime that it is first used in. As with
/// `reqwest::Client`, using one client from several Tokio runtimes is not supported: calls may fail
/// or hang once the first runtime stops. Build a client for each runtime.
pub struct ClientBuilder<C> {
    cloud: Cloud,
    endpoint: Option<String>,
    insecure_hosts: Vec<String>,
    root_certificates: Vec<Vec<u8>>,
    credential: Option<Arc<dyn Credential>>,
    options: CallOptions,
    connect_timeout: Duration,
    runtime: Arc<dyn Runtime>,
    observer: Observer,
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
            insecure_hosts: Vec::new(),
            root_certificates: Vec::new(),
            credential: None,
            options: CallOptions::default(),
            connect_timeout: CONNECT_TIMEOUT,
            runtime: Arc::new(TokioRuntime),
            observer: Observer::default(),
            product,
            error_codes,
            client: PhantomData,
        }
    }

    /// The cloud; [`Cloud::Global`] by default.
    pub fn cloud(mut self, cloud: Cloud) -> Self {
        self.cloud = cloud;
        self
    }

    /// The base URL of the API, if it is not the cloud's: https, or http to this machine.
    ///
    /// A trailing `/v1` is removed, because the paths of all calls start with it.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(url.into());
        self
    }

    /// Allows plain http to a host that is not this machine, for the API and the login service.
    ///
    /// Everyone on the network between this machine and the host can then read the token and the
    /// client secret, and change requests and responses. Use it for test systems only, such as an
    /// emulator in another container.
    ///
    /// `host` is `HOST` for all ports or `HOST:PORT` for one; an IPv6 address is in brackets.
    /// It must be the host of the URL itself: a subdomain is another host. Can be called several
    /// times.
    ///
    /// ```
    /// use partner_center_transfers::{Client, Cloud};
    ///
    /// # fn example() -> Result<(), partner_center_transfers::Error> {
    /// let client = Client::builder()
    ///     .cloud(Cloud::emulator("http://emulator:8484"))
    ///     .allow_insecure_http("emulator:8484")
    ///     .bearer_token("the-token")
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// # example().unwrap();
    /// ```
    pub fn allow_insecure_http(mut self, host: impl Into<String>) -> Self {
        self.insecure_hosts.push(host.into());
        self
    }

    /// Trusts certificates in addition to those of the platform, for the API, the login service
    /// and a proxy that is reached with https.
    ///
    /// `certificates` is a PEM text with one or more certificates, or one certificate in DER. Can
    /// be called several times. [`build`](Self::build) checks them.
    ///
    /// ```no_run
    /// use partner_center_transfers::Client;
    ///
    /// # fn example(token: String) -> Result<(), Box<dyn std::error::Error>> {
    /// let client = Client::builder()
    ///     .add_root_certificate(std::fs::read("/etc/ssl/company-ca.pem")?)
    ///     .bearer_token(token)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn add_root_certificate(mut self, certificates: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(certificates.into());
        self
    }

    /// What gets the access tokens.
    pub fn credential(mut self, credential: impl Credential + 'static) -> Self {
        self.credential = Some(Arc::new(credential));
        self
    }

    /// The access token of all calls, without the word `Bearer`. The same as a [`StaticToken`]
    /// credential.
    pub fn bearer_token(self, token: impl Into<String>) -> Self {
        self.credential(StaticToken::new(token))
    }

    /// The settings of all calls. Replaces those set before.
    pub fn options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The [`CallOptions::timeout`] of all calls.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.options = self.options.timeout(limit);
        self
    }

    /// The [`CallOptions::retry`] policy of all calls.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.options = self.options.retry(policy);
        self
    }

    /// The time limit for connecting, TLS included: 10 seconds by default, and at most 90 % of the
    /// limit for an attempt.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// The clock, sleep and randomness to use instead of the real ones.
    pub fn runtime(mut self, runtime: Arc<dyn Runtime>) -> Self {
        self.runtime = runtime;
        self
    }

    /// Calls a function at each event of a call, such as a request that is sent and a wait before a
    /// retry, for programs that show what the client does. Replaces the function set before.
    ///
    /// The function must not block. Events contain whole URLs, but no tokens, secrets or bodies. Use
    /// [spans](https://docs.rs/tracing) for logs and metrics of a service.
    ///
    /// ```
    /// use partner_center_transfers::{CallEvent, Client};
    ///
    /// # fn example() -> Result<(), partner_center_transfers::Error> {
    /// let client = Client::builder()
    ///     .bearer_token("the-token")
    ///     .on_event(|event| {
    ///         if let CallEvent::Retrying { cause, delay, .. } = event {
    ///             eprintln!("retrying in {delay:?}: {cause}");
    ///         }
    ///     })
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// # example().unwrap();
    /// ```
    pub fn on_event(mut self, observe: impl Fn(&CallEvent<'_>) + Send + Sync + 'static) -> Self {
        self.observer = Observer::new(observe);
        self
    }
}

impl<C> ClientBuilder<C> {
    /// Checks the URLs and the hosts with plain http, and nothing else. Returns the base URL of the
    /// API.
    #[doc(hidden)]
    pub fn check_endpoints(&self) -> Result<String, Error> {
        let (endpoint, _) = self.endpoints()?;
        Ok(endpoint.base().to_owned())
    }

    /// Checks the root certificates, and nothing else. The error is their own message.
    #[doc(hidden)]
    pub fn check_root_certificates(&self) -> Result<(), String> {
        RootCertificates::parse(&self.root_certificates).map(|_| ())
    }

    /// The base URLs of the API and of the login service.
    fn endpoints(&self) -> Result<(Endpoint, Endpoint), Error> {
        let insecure = InsecureHosts::parse(&self.insecure_hosts).map_err(Error::configuration)?;
        let endpoint = self.endpoint.as_deref().unwrap_or(self.cloud.endpoint());
        let endpoint = Endpoint::of_api(endpoint, &insecure)
            .map_err(|error| Error::configuration(error.to_string()))?;
        let authority = Endpoint::of_login(self.cloud.authority(), &insecure)
            .map_err(|error| Error::configuration(format!("login authority: {error}")))?;
        Ok((endpoint, authority))
    }
}

impl<C> ClientBuilder<C> {
    /// Gets an access token with the credential, the cloud and the network settings of this
    /// builder, without a client: to sign a user in before the first call, or for a cache of your
    /// own. The token is not kept.
    ///
    /// It takes as long as the credential needs, without a time limit. Dropping the future cancels
    /// it.
    ///
    /// # Errors
    ///
    /// If a setting is invalid, as for [`build`](Self::build), or if the credential fails.
    ///
    /// ```no_run
    /// use partner_center_transfers::{Client, DeviceCodeCredential};
    ///
    /// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let builder = Client::builder().credential(DeviceCodeCredential::new(
    ///     "contoso.onmicrosoft.com",
    ///     "0d2b1d7e-9d0a-4f3f-8b39-6b3f3a8f3c0e",
    ///     |message| eprintln!("{message}"),
    /// ));
    /// builder.access_token().await?;
    /// let client = builder.build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn access_token(&self) -> Result<AccessToken, CredentialError> {
        let invalid = |error: Error| CredentialError::new(error.to_string());
        let (_, authority) = self.endpoints().map_err(invalid)?;
        let credential = self.checked_credential().map_err(invalid)?;
        let transport = self.transport().map_err(invalid)?;
        let login = Connector::new(authority, &transport, false).map_err(invalid)?;
        let scope = self.cloud.scope();
        let request = TokenRequest {
            audience: self.cloud.audience(),
            scope: &scope,
            login: &login,
            runtime: &*self.runtime,
        };
        credential.access_token(&request).await
    }

    fn checked_credential(&self) -> Result<&Arc<dyn Credential>, Error> {
        let credential = self.credential.as_ref().ok_or_else(|| {
            Error::configuration(
                "no credential: set one with `credential`, or an access token with `bearer_token`",
            )
        })?;
        credential
            .check()
            .map_err(|error| Error::configuration(error.to_string()))?;
        Ok(credential)
    }

    fn transport(&self) -> Result<TransportOptions, Error> {
        let root_certificates = RootCertificates::parse(&self.root_certificates)
            .map_err(|error| Error::configuration(format!("root certificate: {error}")))?;
        self.options.check().map_err(Error::configuration)?;
        if self.connect_timeout.is_zero() {
            return Err(Error::configuration(
                "the connect timeout is zero; expected the time that connecting may take",
            ));
        }
        // Below the other limits, so that a timeout while connecting is known to have sent nothing.
        let least = self.options.call_limit().min(self.options.attempt_limit());
        Ok(TransportOptions {
            connect_timeout: self.connect_timeout.min(least / 10 * 9),
            root_certificates,
        })
    }
}

impl<C: From<Pipeline>> ClientBuilder<C> {
    /// Checks the settings and builds the client. Sends no request.
    ///
    /// # Errors
    ///
    /// An error with [`Error::is_configuration`] if an endpoint is neither https nor on this
    /// machine nor allowed, if a root certificate cannot be read, if there is no credential or its
    /// settings are invalid, if a time limit is zero, if an environment variable with a proxy is
    /// invalid, or if TLS cannot be set up.
    pub fn build(self) -> Result<C, Error> {
        let (endpoint, authority) = self.endpoints()?;
        let credential = Arc::clone(self.checked_credential()?);
        let transport = self.transport()?;
        Pipeline::new(PipelineConfig {
            endpoint,
            authority,
            cloud: self.cloud,
            credential,
            options: self.options,
            transport,
            runtime: self.runtime,
            observer: self.observer,
            product: self.product,
            error_codes: self.error_codes,
        })
        .map(C::from)
    }
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Parsed, since an invalid URL may contain a secret.
        let insecure = InsecureHosts::parse(&self.insecure_hosts).unwrap_or_default();
        let endpoint = self.endpoint.as_deref();
        let endpoint = endpoint.map(|url| Endpoint::of_api(url, &insecure));
        f.debug_struct("ClientBuilder")
            .field("cloud", &self.cloud)
            .field("endpoint", &endpoint)
            .field("credential", &self.credential)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
