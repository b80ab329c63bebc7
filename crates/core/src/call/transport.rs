//! Sets up the HTTP library.

use std::time::Duration;

use crate::endpoint::Endpoint;
use crate::error::Error;

/// An HTTP client for a host, without idle connections if `reuse` is off.
pub(super) fn transport(
    endpoint: &Endpoint,
    connect_timeout: Duration,
    reuse: bool,
) -> Result<reqwest::Client, Error> {
    let mut http = reqwest::Client::builder()
        .connect_timeout(connect_timeout)
        // Another host must not get the token, and a redirected POST becomes a GET.
        .redirect(reqwest::redirect::Policy::none())
        .referer(false);
    if !reuse {
        http = http.pool_max_idle_per_host(0);
    }
    if endpoint.is_loopback() {
        // A proxy is another machine, which would read the token.
        http = http.no_proxy();
    }
    http.build().map_err(|error| {
        Error::configuration(format!("failed to set up the HTTP library: {error}"))
    })
}
