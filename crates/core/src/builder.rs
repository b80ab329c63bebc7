//! Settings of a client, checked when it is built: what is wrong is said then, and not at the
//! first call.

use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use http::HeaderValue;

use crate::endpoint::{self, Endpoint};
use crate::error::Error;
use crate::pipeline::Pipeline;
use crate::secret::Secret;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_secs(100);

/// Builds the client of an API family. Made by that client's `builder()`.
pub struct ClientBuilder<C> {
    endpoint: String,
    token: Option<Secret>,
    timeout: Duration,
    product: &'static str,
    client: PhantomData<fn() -> C>,
}

impl<C> ClientBuilder<C> {
    /// `product` is the client's name and version as they stand in the user agent.
    #[doc(hidden)]
    pub fn new(product: &'static str) -> Self {
        Self {
            endpoint: endpoint::GLOBAL.to_owned(),
            token: None,
            timeout: CALL_TIMEOUT,
            product,
            client: PhantomData,
        }
    }

    /// The base URL of the API: https, or plain http to this machine. The default is the global
    /// cloud, `https://api.partnercenter.microsoft.com`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = url.into();
        self
    }

    /// The access token that each call carries, as text and without the word `Bearer`.
    ///
    /// It goes to the endpoint's host only, is never shown, and is wiped when the client is
    /// dropped.
    pub fn bearer_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(Secret::new(token));
        self
    }

    /// How long a whole call may take, up to the last byte of its answer. The default is 100
    /// seconds; the service publishes no limit of its own.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }
}

impl<C: From<Pipeline>> ClientBuilder<C> {
    /// Checks the settings and makes the client. No request is sent.
    ///
    /// # Errors
    ///
    /// [`Error::is_configuration`] holds if the endpoint is no base URL that a token may go to,
    /// if there is no token or none that can stand in a header, if the time limit is zero, or if
    /// the TLS library cannot be set up.
    pub fn build(self) -> Result<C, Error> {
        let endpoint = Endpoint::parse(&self.endpoint)
            .map_err(|error| Error::configuration(error.to_string()))?;
        let token = self.token.ok_or_else(|| {
            Error::configuration("no credential: give an access token with `bearer_token`")
        })?;
        check_token(token.expose())?;
        if self.timeout.is_zero() {
            return Err(Error::configuration(
                "the timeout is zero; expected a time in which a call can be answered",
            ));
        }
        let user_agent = format!("{} ({})", self.product, std::env::consts::OS);
        let user_agent = HeaderValue::from_str(&user_agent)
            .map_err(|_| Error::configuration("the user agent cannot stand in a header"))?;

        let mut http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            // Another host must not get the token, and a redirected POST would not be a POST.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false);
        if endpoint.is_loopback() {
            // A proxy would be another machine that reads the token.
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| {
            Error::configuration(format!("failed to set up the HTTP library: {error}"))
        })?;
        Ok(C::from(Pipeline::new(
            http,
            endpoint,
            token,
            user_agent,
            self.timeout,
        )))
    }
}

fn check_token(token: &str) -> Result<(), Error> {
    // The text itself must not stand in any of these.
    if token.is_empty() {
        return Err(Error::configuration("the bearer token is empty"));
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::configuration(
            "the bearer token holds a space, a line break or another character that cannot stand \
             in a header; expected the access token alone, without the word `Bearer`",
        ));
    }
    Ok(())
}

impl<C> fmt::Debug for ClientBuilder<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("endpoint", &Endpoint::parse(&self.endpoint))
            .field("token", &self.token)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
