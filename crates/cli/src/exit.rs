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

Exit codes:
  0  Done
  1  Anything else, such as no connection to the service
  2  Wrong usage; nothing was sent
  3  Accepted in part: some subscriptions moved, others did not
  4  The service refused, or an accept gave no order
  5  The outcome is unknown: the service may have acted";
