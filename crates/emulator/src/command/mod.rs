//! The command `partner-center-emulator`. `pctransfers emulator` is the same as `serve`.

mod greeting;
mod listen_address;
mod root_file;
mod serve;
mod serve_error;
mod stop_signal;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use partner_center_terminal::parse_arguments;

pub use self::serve::Serve;
pub use self::serve_error::ServeError;
use crate::control::{data_set, schema};

/// A local Partner Center: the transfers operations on this machine, without an account
#[derive(Debug, Parser)]
#[command(
    name = "partner-center-emulator",
    version,
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// `serve` is the default command.
    #[command(flatten)]
    serve: Serve,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one value for the whole process"
)]
enum Command {
    /// Serve until stopped (default)
    Serve(Serve),
    /// Print the built-in data set, as a start for your own
    Data,
    /// Print the JSON Schema of a data set
    Schema,
}

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments: Arguments = parse_arguments();
    match arguments.command {
        None => arguments.serve.run(),
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Data) => print(data_set::JSON),
        Some(Command::Schema) => print(&schema::data_set()),
    }
}

fn print(text: &str) -> ExitCode {
    match io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
