//! The behaviour of an emulator, apart from its data.

use std::path::PathBuf;
use std::time::Duration;

use crate::service::rate_limit::RateLimit;

/// The default lifetime of an access token in seconds, as in the service.
pub(crate) const TOKEN_LIFETIME_SECONDS: u64 = 3599;

#[expect(clippy::struct_excessive_bools, reason = "independent switches")]
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether tokens are checked.
    pub(crate) auth: bool,
    /// Whether a repeated `MS-RequestId` gets the first response.
    pub(crate) idempotency: bool,
    pub(crate) single_use_refresh_tokens: bool,
    pub(crate) token_lifetime: Duration,
    /// How long a change takes and locks its transfer.
    pub(crate) accept_takes: Duration,
    /// How long a new-commerce transfer is in progress.
    pub(crate) new_commerce_takes: Duration,
    /// The timeout for the head of a request, and for its body.
    pub(crate) read_timeout: Duration,
    pub(crate) partner_limit: Option<RateLimit>,
    pub(crate) customer_limit: Option<RateLimit>,
    pub(crate) state_file: Option<PathBuf>,
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
            accept_takes: Duration::ZERO,
            new_commerce_takes: Duration::ZERO,
            read_timeout: Duration::from_secs(30),
            partner_limit: None,
            customer_limit: None,
            state_file: None,
            log: false,
        }
    }
}
