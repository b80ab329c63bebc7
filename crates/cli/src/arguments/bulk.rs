//! `pctransfers bulk`: commands for many transfers at once.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use partner_center_bulk::{Operation, Rate, RunOptions};
use partner_center_transfers::PollPolicy;

use super::bulk_report::BulkReport;

/// The requests per minute that a run sends at most by default.
pub(super) const DEFAULT_RATE: &str = "300/min";

/// Rows of each CSV file, for the help.
const INPUT: &str = "\
The first line of the file names its columns, in any order and letter case: customer, transfer, \
kind (license-based or new-commerce), subscriptions, source, target, source_name, customer_name, \
customer_email, product and reference. Other columns are kept for the report. The file is UTF-8 or \
UTF-16 with commas, semicolons or tabs, as Excel writes it. crates/cli/README.md describes the \
columns of each command.

Exit codes: 0 all done; 1 stopped early; 2 nothing was sent; 3 some rows were done in part or have failed; 5 some are \
unknown; 7 some are still being processed; 130 interrupted.";

#[derive(Debug, Subcommand)]
pub(crate) enum BulkCommand {
    /// Create the transfers of a CSV file
    #[command(after_long_help = INPUT)]
    Create(BulkPlan),
    /// Accept the transfers of a CSV file
    #[command(after_long_help = INPUT)]
    Accept(BulkPlan),
    /// Reject the transfers of a CSV file
    #[command(after_long_help = INPUT)]
    Reject(BulkPlan),
    /// Cancel the new-commerce transfers of a CSV file
    #[command(after_long_help = INPUT)]
    Cancel(BulkPlan),
    /// Withdraw the transfers of a CSV file
    #[command(after_long_help = INPUT)]
    Withdraw(BulkPlan),
    /// Continue the run of a journal after an interruption
    ///
    /// Sends what was not sent yet, and reads back what may have been sent. Nothing is done twice.
    /// There is no question: the plan was confirmed when its journal was created.
    Resume(BulkResume),
    /// Show how far a run has come, and which of its rows need a person
    ///
    /// Only reads the journal, also while another process runs it.
    Status(BulkStatus),
    /// Write a report with one row for each subscription
    Report(BulkReport),
}

/// Arguments of a command that runs a new plan.
#[derive(Debug, Args)]
pub(crate) struct BulkPlan {
    /// CSV file with the transfers; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: PathBuf,

    /// File to create for the journal, which records what is sent and what becomes of it
    ///
    /// An SQLite file. It contains no secret. After an interruption, continue with
    /// bulk resume --journal FILE.
    #[arg(long, value_name = "FILE", required_unless_present = "dry_run")]
    pub(crate) journal: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) run: RunArguments,

    /// Read the current states and show what would be done with each row, without a change
    ///
    /// Needs no journal and creates none.
    #[arg(long)]
    pub(crate) dry_run: bool,

    /// Do not ask for confirmation; required without a terminal
    #[arg(short, long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BulkResume {
    /// Journal of the run to continue
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,

    #[command(flatten)]
    pub(crate) run: RunArguments,

    /// Has no effect, since this command asks nothing. For scripts that add it to all commands.
    #[arg(short, long, hide = true)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BulkStatus {
    /// Journal to read
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: PathBuf,
}

/// How a plan is run.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct RunArguments {
    /// Number of calls at the same time
    #[arg(
        long, value_name = "COUNT", default_value_t = RunOptions::DEFAULT_CONCURRENCY as u64,
        value_parser = clap::value_parser!(u64).range(1..=256)
    )]
    pub(crate) concurrency: u64,

    /// Limit of all requests, such as 300/min, 5/s or 10000/h
    #[arg(long, value_name = "RATE", default_value = DEFAULT_RATE)]
    pub(crate) rate: Rate,

    /// Limit of the requests for each customer [default: none]
    #[arg(long, value_name = "RATE")]
    pub(crate) customer_rate: Option<Rate>,

    /// Time in seconds to wait for transfers that the service is still processing
    ///
    /// The wait starts when everything is sent. A later bulk resume reads these transfers too.
    #[arg(
        long, value_name = "SECONDS", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(..=PollPolicy::TIME_TO_ACCEPT.as_secs())
    )]
    pub(crate) wait: u64,

    /// Time in seconds in which the service may still apply a request that got no response
    ///
    /// After that time the transfer is read, and the request is sent again if it was not applied.
    #[arg(
        long, value_name = "SECONDS", default_value_t = 30, hide_short_help = true,
        value_parser = clap::value_parser!(u64).range(..=86_400)
    )]
    pub(crate) resend_delay: u64,
}

impl BulkCommand {
    /// The plan to run and its operation; `None` for a command that works with a journal.
    pub(crate) fn plan(&self) -> Option<(Operation, &BulkPlan)> {
        match self {
            Self::Create(plan) => Some((Operation::Create, plan)),
            Self::Accept(plan) => Some((Operation::Accept, plan)),
            Self::Reject(plan) => Some((Operation::Reject, plan)),
            Self::Cancel(plan) => Some((Operation::Cancel, plan)),
            Self::Withdraw(plan) => Some((Operation::Withdraw, plan)),
            Self::Resume(_) | Self::Status(_) | Self::Report(_) => None,
        }
    }
}
