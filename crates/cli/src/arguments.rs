//! The command line as a whole: the options of every command, and which commands there are. What
//! the service can be asked is in `calls`.
//!
//! There is no argument for a token, and there must not be: the arguments of a process can be
//! read by others on the machine, and they stay in the shell's history.

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use partner_center_emulator::command::Serve;
use partner_center_transfers::Cloud;

use crate::calls::Call;
use crate::exit;

/// Above the options that stand with every command.
const EVERYWHERE: &str = "Options of every command";

/// Hand a customer's subscriptions from partner to partner in Microsoft's Partner Center
#[derive(Debug, Parser)]
#[command(version, after_help = exit::HELP, max_term_width = 100)]
pub(crate) struct Arguments {
    /// Use a throw-away emulator on this machine; needs no token, and asks no question
    #[arg(long, global = true, help_heading = EVERYWHERE)]
    pub(crate) emulator: bool,

    /// Base URL of the service, https or loopback http [default: the global cloud]
    // Read from the environment by hand: there `--emulator` on the command line wins, and a
    // value is not shown in the help.
    #[arg(long, global = true, value_name = "URL", help_heading = EVERYWHERE)]
    pub(crate) endpoint: Option<String>,

    /// Tables for people; one JSON document for scripts, or each thing as a line of JSON
    #[arg(long, global = true, value_enum, default_value_t, value_name = "FORM", help_heading = EVERYWHERE)]
    pub(crate) output: Output,

    /// Cloud to talk to: global, us-government or china; Microsoft documents transfers for the
    /// global one only
    #[arg(long, global = true, default_value = "global", value_name = "CLOUD", value_parser = cloud, help_heading = EVERYWHERE)]
    pub(crate) cloud: Cloud,

    /// Seconds that a whole call may take, retries included
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=86_400), help_heading = EVERYWHERE)]
    pub(crate) timeout: u64,

    /// How often a call is sent again after a failure that may pass; a change only where the
    /// service cannot have acted on it. After 401 a call is sent once more with a new token, even
    /// if this is 0
    #[arg(long, global = true, default_value_t = 2, value_name = "COUNT", help_heading = EVERYWHERE)]
    pub(crate) retries: u32,

    /// Language of the service's texts, such as nl-NL [default: en-US]
    #[arg(long, global = true, value_name = "CULTURE", help_heading = EVERYWHERE)]
    pub(crate) locale: Option<String>,

    /// Print ids only, and no notices; errors and warnings stay
    #[arg(short, long, global = true, help_heading = EVERYWHERE)]
    pub(crate) quiet: bool,

    /// Say on standard error what is sent and answered; -vv says more
    #[arg(short, long, global = true, action = clap::ArgAction::Count, help_heading = EVERYWHERE)]
    pub(crate) verbose: u8,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(crate) enum Output {
    #[default]
    Text,
    Json,
    Jsonl,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Call(Call),
    /// Say what an error code of the service means and what to do
    Explain {
        /// The code, such as 900103; without one all known codes are listed
        code: Option<i64>,
    },
    /// Run a local Partner Center until stopped, for any client
    Emulator(Serve),
    /// Print the completions for a shell, to be sourced by it
    Completions { shell: Shell },
    /// Print the manual page, in roff
    Man,
}

/// A cloud by the name that its `Display` gives it.
fn cloud(name: &str) -> Result<Cloud, String> {
    let clouds = [Cloud::Global, Cloud::UsGovernment, Cloud::China];
    let names = clouds.each_ref().map(ToString::to_string);
    let at = names.iter().position(|known| known == name);
    at.map(|at| clouds[at].clone())
        .ok_or_else(|| format!("no such cloud; expected one of {}", names.join(", ")))
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
        if self.emulator && matches!(self.command, Command::Emulator(_)) {
            return Err(Self::command().error(
                ErrorKind::ArgumentConflict,
                "the argument '--emulator' cannot be used with the command 'emulator': the one is \
                 for a single call, the other runs until it is stopped",
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
