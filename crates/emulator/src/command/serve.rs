//! `serve`: runs an emulator until it is stopped.

use std::fmt::Display;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::serve_error::ServeError;
use super::stop_signal::stop_signal;
use crate::options::{Options, TOKEN_LIFETIME_SECONDS};
use crate::printable::printable;
use crate::server::Emulator;
use crate::service::model::{DataSet, Status};
use crate::service::rate_limit::RateLimit;

/// The arguments of `serve`.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address and port to listen on; port 0 selects a free port
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8484")]
    listen: SocketAddr,

    /// Allow an address that other machines can reach
    #[arg(long)]
    allow_remote: bool,

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
    #[arg(long, value_name = "SECONDS", default_value_t = TOKEN_LIFETIME_SECONDS)]
    token_lifetime: u64,

    /// Milliseconds that a change takes; meanwhile other requests for the same transfer are refused
    /// with code 900104
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    accept_takes: u64,

    /// Seconds that a new-commerce transfer is in progress; the service usually takes up to 900
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    new_commerce_takes: u64,

    /// Maximum requests of a partner in a window [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,

    /// Maximum requests of a partner for one customer in a window [default: no limit]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    customer_rate_limit: Option<u32>,

    /// Length of the window of both limits in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    rate_window: u64,

    /// Do not log requests
    #[arg(long)]
    quiet: bool,
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
        if !self.listen.ip().is_loopback() && !self.allow_remote {
            return Err(ServeError::usage(format!(
                "--listen {}: other machines can reach this address and use the emulator; add \
                 --allow-remote to allow that",
                self.listen
            )));
        }
        let data = match self.data.as_ref().map(DataSet::from_file) {
            None => DataSet::built_in(),
            Some(data) => data.map_err(|error| ServeError::usage(format!("--data: {error}")))?,
        };
        runtime()
            .and_then(|runtime| runtime.block_on(self.serve(data, more)))
            .map_err(ServeError::other)
    }

    async fn serve(self, data: DataSet, more: impl FnOnce(&Emulator) -> String) -> io::Result<()> {
        let (listen, no_auth) = (self.listen, self.no_auth);
        // Before the first output, as its reader may send a signal at once.
        let stop = stop_signal()?;
        let mut builder = Emulator::builder().listen(listen).data(data);
        builder.options = self.options();
        let emulator = builder.start().await?;
        let mut out = io::stdout();
        let greeting = greeting(&emulator, no_auth) + &more(&emulator);
        // The emulator also serves if nothing reads its output.
        let _ = out
            .write_all(greeting.as_bytes())
            .and_then(|()| out.flush());
        stop.await;
        drop(emulator);
        let _ = writeln!(out, "Stopped.");
        Ok(())
    }

    fn options(self) -> Options {
        let window = Duration::from_secs(self.rate_window);
        let limit = |requests| RateLimit { requests, window };
        Options {
            auth: !self.no_auth,
            idempotency: !self.no_idempotency,
            single_use_refresh_tokens: self.single_use_refresh_tokens,
            token_lifetime: Duration::from_secs(self.token_lifetime),
            accept_takes: Duration::from_millis(self.accept_takes),
            new_commerce_takes: Duration::from_secs(self.new_commerce_takes),
            partner_limit: self.rate_limit.map(limit),
            customer_limit: self.customer_rate_limit.map(limit),
            state_file: self.state,
            log: !self.quiet,
            ..Options::default()
        }
    }
}

/// The URL, and commands to paste.
fn greeting(emulator: &Emulator, no_auth: bool) -> String {
    let url = emulator.url();
    let data = emulator.data();
    let mut transfers = data.transfers.iter();
    let accept = transfers.find(|one| one.status == Status::Active);
    let accept = accept.map(|transfer| {
        let customer = transfer.customer_tenant_id;
        let target = transfer.target_partner_tenant_id;
        let token = if no_auth {
            String::new()
        } else {
            format!("-H \"Authorization: Bearer $(curl -s {url}/_emulator/tokens/{target})\" ")
        };
        format!(
            "Accept a transfer:\n  curl -i -X POST -d '' {token}\
             {url}/v1/customers/{customer}/transfers/{}/accept\n",
            transfer.id
        )
    });
    format!(
        "Partner Center emulator at {url}\n{}\
         See what took effect:\n  curl {url}/_emulator/ledger\n",
        accept.unwrap_or_default()
    )
}
