//! Sorts errors by what the run does about them.

use std::time::Duration;

use partner_center_transfers::{Error, ServiceCode};

/// The pause after a 429 that names no time.
const DEFAULT_PAUSE: Duration = Duration::from_secs(30);

/// What an error of a call that certainly changed nothing means for the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The rate is limited.
    Limited(Duration),
    /// The caller is refused, so that each other row would fail likewise.
    Caller,
    /// No request reaches the service, or gets a token, for the moment.
    Unreachable(Option<Duration>),
    /// The same call may succeed later.
    Transient(Option<Duration>),
    /// The service refuses this call.
    Refused,
}

impl Failure {
    pub(crate) fn of(error: &Error) -> Self {
        if let Some(pause) = pause_of(error) {
            return Self::Limited(pause);
        }
        match error.status().map(|status| status.as_u16()) {
            Some(503) => Self::Unreachable(error.retry_after()),
            _ if is_about_caller(error) => Self::Caller,
            _ if error.is_connect() || error.is_credential() => {
                Self::Unreachable(error.retry_after())
            }
            _ if error.is_transient() => Self::Transient(error.retry_after()),
            _ => Self::Refused,
        }
    }
}

/// The time that a 429 asks for; `None` for any other error.
pub fn pause_of(error: &Error) -> Option<Duration> {
    let is_limited = error.status().is_some_and(|status| status.as_u16() == 429);
    is_limited.then(|| error.retry_after().unwrap_or(DEFAULT_PAUSE))
}

/// Whether the service or the login refuses the caller rather than the request.
fn is_about_caller(error: &Error) -> bool {
    if error.is_credential() {
        return !error.is_transient();
    }
    match error.status().map(|status| status.as_u16()) {
        Some(401) => true,
        Some(403) => error.code().is_none_or(is_caller_code),
        // Without a code it comes from a gateway or another server, which knows nothing of the row.
        Some(404 | 405 | 407) => error.code().is_none(),
        _ => error.is_configuration(),
    }
}

/// The codes with status 403 that are about the calling partner, app or user, whatever the customer
/// and the transfer are. Source: Microsoft's page "Partner Center REST error codes".
fn is_caller_code(code: &ServiceCode) -> bool {
    matches!(
        code.as_number(),
        Some(
            800_039   // the partner's program status is inactive
            | 900_123   // the partner agreement is not accepted
            | 900_124
            | 900_137   // the partner is not enabled
            | 900_138   // not in this national cloud
            | 900_149   // the partner's program status is inactive
            | 900_150   // the role lacks the right
            | 900_308   // insufficient privileges
            | 900_309   // Conditional Access
            | 900_329   // no app-only access
            | 900_421 // no multifactor authentication
        )
    )
}
