//! The command line: global options and commands.
//!
//! There is no argument for a token or any other secret, because other users of the machine can
//! read the arguments of a process, and shells keep them in their history.

mod bulk;
mod bulk_report;
mod failed;
mod global;
mod help;
mod service;
mod sweep;

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use partner_center_emulator::command::Serve;
use partner_center_terminal::width;
use partner_center_transfers::printable;

pub(crate) use self::bulk::{BulkCommand, BulkPlan, BulkResume, BulkStatus, RunArguments};
pub(crate) use self::bulk_report::{BulkReport, ReportFormat};
pub(crate) use self::failed::{message, requested_output};
pub(crate) use self::global::{GlobalOptions, OutputFormat};
pub(crate) use self::service::{
    ConfirmOptions, Create, Direction, Eligibility, LineItem, List, ServiceCommand, Target, Wait,
    plain_id,
};

/// Transfer a customer's subscriptions between partners in Microsoft Partner Center
#[derive(Debug, Parser)]
#[command(
    version,
    term_width = width::of_help(),
    after_help = help::SHORT,
    after_long_help = help::LONG
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,

    #[command(flatten)]
    pub(crate) global: GlobalOptions,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Service(ServiceCommand),
    /// Create, accept, reject, cancel or withdraw the transfers of a CSV file
    #[command(subcommand)]
    Bulk(BulkCommand),
    /// Explain an error code of the service
    Explain {
        /// The error code, such as 900103 [default: list all known codes]
        #[arg(value_parser = error_code)]
        code: Option<i64>,
    },
    /// Run a local Partner Center emulator until it is stopped
    Emulator(Serve),
    /// Print the completion script for a shell
    Completions { shell: Shell },
    /// Print the manual page in roff format
    Man,
}

fn error_code(text: &str) -> Result<i64, &'static str> {
    text.parse()
        .map_err(|_| "expected a number, such as 900103")
}

impl Arguments {
    /// Parses the arguments of the process.
    pub(crate) fn parse() -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        Self::parse_from(arguments.clone()).map_err(|error| {
            // Errors repeat arguments, so the error is the one of the printable arguments.
            let printable =
                |argument: OsString| printable(&argument.to_string_lossy()).into_owned().into();
            let printable = arguments.into_iter().map(printable);
            Self::parse_from(printable).err().unwrap_or(error)
        })
    }

    fn parse_from(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut command = Self::documented_command();
        let matches = command.try_get_matches_from_mut(arguments)?;
        Self::from_arg_matches(&matches)
            .map_err(|error| error.format(&mut command))?
            .check()
    }

    /// The command line with the global options in the top-level help only.
    pub(crate) fn documented_command() -> clap::Command {
        let mut command = Self::command();
        command.build();
        command.mut_subcommands(|subcommand| {
            subcommand
                .mut_args(|arg| {
                    if arg.is_global_set() {
                        arg.hide(true)
                    } else {
                        arg
                    }
                })
                .after_help(help::SUBCOMMAND)
        })
    }

    /// Rejects conflicting options. Clap does not see a conflict if one option is before the
    /// subcommand and the other one after it.
    fn check(self) -> Result<Self, clap::Error> {
        if let Some(conflict) = table_conflict(&self.command, &self.global) {
            return Err(Self::command().error(ErrorKind::ArgumentConflict, conflict));
        }
        let conflict = if !self.global.emulator {
            return Ok(self);
        } else if self.global.endpoint.is_some() {
            "'--endpoint <URL>': the emulator has its own endpoint"
        } else if matches!(self.command, Command::Emulator(_)) {
            "the command 'emulator': the option starts an emulator for a single call, the command \
             runs one until it is stopped"
        } else {
            return Ok(self);
        };
        Err(Self::command().error(
            ErrorKind::ArgumentConflict,
            format!("the argument '--emulator' cannot be used with {conflict}"),
        ))
    }
}

/// What is wrong, if the command has no table and one is asked for. Found before anything is sent.
fn table_conflict(command: &Command, global: &GlobalOptions) -> Option<String> {
    let name = match global.output {
        OutputFormat::Csv => "csv",
        OutputFormat::Tsv => "tsv",
        OutputFormat::Text | OutputFormat::Json | OutputFormat::Jsonl => return None,
    };
    let has_table = match command {
        Command::Service(command) => matches!(
            command,
            ServiceCommand::List(_)
                | ServiceCommand::Get(_)
                | ServiceCommand::Accept(_)
                | ServiceCommand::Eligibility(_)
        ),
        Command::Explain { .. } => true,
        _ => false,
    };
    (!has_table).then(|| {
        format!(
            "the argument '--output {name}' can only be used with list, get, eligibility, accept \
             and explain, which have a table: use text, json or jsonl"
        )
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn clap_accepts_the_declaration() {
        super::Arguments::command().debug_assert();
    }
}
