//! The command `partner-center-emulator`. `pctransfers emulator` is the same as `serve`.

mod greeting;
mod listen_address;
mod root_file;
mod serve;
mod serve_error;
mod stop_signal;

use std::io::{self, BufWriter, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use partner_center_terminal::parse_arguments;

pub use self::serve::Serve;
use self::serve::whole_number;
pub use self::serve_error::ServeError;
use crate::control::{data_set, schema};
use crate::service::model::DataSet;

/// A data set of this size is about 400 MB of JSON.
const MAX_CUSTOMERS: u64 = 100_000;

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
    Data {
        /// Print one with the built-in partners and this many other customers instead, each with an
        /// active transfer that the target can accept; some of them fail in part
        #[arg(long, value_name = "COUNT", value_parser = whole_number::<1, MAX_CUSTOMERS>,
            allow_negative_numbers = true)]
        customers: Option<u64>,
    },
    /// Print the JSON Schema of a data set
    Schema,
}

/// Runs the command with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments: Arguments = parse_arguments();
    match arguments.command {
        None => arguments.serve.run(),
        Some(Command::Serve(serve)) => serve.run(),
        Some(Command::Data { customers: None }) => print(data_set::JSON),
        Some(Command::Data {
            customers: Some(count),
        }) => {
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            print_json(&DataSet::with_customers(count))
        }
        Some(Command::Schema) => print(&schema::data_set()),
    }
}

fn print(text: &str) -> ExitCode {
    exit_code(&io::stdout().write_all(text.as_bytes()))
}

fn print_json(data: &DataSet) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let written = serde_json::to_writer_pretty(&mut out, data).map_err(io::Error::from);
    exit_code(
        &written
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush()),
    )
}

fn exit_code(written: &io::Result<()>) -> ExitCode {
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
