//! What can be asked for. Ids are checked here, so that what is no GUID never gets further.
//!
//! There is no argument for a token, and there must not be: the arguments of a process can be
//! read by others on the machine, and they stay in the shell's history.

use clap::error::ErrorKind;
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use partner_center_transfers::types::{CustomerId, TransferId};

use crate::exit;

/// Above the options that stand with every command.
const EVERYWHERE: &str = "Options of every command";

/// Accept and withdraw transfers of a customer's subscriptions in Microsoft's Partner Center
#[derive(Debug, Parser)]
#[command(version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Use a throw-away emulator on this machine; needs no token
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) emulator: bool,

    /// Base URL of the service, https or loopback http [default: the global cloud]
    // Read from the environment by hand: there `--emulator` on the command line wins, and a
    // value is not shown in the help.
    #[arg(long, global = true, value_name = "URL", help_heading = EVERYWHERE)]
    pub(crate) endpoint: Option<String>,

    /// Tables for people, or one JSON document for scripts
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM", help_heading = EVERYWHERE)]
    pub(crate) output: Output,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Output {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Accept a transfer: its subscriptions move to your tenant, as orders
    #[command(after_help = exit::HELP)]
    Accept(Target),
    /// Withdraw a transfer that has not been accepted yet
    #[command(after_help = exit::HELP)]
    Withdraw(Target),
}

/// Which transfer.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Target {
    /// The customer, by tenant id: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) customer: CustomerId,

    /// The transfer: a GUID
    #[arg(long, value_name = "ID")]
    pub(crate) transfer: TransferId,
}

impl Arguments {
    /// Refuses options that exclude each other. Clap's own rule does not see a pair of which
    /// one stands before the subcommand and the other behind it.
    pub(crate) fn check(self) -> Result<Self, clap::Error> {
        if self.emulator && self.endpoint.is_some() {
            return Err(Self::command().error(
                ErrorKind::ArgumentConflict,
                "the argument '--emulator' cannot be used with '--endpoint <URL>': the emulator \
                 has an endpoint of its own",
            ));
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_declaration_is_sound() {
        super::Arguments::command().debug_assert();
    }
}
