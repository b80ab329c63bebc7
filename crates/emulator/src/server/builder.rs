use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::options::Options;
use crate::service::model::DataSet;
use crate::service::rate_limit::RateLimit;

/// Configures an [`Emulator`](crate::Emulator).
#[derive(Clone, Debug)]
pub struct EmulatorBuilder {
    pub(super) listen: SocketAddr,
    pub(super) data: Option<DataSet>,
    pub(crate) options: Options,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data: None,
            options: Options::default(),
        }
    }
}

impl EmulatorBuilder {
    /// Sets the address to listen on. Default: a free port of 127.0.0.1.
    ///
    /// Any other machine that can reach the address can use the emulator.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Sets the data set. Default: the [built-in one](crate::data_set).
    pub fn data(mut self, data: DataSet) -> Self {
        self.data = Some(data);
        self
    }

    /// Keeps the state in this file. If the file exists, it replaces any data set. It is written
    /// before each response that reports a change.
    ///
    /// Writes are atomic, also if the process is killed. The file contains the secrets of the data
    /// set.
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.options.state_file = Some(path.into());
        self
    }

    /// Accepts any token or none: every caller may do everything.
    pub fn no_auth(mut self) -> Self {
        self.options.auth = false;
        self
    }

    /// Executes a request with a repeated `MS-RequestId` again, as a service without idempotency
    /// would.
    pub fn no_idempotency(mut self) -> Self {
        self.options.idempotency = false;
        self
    }

    /// Refuses a refresh token that was used before. The service accepts it until it expires.
    pub fn single_use_refresh_tokens(mut self) -> Self {
        self.options.single_use_refresh_tokens = true;
        self
    }

    /// Sets the lifetime of an access token in whole seconds. Default: 3599 seconds.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.options.token_lifetime = lifetime;
        self
    }

    /// Sets how long a change takes, by the emulator's clock. Meanwhile its transfer is locked, and
    /// other requests for it are refused with code 900104. Default: zero.
    pub fn accept_takes(mut self, time: Duration) -> Self {
        self.options.accept_takes = time;
        self
    }

    /// Sets how long a new-commerce transfer is in progress after the source has accepted it, by
    /// the emulator's clock; the service usually takes up to 15 minutes. Default: zero, so the
    /// response to the accept has the status `InProgress`, and the next read has the final one.
    pub fn new_commerce_takes(mut self, time: Duration) -> Self {
        self.options.new_commerce_takes = time;
        self
    }

    /// Sets the timeout for the head of a request, and for its body. Default: 30 seconds.
    pub fn read_timeout(mut self, time: Duration) -> Self {
        self.options.read_timeout = time;
        self
    }

    /// Limits the requests of each partner. Default: no limit.
    pub fn partner_rate_limit(mut self, limit: RateLimit) -> Self {
        self.options.partner_limit = Some(limit);
        self
    }

    /// Limits the requests of each partner for each customer. Default: no limit.
    pub fn customer_rate_limit(mut self, limit: RateLimit) -> Self {
        self.options.customer_limit = Some(limit);
        self
    }

    /// Logs each request to standard error, without tokens and queries.
    pub fn log(mut self) -> Self {
        self.options.log = true;
        self
    }
}
