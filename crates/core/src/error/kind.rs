//! The kinds of failures.

use std::time::Duration;

use crate::decode::error_body::Page;

/// What kind of failure an error is.
pub(crate) enum Kind {
    InvalidInput(String),
    Configuration(String),
    Credential,
    Connect,
    Timeout(TimeLimit),
    Interrupted,
    Service,
    Decode(String),
    /// A web page in place of the answer.
    Page(Page),
}

/// A time limit that was exceeded.
#[derive(Clone, Copy, Debug)]
pub(crate) enum TimeLimit {
    /// The limit for one attempt.
    Attempt(Duration),
    /// The limit for the whole call, of which `remaining` was left.
    Call {
        whole: Duration,
        remaining: Duration,
    },
}

impl TimeLimit {
    /// The time that is left from now on.
    pub(crate) fn remaining(self) -> Duration {
        match self {
            Self::Attempt(limit) => limit,
            Self::Call { remaining, .. } => remaining,
        }
    }
}

impl Kind {
    /// The kind in one word, for traces.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::InvalidInput(_) => "invalid_input",
            Self::Configuration(_) => "configuration",
            Self::Credential => "credential",
            Self::Connect => "connect",
            Self::Timeout(_) => "timeout",
            Self::Interrupted => "interrupted",
            Self::Service => "service",
            Self::Decode(_) | Self::Page(_) => "decode",
        }
    }
}
