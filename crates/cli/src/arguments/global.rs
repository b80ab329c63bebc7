//! Options that every command takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use partner_center_transfers::{CallOptions, Cloud, RetryPolicy};

use super::words;

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Use a temporary emulator on this machine
    ///
    /// Needs no credentials, changes nothing real and asks no questions.
    #[arg(long, global = true)]
    pub(crate) emulator: bool,

    /// Profile to use [default: that of the configuration]
    ///
    /// Run 'pctransfers config list' to see the profiles.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Base URL of the service [default: the endpoint of the cloud]
    ///
    /// Must be https, or http to this machine or to a host that --insecure-http names. A trailing
    /// /v1 is removed.
    // Not clap's `env`: `--emulator` overrides the variable, and the help shows no values.
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) endpoint: Option<String>,

    /// Allow plain http to this host, HOST or HOST:PORT; can be repeated
    ///
    /// Access tokens and client secrets are then sent to the host without encryption. For test
    /// systems only, such as an emulator in another container.
    #[arg(long, global = true, value_name = "HOST")]
    pub(crate) insecure_http: Vec<String>,

    /// Cloud to use: global, us-government or china [default: global]
    ///
    /// Microsoft documents transfers for the global cloud only.
    // No default of clap's: an option that is given overrides the profile.
    #[arg(long, global = true, value_name = "CLOUD", value_parser = words::clouds(), hide_possible_values = true)]
    pub(crate) cloud: Option<Cloud>,

    /// Credential to use instead of all others
    ///
    /// By default it comes from the environment, or else from 'pctransfers login'.
    #[arg(long, global = true, value_enum, value_name = "METHOD")]
    pub(crate) auth: Option<AuthMethod>,

    /// Neither keep access tokens nor use kept ones
    #[arg(long, global = true)]
    pub(crate) no_token_cache: bool,

    /// Output format
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        value_name = "FORMAT"
    )]
    pub(crate) output: OutputFormat,

    /// Print ids only, and no notices; errors and warnings are still printed
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Append the result to a file, as one line of JSON
    ///
    /// The file is created for its owner only. If it cannot be opened, nothing is sent. For single
    /// commands that call the service; bulk keeps a journal.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,

    /// Show requests, responses and retries; -vv with their headers
    ///
    /// They are written to standard error. -vvv also writes the logs of the libraries. Tokens and
    /// secrets are never shown.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Time limit for a call in seconds, including retries
    #[arg(
        long, global = true, value_name = "SECONDS",
        default_value_t = CallOptions::DEFAULT_TIMEOUT.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..=86_400)
    )]
    pub(crate) timeout: u64,

    /// Number of retries after a temporary failure
    ///
    /// A change is retried only if the service cannot have processed it. After a 401 response,
    /// a call is sent once more with a new token even if this is 0.
    #[arg(
        long, global = true, value_name = "COUNT",
        default_value_t = RetryPolicy::DEFAULT_MAX_ATTEMPTS - 1
    )]
    pub(crate) retries: u32,

    /// Language of the service's messages, such as nl-NL [default: en-US]
    #[arg(long, global = true, value_name = "CULTURE")]
    pub(crate) locale: Option<String>,
}

/// A credential that is chosen with an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuthMethod {
    /// The user or the app that is signed in to the Azure CLI, az
    AzureCli,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// Tables for people
    #[default]
    Text,
    /// One JSON document
    Json,
    /// One line of JSON for each item of a list, or for the whole result
    Jsonl,
    /// Comma-separated values with a header, for list, get, eligibility, accept and explain
    Csv,
    /// The same with tabs
    Tsv,
}
