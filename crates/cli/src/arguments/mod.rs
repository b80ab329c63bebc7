//! The command line: global options and commands.
//!
//! There is no argument for a token or any other secret, because other users of the machine can
//! read the arguments of a process, and shells keep them in their history.

mod account;
mod bulk;
mod bulk_report;
mod documented;
mod examples;
mod failed;
pub(crate) mod global;
mod help;
mod ids;
mod service;
mod suggest;
mod sweep;
mod version;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use clap_complete::Shell;
use partner_center_emulator::command::Serve;
use partner_center_terminal::width;
use partner_center_transfers::types::CustomerId;
use partner_center_transfers::{ErrorCodeInfo, printable};

use self::words::ErrorCodeParser;
use crate::failure::Failure;
use crate::profile;
use crate::short_text::shortened;

pub(crate) use self::account::{AccountCommand, ConfigCommand};
pub(crate) use self::bulk::{BulkCommand, BulkPlan, BulkResume, BulkStatus, RunArguments};
pub(crate) use self::bulk_report::{BulkReport, ReportFormat};
pub(crate) use self::examples::examples;
pub(crate) use self::failed::{message, requested_output};
pub(crate) use self::global::{AuthMethod, GlobalOptions, OutputFormat};
pub(crate) use self::help::LONG_HELP;
pub(crate) use self::ids::Target;
pub(crate) use self::service::{
    ConfirmOptions, Create, Direction, Eligibility, LineItem, List, ServiceCommand, Wait, plain_id,
};

/// Transfer a customer's subscriptions between partners in Microsoft Partner Center
#[derive(Debug, Parser)]
#[command(
    version,
    long_version = version::version(),
    term_width = width::of_help(),
    after_help = help::SHORT,
    after_long_help = help::LONG_HELP
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
    /// Create, accept or end the transfers of a CSV file
    #[command(subcommand)]
    Bulk(BulkCommand),
    #[command(flatten)]
    Account(AccountCommand),
    /// Show and change the profiles of the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Explain an error code of the service
    Explain {
        /// The error code, such as 900103 [default: list all known codes]
        #[arg(value_parser = ErrorCodeParser, hide_possible_values = true)]
        code: Option<&'static ErrorCodeInfo>,
    },
    /// Run a local Partner Center emulator until it is stopped
    Emulator(Serve),
    /// Print the completion script for a shell
    #[command(after_long_help = help::COMPLETIONS)]
    Completions {
        /// The shell that reads the script
        #[arg(required_unless_present = "profiles")]
        shell: Option<Shell>,
        /// Print the names of the profiles, for the scripts
        #[arg(long, hide = true, conflicts_with = "shell")]
        profiles: bool,
    },
    /// Print the manual page, or write one for each command
    Man {
        /// Write the pages of all commands to this directory, and print their names
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// How many bytes of an argument an error repeats.
const ARGUMENT_LIMIT: usize = 500;

impl Arguments {
    /// The command line as the manual describes it.
    pub(crate) fn documented_command() -> clap::Command {
        documented::complete(Self::command())
    }

    /// Parses the arguments of the process.
    pub(crate) fn parse() -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        Self::parse_from(arguments.clone()).map_err(|error| {
            // Errors repeat arguments, so the error is the one of the printable arguments.
            let printable = |argument: OsString| {
                let argument = printable(&argument.to_string_lossy()).into_owned();
                shortened(argument, ARGUMENT_LIMIT).into()
            };
            let printable = arguments.into_iter().map(printable);
            Self::parse_from(printable).err().unwrap_or(error)
        })
    }

    fn parse_from(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        Self::parse_with(arguments, |global| Ok(profile::active(global)?.customer))
    }

    /// Parses arguments. `default_customer` returns the customer of commands that name none.
    fn parse_with(
        arguments: impl IntoIterator<Item = OsString>,
        default_customer: impl Fn(&GlobalOptions) -> Result<Option<CustomerId>, Failure>,
    ) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        let mut command = documented::for_help(Self::command());
        let parse = |command: &mut clap::Command| {
            let matches = command.try_get_matches_from_mut(&arguments);
            matches.map_err(|mut error| {
                suggest::add_to(&mut error);
                error
            })
        };
        let mut matches = parse(&mut command)?;
        let of_command = matches.subcommand();
        if of_command.is_some_and(|(_, matches)| ids::may_need_default(matches)) {
            let global = GlobalOptions::from_arg_matches(&matches)?;
            let customer = default_customer(&global).map_err(|failure| {
                clap::Error::raw(ErrorKind::Io, format!("{}\n", failure.message()))
            })?;
            if let Some(customer) = customer {
                command = ids::with_default(command, customer);
                matches = parse(&mut command)?;
            }
        }
        Self::from_arg_matches(&matches)
            .and_then(Self::check)
            .map_err(|error| in_command(error, &command, &matches))
    }

    /// Rejects conflicting options. Clap does not see a conflict if one option is before the
    /// subcommand and the other one after it.
    fn check(self) -> Result<Self, clap::Error> {
        let is_single_call = matches!(self.command, Command::Service(_));
        if self.global.record.is_some() && !is_single_call {
            let message = "the argument '--record <FILE>' cannot be used with this command: it is for \
                           single commands that call the service, and 'bulk' keeps a journal";
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, message));
        }
        if let Some(conflict) = table_conflict(&self.command, &self.global) {
            return Err(clap::Error::raw(ErrorKind::ArgumentConflict, conflict));
        }
        let conflict = if !self.global.emulator {
            return Ok(self);
        } else if self.global.endpoint.is_some() {
            "'--endpoint <URL>': the emulator has its own endpoint"
        } else if self.global.auth.is_some() {
            "'--auth <METHOD>': the emulator has its own credentials"
        } else if matches!(self.command, Command::Account(_)) {
            "this command: a temporary emulator needs no sign-in; to sign in to an emulator that \
             runs, use its URL as --endpoint and as PCTRANSFERS_AUTHORITY"
        } else if matches!(self.command, Command::Emulator(_)) {
            "the command 'emulator': the option starts an emulator for a single call, the command \
             runs one until it is stopped"
        } else {
            return Ok(self);
        };
        Err(clap::Error::raw(
            ErrorKind::ArgumentConflict,
            format!("the argument '--emulator' cannot be used with {conflict}"),
        ))
    }
}

/// An error about the arguments of a subcommand, with its usage.
fn in_command(
    mut error: clap::Error,
    mut command: &clap::Command,
    mut matches: &ArgMatches,
) -> clap::Error {
    while let Some((name, of_subcommand)) = matches.subcommand()
        && let Some(subcommand) = command.find_subcommand(name)
    {
        (command, matches) = (subcommand, of_subcommand);
    }
    let mut command = command.clone();
    let usage = ContextValue::StyledStr(command.render_usage());
    error.insert(ContextKind::Usage, usage);
    error.with_cmd(&command).format(&mut command)
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
