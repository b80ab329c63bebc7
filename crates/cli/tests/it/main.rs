//! The command as its users see it: arguments and environment in; standard output, standard error
//! and exit code out.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that fails should fail the test"
)]

#[cfg(unix)]
mod azure_cli;
mod bulk;
#[cfg(unix)]
mod bulk_crash;
mod bulk_plan;
mod bulk_report;
#[cfg(unix)]
mod bulk_stop;
#[cfg(unix)]
mod bulk_terminal;
mod call_log;
mod certificates;
mod colors;
mod command_lines;
mod connection;
mod create;
mod credentials;
mod duplicates;
mod emulator_results;
#[cfg(unix)]
mod emulator_tls;
mod environment;
mod explain;
mod help;
mod ids;
#[cfg(unix)]
mod interrupt;
mod list_customers;
mod man_and_completions;
#[path = "../markdown/mod.rs"]
mod markdown;
mod mutations;
mod network;
mod output_streams;
mod profile_precedence;
mod profiles;
mod read;
mod read_back;
mod record;
mod roles;
#[path = "../run/mod.rs"]
mod run;
mod sign_in;
mod support;
mod swapped_partners;
mod table_output;
#[cfg(unix)]
mod terminal;
mod terminal_safety;
#[cfg(unix)]
mod terminal_width;
mod times;
mod token_cache;
mod token_file;
mod unusual_responses;
mod usage;
mod wait;
mod words;

use support::{login_service, many, partner, proxy, server};
#[cfg(unix)]
use support::{pseudo_terminal, running};
