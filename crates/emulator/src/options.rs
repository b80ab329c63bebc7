//! The behaviour of an emulator, apart from its data.

use std::path::PathBuf;
use std::time::Duration;

use crate::http::allowed_hosts::AllowedHosts;
use crate::service::rate_limit::RateLimit;

/// The default lifetime of an access token in seconds, as in the service.
pub(crate) const TOKEN_LIFETIME_SECONDS: u64 = 3599;

/// The default time between polls for a device code in seconds, as in the service.
pub(crate) const DEVICE_CODE_INTERVAL_SECONDS: u64 = 5;

/// The limit of all durations in seconds: ten years. Sums with the time stay far below the years
/// that can be formatted, and clients that read seconds as 32 bits can read it.
pub(crate) const MAX_SECONDS: u64 = 315_360_000;

/// The limit of the windows of rate limits in seconds: a day.
pub(crate) const MAX_WINDOW_SECONDS: u64 = 86_400;

#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether tokens are checked.
    pub(crate) auth: bool,
    /// Whether a repeated `MS-RequestId` gets the first response.
    pub(crate) idempotency: bool,
    pub(crate) single_use_refresh_tokens: bool,
    pub(crate) token_lifetime: Duration,
    /// How often a client may ask whether a user has signed in with a device code.
    pub(crate) device_code_interval: Duration,
    /// How long a change takes and locks its transfer.
    pub(crate) accept_takes: Duration,
    /// How long a new-commerce transfer is in progress.
    pub(crate) new_commerce_takes: Duration,
    /// The timeout for the head of a request, and for its body.
    pub(crate) read_timeout: Duration,
    pub(crate) partner_limit: Option<RateLimit>,
    pub(crate) customer_limit: Option<RateLimit>,
    pub(crate) state_file: Option<PathBuf>,
    /// The hosts by which clients may use the emulator.
    pub(crate) hosts: AllowedHosts,
    /// Whether each request is logged to standard error.
    pub(crate) log: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            auth: true,
            idempotency: true,
            single_use_refresh_tokens: false,
            token_lifetime: Duration::from_secs(TOKEN_LIFETIME_SECONDS),
            device_code_interval: Duration::from_secs(DEVICE_CODE_INTERVAL_SECONDS),
            accept_takes: Duration::ZERO,
            new_commerce_takes: Duration::ZERO,
            read_timeout: Duration::from_secs(30),
            partner_limit: None,
            customer_limit: None,
            state_file: None,
            hosts: AllowedHosts::default(),
            log: false,
        }
    }
}

impl Options {
    /// Checks the ranges of the durations and counts.
    pub(crate) fn check(&self) -> Result<(), String> {
        let max = Duration::from_secs(MAX_SECONDS);
        for (name, time) in [
            ("token_lifetime", self.token_lifetime),
            ("device_code_interval", self.device_code_interval),
            ("accept_takes", self.accept_takes),
            ("new_commerce_takes", self.new_commerce_takes),
            ("read_timeout", self.read_timeout),
        ] {
            if time > max {
                return Err(format!(
                    "{name}: {time:?} is more than {MAX_SECONDS} seconds (ten years)"
                ));
            }
        }
        for (name, limit) in [
            ("partner_rate_limit", self.partner_limit),
            ("customer_rate_limit", self.customer_limit),
        ] {
            let Some(RateLimit { requests, window }) = limit else {
                continue;
            };
            if requests == 0 {
                return Err(format!("{name}: 0 requests; at least one must be allowed"));
            }
            if window.is_zero() || window > Duration::from_secs(MAX_WINDOW_SECONDS) {
                return Err(format!(
                    "{name}: a window of {window:?} is not from 1 to {MAX_WINDOW_SECONDS} seconds"
                ));
            }
        }
        Ok(())
    }
}
