//! `pctransfers`: accept and withdraw transfers from the command line, for people and for
//! scripts.
//!
//! A library only so that the binary is thin; its one entry is [`run`].
//!
//! | module | idea |
//! |---|---|
//! | `arguments` | what can be asked for |
//! | `connection` | which service, and how |
//! | `credential` | who calls |
//! | `token_file` | where a user's refresh token is kept |
//! | `report` | what came of it, before anyone thinks of how to show it |
//! | `text`, `tables` | the report for people |
//! | `json` | the report for scripts |
//! | `exit` | the report as a number |
//! | `streams` | standard output and standard error, which can be closed |

mod arguments;
mod connection;
mod credential;
mod exit;
mod json;
mod report;
mod streams;
mod tables;
mod text;
mod token_file;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::arguments::{Arguments, Call, Command, Output};
use crate::connection::Connection;
use crate::exit::Exit;
use crate::report::{Failure, Report};

/// Reads the arguments and the environment of the process, does what they ask for, shows what
/// came of it, and gives the exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse().and_then(Arguments::check) {
        Ok(arguments) => arguments,
        Err(help_or_error) => {
            // Whoever closed the stream does not want to read it.
            let _ = help_or_error.print();
            let code = u8::try_from(help_or_error.exit_code());
            return ExitCode::from(code.unwrap_or(Exit::Usage.code()));
        }
    };
    let call = match &arguments.command {
        Command::Call(call) => call,
        Command::Emulator(serve) => return serve.clone().run(),
    };
    log(arguments.verbose);
    let report = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Local(format!("failed to start: {error}")))
        .and_then(|runtime| runtime.block_on(carry_out(&arguments, call)))
        .unwrap_or_else(Report::Failed);

    let mut exit = report.exit();
    let shown = match arguments.output {
        Output::Text => text::report(&report),
        Output::Json => json::report(&report),
    };
    if let Report::Failed(failure) = &report {
        streams::diagnose(&text::failure(failure));
    }
    if let Err(error) = streams::print(&shown) {
        streams::diagnose(&format!("error: failed to write the result: {error}\n"));
        if exit == Exit::Done {
            exit = Exit::Other;
        }
    }
    exit.into()
}

/// Shows the client's spans and events on standard error; at most as much as was asked for.
fn log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}

async fn carry_out(arguments: &Arguments, call: &Call) -> Result<Report, Failure> {
    let connection = Connection::open(arguments, call).await?;
    let client = connection.client();
    match call {
        Call::Accept(target) => {
            let answer = client
                .accept_transfer()
                .customer_id(target.customer)
                .transfer_id(target.transfer)
                .send()
                .await?;
            Ok(Report::accepted(target.transfer, answer))
        }
        Call::Withdraw(target) => {
            let answer = client
                .withdraw_transfer()
                .customer_id(target.customer)
                .transfer_id(target.transfer)
                .send()
                .await?;
            Ok(Report::Withdrawn {
                transfer: target.transfer,
                answer,
            })
        }
    }
}
