//! The command: a Partner Center on this machine until someone stops it.
//!
//! `pctransfers emulator` is the same, so the arguments are here and not in the binary.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::model::{DataSet, Status};
use crate::rate_limit::RateLimit;
use crate::server::{Emulator, EmulatorBuilder};
use crate::{data_set, schema};

/// A local Partner Center: the transfers operations on this machine, without an account
#[derive(Debug, Parser)]
#[command(
    name = "partner-center-emulator",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// `serve` is what is done where nothing else is said.
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until stopped; the same as no command at all
    Serve(Serve),
    /// Print the built-in data set, as a start for your own
    Data,
    /// Print the JSON Schema of a data set
    Schema,
}

/// How to serve.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
#[derive(Clone, Debug, Args)]
pub struct Serve {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8484")]
    listen: SocketAddr,

    /// Allow an address that other machines can reach
    #[arg(long)]
    allow_remote: bool,

    /// Start with the data set in this file
    #[arg(long, value_name = "FILE")]
    data: Option<PathBuf>,

    /// Keep the state in this file; if it is there, it is used in place of --data
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Take any token, or none, from anyone
    #[arg(long)]
    no_auth: bool,

    /// Carry out a request anew though its MS-RequestId was used before
    #[arg(long)]
    no_idempotency: bool,

    /// Refuse a refresh token that was used; the service goes on taking it
    #[arg(long)]
    single_use_refresh_tokens: bool,

    /// Seconds that an access token holds
    #[arg(long, value_name = "SECONDS", default_value_t = 3599)]
    token_lifetime: u64,

    /// Milliseconds that a request which changes something takes; meanwhile others for the same
    /// transfer are refused with 900104
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    accept_takes: u64,

    /// Seconds that a new-commerce transfer is in progress; the service usually takes up to 900
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    new_commerce_takes: u64,

    /// Requests that a partner may send in a window [default: any number]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    rate_limit: Option<u32>,

    /// Requests that a partner may send for one customer in a window [default: any number]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    customer_rate_limit: Option<u32>,

    /// Seconds of the window of both limits
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    rate_window: u64,

    /// Write no line for each request
    #[arg(long)]
    quiet: bool,
}

/// Reads the arguments of the process and does what they say.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command {
        None => arguments.serve.run(),
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Data) => print(data_set::JSON),
        Some(Command::Schema) => print(&schema::data_set()),
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn complain(error: &dyn std::fmt::Display) {
    // Whoever closed standard error does not want to read it.
    let _ = writeln!(io::stderr(), "error: {error}");
}

impl Serve {
    /// Serves until the process is told to stop, with SIGINT or SIGTERM. Gives exit code 2 where
    /// the arguments or the files that they name are wrong, and 1 where anything else is.
    pub fn run(self) -> ExitCode {
        self.run_and_say(|_| String::new())
    }

    /// The same, with words of another command's below the greeting.
    pub fn run_and_say(self, more: impl FnOnce(&Emulator) -> String) -> ExitCode {
        if !self.listen.ip().is_loopback() && !self.allow_remote {
            complain(&format!(
                "--listen {}: other machines can reach this address, and the emulator keeps \
                 nobody out; say --allow-remote if that is wanted",
                self.listen
            ));
            return ExitCode::from(2);
        }
        let data = match &self.data {
            None => DataSet::built_in(),
            Some(path) => match DataSet::from_file(path) {
                Ok(data) => data,
                Err(error) => {
                    complain(&format!("--data: {error}"));
                    return ExitCode::from(2);
                }
            },
        };
        let served = runtime().and_then(|runtime| runtime.block_on(self.serve(data, more)));
        match served {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                complain(&error);
                ExitCode::FAILURE
            }
        }
    }

    async fn serve(self, data: DataSet, more: impl FnOnce(&Emulator) -> String) -> io::Result<()> {
        let window = Duration::from_secs(self.rate_window);
        let limit = |requests| RateLimit { requests, window };
        let mut builder = Emulator::builder()
            .listen(self.listen)
            .data(data)
            .token_lifetime(Duration::from_secs(self.token_lifetime))
            .accept_takes(Duration::from_millis(self.accept_takes))
            .new_commerce_takes(Duration::from_secs(self.new_commerce_takes));
        if let Some(path) = &self.state {
            builder = builder.state_file(path);
        }
        if let Some(requests) = self.rate_limit {
            builder = builder.partner_rate_limit(limit(requests));
        }
        if let Some(requests) = self.customer_rate_limit {
            builder = builder.customer_rate_limit(limit(requests));
        }
        for (set, apply) in [
            (self.no_auth, EmulatorBuilder::no_auth as fn(_) -> _),
            (self.no_idempotency, EmulatorBuilder::no_idempotency),
            (
                self.single_use_refresh_tokens,
                EmulatorBuilder::single_use_refresh_tokens,
            ),
            (!self.quiet, EmulatorBuilder::log),
        ] {
            if set {
                builder = apply(builder);
            }
        }
        // Before the first line: whoever reads it may stop us at once.
        let mut stop = Stop::new()?;
        let emulator = builder.start().await?;
        let mut out = io::stdout();
        let greeting = greeting(&emulator, self.no_auth) + &more(&emulator);
        // Nobody has to read it.
        let _ = out
            .write_all(greeting.as_bytes())
            .and_then(|()| out.flush());
        stop.wait().await;
        drop(emulator);
        let _ = writeln!(out, "Stopped.");
        Ok(())
    }
}

/// The URL, and a line that can be pasted.
fn greeting(emulator: &Emulator, no_auth: bool) -> String {
    let url = emulator.url();
    let mut text = format!("Partner Center emulator at {url}\n");
    let data = emulator.data();
    let active = data
        .transfers
        .iter()
        .find(|transfer| transfer.status == Status::Active);
    if let Some(transfer) = active {
        let customer = transfer.customer_tenant_id;
        let target = transfer.target_partner_tenant_id;
        let token = if no_auth {
            String::new()
        } else {
            format!("-H \"Authorization: Bearer $(curl -s {url}/_emulator/tokens/{target})\" ")
        };
        let accept = format!(
            "Accept a transfer:\n  curl -i -X POST -d '' {token}\
             {url}/v1/customers/{customer}/transfers/{}/accept\n",
            transfer.id
        );
        text += &accept;
    }
    text + &format!("What took effect:\n  curl {url}/_emulator/ledger\n")
}

/// The signals that end the command.
#[cfg(unix)]
struct Stop {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stop {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Stop;

#[cfg(not(unix))]
impl Stop {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn wait(&mut self) {
        let _ = tokio::signal::ctrl_c().await;
    }
}
