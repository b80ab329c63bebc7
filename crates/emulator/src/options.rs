//! How an emulator behaves, apart from what it knows.

use std::path::PathBuf;
use std::time::Duration;

use crate::rate_limit::RateLimit;

/// What the builder and the command set.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// Whether tokens are checked.
    pub(crate) auth: bool,
    /// Whether a repeated `MS-RequestId` gets the first answer.
    pub(crate) idempotency: bool,
    pub(crate) single_use_refresh_tokens: bool,
    pub(crate) token_lifetime: Duration,
    /// How long a request that changes something holds its transfer.
    pub(crate) accept_takes: Duration,
    /// How long a new-commerce transfer is in progress.
    pub(crate) new_commerce_takes: Duration,
    /// How long a request may take to come: its head, and then its body.
    pub(crate) read_timeout: Duration,
    pub(crate) partner_limit: Option<RateLimit>,
    pub(crate) customer_limit: Option<RateLimit>,
    pub(crate) state_file: Option<PathBuf>,
    /// Whether each request is a line on standard error.
    pub(crate) log: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            auth: true,
            idempotency: true,
            single_use_refresh_tokens: false,
            // As the service's: an hour, less a second.
            token_lifetime: Duration::from_secs(3599),
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
