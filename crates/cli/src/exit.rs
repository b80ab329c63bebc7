//! Exit codes: a promise to scripts, so each is said once, here, and `--help` shows the same.

use std::process::ExitCode;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done,
    Other,
    Usage,
    Partial,
    Refused,
    Unknown,
    NotApplied,
    NotSettled,
    Interrupted,
}

impl Exit {
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Other => 1,
            // What clap uses too.
            Self::Usage => 2,
            Self::Partial => 3,
            Self::Refused => 4,
            Self::Unknown => 5,
            Self::NotApplied => 6,
            Self::NotSettled => 7,
            // What a shell says of a process that SIGINT has ended.
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// What stands under the options in `--help`.
pub(crate) const HELP: &str = "\
Environment, for all that is secret, since others could read an option:
  PCTRANSFERS_TOKEN               An access token; or, to have one fetched:
  PCTRANSFERS_TENANT_ID           The partner's tenant: its GUID or a domain
  PCTRANSFERS_CLIENT_ID           The app's id, with one of these four:
  PCTRANSFERS_CLIENT_SECRET       A client secret of the app
  PCTRANSFERS_CLIENT_CERTIFICATE  A PEM file with the app's certificate and private key
  PCTRANSFERS_REFRESH_TOKEN       A refresh token of a user, with the secret if the app has one
  PCTRANSFERS_REFRESH_TOKEN_FILE  A file with that token, replaced when the token is renewed
  PCTRANSFERS_ENDPOINT            Base URL of the service, if --endpoint is not given
  PCTRANSFERS_AUTHORITY           Base URL of the login service, in place of the cloud's
  NO_COLOR                        No colours, if it holds anything

What changes something reads what there is, shows on a terminal what is to be done, and asks.
With --yes nothing is asked; without a terminal --yes is needed, and nothing is sent without it.
With --emulator nothing real is changed, so nothing is asked. If the answer to a change gets lost,
the transfer is read back, and that decides between the codes 0, 3 to 7.

Exit codes:
  0    Done
  1    Anything else: no connection, a service in trouble or too busy (408, 429, 5xx) that did
       nothing, No as the answer to the question
  2    Wrong usage; nothing was sent
  3    Accepted in part: some subscriptions moved, others did not
  4    The service refused, an accept gave errors alone, or the transfer has ended in another way
  5    The outcome is unknown: the service may have acted
  6    Not done until now: the answer says so, or was lost and what was read back says so
  7    Not settled: the service still works on the transfer, or the wait was over first
  130  Interrupted while only reading";
