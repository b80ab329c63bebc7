//! `serve`: runs an emulator until it is stopped.

use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use partner_center_terminal::printable;

use super::greeting::Greeting;
use super::listen_address::ListenAddress;
use super::root_file::RootFile;
use super::serve_error::ServeError;
use super::stop_signal::stop_signal;
use crate::http::allowed_hosts::AllowedHosts;
use crate::options::{
    DEVICE_CODE_INTERVAL_SECONDS, MAX_SECONDS, MAX_WINDOW_SECONDS, Options, TOKEN_LIFETIME_SECONDS,
};
use crate::server::{Emulator, EmulatorBuilder};
use crate::service::model::DataSet;
use crate::service::rate_limit::RateLimit;

/// The arguments of `serve`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address or host name and port to listen on; port 0 selects a free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8484",
        value_parser = ListenAddress::parse)]
    listen: ListenAddress,

    /// Allow an address that other machines can reach, and these host names
    /// in addition to addresses and names of private networks
    #[arg(
        long,
        value_name = "HOST",
        num_args = 0..,
        require_equals = true,
        value_delimiter = ',',
        value_parser = host_name
    )]
    allow_remote: Option<Vec<String>>,

    /// Serve HTTPS, with a certificate made at the start for localhost, emulator,
    /// host.docker.internal, loopback addresses, the host of --listen and those of --allow-remote
    #[arg(long)]
    tls: bool,

    /// Write the certificate that clients must trust to this file [default: a temporary file]
    #[arg(
        long,
        value_name = "FILE",
        requires = "tls",
        conflicts_with = "tls_certificate"
    )]
    tls_root: Option<PathBuf>,

    /// Serve HTTPS with the certificate chain in this file, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_certificate: Option<PathBuf>,

    /// The file with the key of --tls-certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_certificate")]
    tls_key: Option<PathBuf>,

    /// Start with the data set in this file
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// Keep the state in this file; an existing file replaces --data
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Accept any token, or none
    #[arg(long)]
    no_auth: bool,

    /// Execute a request with a repeated MS-RequestId again
    #[arg(long)]
    no_idempotency: bool,

    /// Refuse a refresh token that was used before; the service accepts it
    #[arg(long)]
    single_use_refresh_tokens: bool,

    /// Lifetime of an access token in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = TOKEN_LIFETIME_SECONDS,
        value_parser = whole_number::<0, MAX_SECONDS>, allow_negative_numbers = true)]
    token_lifetime: u64,

    /// Seconds between two polls for a device code; 0 allows any
    #[arg(long, value_name = "SECONDS", default_value_t = DEVICE_CODE_INTERVAL_SECONDS,
        value_parser = whole_number::<0, MAX_SECONDS>, allow_negative_numbers = true)]
    device_code_interval: u64,

    /// Milliseconds that a change takes; meanwhile other requests for the same transfer are refused
    /// with code 900104
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0,
        value_parser = whole_number::<0, MAX_MILLISECONDS>, allow_negative_numbers = true)]
    accept_takes: u64,

    /// Seconds that a new-commerce transfer is in progress; the service usually takes up to 900
    #[arg(long, value_name = "SECONDS", default_value_t = 0,
        value_parser = whole_number::<0, MAX_SECONDS>, allow_negative_numbers = true)]
    new_commerce_takes: u64,

    /// Maximum requests of a partner in a window [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = whole_number::<1, MAX_COUNT>,
        allow_negative_numbers = true)]
    rate_limit: Option<u64>,

    /// Maximum requests of a partner for one customer in a window [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = whole_number::<1, MAX_COUNT>,
        allow_negative_numbers = true)]
    customer_rate_limit: Option<u64>,

    /// Length of the window of both limits in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60,
        value_parser = whole_number::<1, MAX_WINDOW_SECONDS>, allow_negative_numbers = true)]
    rate_window: u64,

    /// Do not log requests
    #[arg(long)]
    quiet: bool,
}

const MAX_MILLISECONDS: u64 = MAX_SECONDS * 1000;

/// The times of as many requests are kept in memory.
const MAX_COUNT: u64 = 1_000_000;

/// Parses a number. The error names the range.
pub(super) fn whole_number<const MIN: u64, const MAX: u64>(text: &str) -> Result<u64, String> {
    text.parse()
        .ok()
        .filter(|number| (MIN..=MAX).contains(number))
        .ok_or_else(|| format!("it is not a whole number from {MIN} to {MAX}"))
}

/// A certificate and a `Host` header name hosts without scheme and port.
fn host_name(text: &str) -> Result<String, String> {
    let is_name = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    if text.parse::<IpAddr>().is_ok() || (is_name && !text.is_empty()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("it is not a host name or an address: leave out scheme, port and path".to_owned())
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn print_error(error: &dyn Display) {
    // There is nowhere else to report a closed standard error.
    let _ = writeln!(io::stderr(), "error: {}", printable(&error.to_string()));
}

impl Serve {
    /// Serves until the process gets SIGINT or SIGTERM. The exit code is 2 if the arguments or the
    /// files that they name are wrong, and 1 after any other error.
    pub fn run(self) -> ExitCode {
        self.run_with_greeting(|_| String::new())
    }

    /// Like [`run`](Self::run), with more text after the greeting.
    pub fn run_with_greeting(self, more: impl FnOnce(&Emulator) -> String) -> ExitCode {
        match self.try_run(more) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                print_error(&error);
                ExitCode::from(error.exit_code())
            }
        }
    }

    /// Like [`run_with_greeting`](Self::run_with_greeting), but returns the error instead of
    /// printing it.
    ///
    /// # Errors
    ///
    /// If the arguments or the files that they name are wrong, or if the emulator cannot run.
    pub fn try_run(self, more: impl FnOnce(&Emulator) -> String) -> Result<(), ServeError> {
        let builder = self.builder().map_err(ServeError::usage)?;
        runtime()
            .and_then(|runtime| runtime.block_on(self.serve(builder, more)))
            .map_err(ServeError::other)
    }

    /// Reads what the arguments name; an error if they or the files are wrong.
    fn builder(&self) -> Result<EmulatorBuilder, String> {
        let listen = &self.listen;
        let addresses = listen
            .resolve()
            .map_err(|error| format!("--listen {listen}: the name cannot be resolved: {error}"))?;
        let is_remote = addresses.iter().any(|one| !one.ip().is_loopback());
        if is_remote && self.allow_remote.is_none() {
            return Err(format!(
                "--listen {listen}: other machines can reach this address and use the emulator; add \
                 --allow-remote to allow that"
            ));
        }
        let data = match &self.data {
            None => DataSet::built_in(),
            Some(file) => DataSet::from_file(file).map_err(|error| format!("--data: {error}"))?,
        };
        let mut builder = Emulator::builder().data(data);
        builder.listen = addresses;
        builder.name = listen.name().map(str::to_owned);
        builder.options = self.options();
        if let (Some(chain), Some(key)) = (&self.tls_certificate, &self.tls_key) {
            let chain = read("--tls-certificate", chain)?;
            builder = builder.tls_certificate(chain, read("--tls-key", key)?);
        } else if self.tls {
            let named = self.allow_remote.iter().flatten().cloned();
            builder = builder.tls(listen.certificate_name().into_iter().chain(named));
        }
        Ok(builder)
    }

    async fn serve(
        self,
        builder: EmulatorBuilder,
        more: impl FnOnce(&Emulator) -> String,
    ) -> io::Result<()> {
        // Before the first output, as its reader may send a signal at once.
        let stop = stop_signal()?;
        let is_everywhere = builder.listen.iter().any(|one| one.ip().is_unspecified());
        let emulator = builder.start().await.map_err(|error| self.explain(error))?;
        let root = RootFile::write(&emulator, self.tls_root.as_deref())?;
        let mut out = io::stdout();
        let greeting = Greeting {
            emulator: &emulator,
            no_auth: self.no_auth,
            is_everywhere,
            root: root.as_ref().map(RootFile::path),
        };
        let greeting = greeting.to_string() + &more(&emulator);
        // The emulator also serves if nothing reads its output.
        let _ = out
            .write_all(greeting.as_bytes())
            .and_then(|()| out.flush());
        stop.await;
        drop(emulator);
        let _ = writeln!(out, "Stopped.");
        Ok(())
    }

    /// Adds what to do about an error at the start.
    fn explain(&self, error: io::Error) -> io::Error {
        let advice = match error.kind() {
            io::ErrorKind::AddrInUse => {
                ": stop the other program, or select another port with --listen (port 0 is a free one)"
            }
            io::ErrorKind::AddrNotAvailable => {
                ": this machine does not have the address; select another one with --listen"
            }
            io::ErrorKind::PermissionDenied if error.to_string().starts_with("cannot listen") => {
                ": select a port from 1024 with --listen"
            }
            _ => return error,
        };
        let listen = &self.listen;
        io::Error::new(error.kind(), format!("--listen {listen}: {error}{advice}"))
    }

    fn options(&self) -> Options {
        let window = Duration::from_secs(self.rate_window);
        let limit = |requests| RateLimit {
            requests: u32::try_from(requests).unwrap_or(u32::MAX),
            window,
        };
        let names = self.allow_remote.iter().flatten();
        Options {
            auth: !self.no_auth,
            idempotency: !self.no_idempotency,
            single_use_refresh_tokens: self.single_use_refresh_tokens,
            token_lifetime: Duration::from_secs(self.token_lifetime),
            device_code_interval: Duration::from_secs(self.device_code_interval),
            accept_takes: Duration::from_millis(self.accept_takes),
            new_commerce_takes: Duration::from_secs(self.new_commerce_takes),
            partner_limit: self.rate_limit.map(limit),
            customer_limit: self.customer_rate_limit.map(limit),
            state_file: self.state.clone(),
            hosts: AllowedHosts {
                remote: self.allow_remote.is_some(),
                names: names.cloned().collect(),
            },
            log: !self.quiet,
            ..Options::default()
        }
    }
}

fn read(option: &str, file: &Path) -> Result<Vec<u8>, String> {
    fs::read(file).map_err(|error| format!("{option}: {}: {error}", file.display()))
}
