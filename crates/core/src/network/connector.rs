//! An HTTP client for one base URL.

use std::fmt;
use std::time::Duration;

use crate::call_event::Observer;
use crate::error::Error;
use crate::error_text::root_cause;

use super::endpoint::Endpoint;
#[cfg(test)]
use super::insecure_hosts::InsecureHosts;
use super::proxy::Proxy;
use super::root_certificates::{RootCertificates, missing_store_hint};
use super::route::Route;

/// Sends requests to one base URL, and says how they get there.
#[derive(Clone)]
pub(crate) struct Connector {
    /// Follows no redirects.
    pub(crate) http: reqwest::Client,
    pub(crate) endpoint: Endpoint,
    pub(crate) route: Route,
    /// What observes the requests.
    pub(crate) observer: Observer,
}

/// The settings of all connections of a client.
pub(crate) struct TransportOptions {
    pub(crate) connect_timeout: Duration,
    pub(crate) root_certificates: RootCertificates,
}

impl Connector {
    /// Without idle connections if `reuse` is off.
    pub(crate) fn new(
        endpoint: Endpoint,
        options: &TransportOptions,
        reuse: bool,
    ) -> Result<Self, Error> {
        let proxy = Proxy::from_environment(&endpoint).map_err(Error::configuration)?;
        let mut http = reqwest::Client::builder()
            .connect_timeout(options.connect_timeout)
            // Another host must not get the token, and a redirected POST becomes a GET.
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // Any crate of a program can turn HTTP/2 on for all of it. The header `Host`, which each call
            // sets, is refused by some servers there.
            .http1_only()
            // It never retries, and without a limit it would copy each request all the same.
            .retry(reqwest::retry::never().max_retries_per_request(0))
            // Instead of the HTTP library's own look at the environment, which ignores errors.
            .no_proxy();
        if let Some(proxy) = &proxy {
            http = http.proxy(proxy.rule().map_err(Error::configuration)?);
        }
        if !reuse {
            http = http.pool_max_idle_per_host(0);
        }
        let http = if endpoint.url().scheme() == "https" {
            options.root_certificates.add_to(http)
        } else {
            RootCertificates::none_at_all(http)
        };
        let http = http.build().map_err(|error| {
            let cause = root_cause(&error).to_string();
            let hint = missing_store_hint(&cause);
            Error::configuration(format!("failed to set up the HTTP library: {cause}{hint}"))
        })?;
        let route = Route::new(&endpoint, proxy);
        Ok(Self {
            http,
            endpoint,
            route,
            observer: Observer::default(),
        })
    }

    /// The same, observed.
    pub(crate) fn observed_by(self, observer: &Observer) -> Self {
        Self {
            observer: observer.clone(),
            ..self
        }
    }
}

#[cfg(test)]
impl Connector {
    /// To this base URL, with the default settings.
    pub(crate) fn to(url: &str) -> Self {
        let options = TransportOptions {
            connect_timeout: Duration::from_secs(1),
            root_certificates: RootCertificates::default(),
        };
        let endpoint = Endpoint::of_login(url, &InsecureHosts::default()).unwrap();
        Self::new(endpoint, &options, false).unwrap()
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
