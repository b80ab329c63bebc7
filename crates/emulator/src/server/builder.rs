use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

#[cfg(feature = "tls")]
use crate::http::tls::TlsCertificate;
use crate::options::Options;
use crate::service::model::DataSet;
use crate::service::rate_limit::RateLimit;

/// Configures an [`Emulator`](crate::Emulator).
#[derive(Clone, Debug)]
pub struct EmulatorBuilder {
    pub(crate) listen: Vec<SocketAddr>,
    /// The name that the addresses were given by, for the URL.
    pub(crate) name: Option<String>,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<TlsCertificate>,
    pub(super) data: Option<DataSet>,
    pub(crate) options: Options,
}

impl Default for EmulatorBuilder {
    fn default() -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::LOCALHOST, 0))],
            name: None,
            #[cfg(feature = "tls")]
            tls: None,
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
        self.listen = vec![address];
        self
    }

    /// Allows a host name by which clients reach the emulator. Loopback
    /// names and the name to listen on are always allowed. On an address that other machines can
    /// reach, so are addresses and names of private networks, such as those of containers.
    ///
    /// All other names are refused, as a web page could use one of its own (DNS rebinding).
    pub fn allow_host(mut self, name: impl Into<String>) -> Self {
        self.options
            .hosts
            .names
            .push(name.into().to_ascii_lowercase());
        self
    }

    /// Serves HTTPS, with a certificate that is made at the start. It is for `localhost`,
    /// `127.0.0.1`, `::1`, `emulator`, `host.docker.internal`, and these names or addresses, which
    /// become [allowed hosts](Self::allow_host). A client must trust [`Emulator::root_certificate`](crate::Emulator::root_certificate).
    #[cfg(feature = "tls")]
    pub fn tls(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let names: Vec<String> = names.into_iter().map(Into::into).collect();
        let hosts = names.iter().map(|name| name.to_ascii_lowercase());
        self.options.hosts.names.extend(hosts);
        self.tls = Some(TlsCertificate::Made { names });
        self
    }

    /// Serves HTTPS with a certificate chain and its key, both in PEM.
    #[cfg(feature = "tls")]
    pub fn tls_certificate(mut self, chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Self {
        self.tls = Some(TlsCertificate::Given {
            chain: chain.as_ref().to_vec(),
            key: key.as_ref().to_vec(),
        });
        self
    }

    /// Sets the data set. Default: the [built-in one](crate::data_set).
    pub fn data(mut self, data: DataSet) -> Self {
        self.data = Some(data);
        self
    }

    /// Keeps the state in this file. If the file has a state, it replaces any data set; an empty file
    /// has none. It is written before each response that reports a change. If that fails, the change
    /// is undone and the response is an error.
    ///
    /// The file is locked: a second emulator cannot use it. Writes are atomic, also if the process is
    /// killed, except where the file cannot be replaced, such as one that is mounted into a
    /// container. The file contains the secrets of the data set.
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

    /// Sets the time between polls for a device code, in whole seconds. Zero allows any. Default: 5
    /// seconds, as in the service.
    pub fn device_code_interval(mut self, time: Duration) -> Self {
        self.options.device_code_interval = time;
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
