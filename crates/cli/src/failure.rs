//! Why a command failed.

use partner_center_transfers::{CredentialError, Error, RequestId};

use crate::outcome::{Action, CommandOutcome};
use crate::short_text::{MESSAGE_LIMIT, shortened};
use crate::{ca_file, suggestion};

/// Why a command failed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The arguments, the environment or a file they name are invalid.
    Usage(String),
    /// A check before a change failed, so nothing was sent. The text suggests command lines.
    NotSent(String),
    /// A problem on this machine.
    Local(String),
    /// The command was interrupted; the change is given if it was sent before.
    Interrupted(Option<SentChange>),
    /// There is no access token, and no call was made.
    SignIn(Box<CredentialError>),
    /// The client or the service returned an error.
    Call(Error),
}

/// A change that was sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SentChange {
    pub(crate) action: Action,
    pub(crate) request_id: RequestId,
}

impl Failure {
    pub(crate) fn outcome(&self) -> CommandOutcome {
        match self {
            Self::Interrupted(None) => CommandOutcome::Interrupted,
            Self::Interrupted(Some(_)) => CommandOutcome::Unknown,
            Self::Call(error) => outcome_of(error),
            Self::Usage(_) | Self::NotSent(_) => CommandOutcome::UsageError,
            Self::Local(_) | Self::SignIn(_) => CommandOutcome::Error,
        }
    }

    /// The message, one sentence.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::Local(message) => shortened(message.clone(), MESSAGE_LIMIT),
            Self::Usage(message) => shortened(in_terms_of_the_command(message), MESSAGE_LIMIT),
            Self::SignIn(error) => {
                in_terms_of_the_command(&format!("could not get an access token: {error}"))
            }
            Self::NotSent(message) => suggestion::on_one_line(message),
            Self::Interrupted(None) => "interrupted; nothing was changed".to_owned(),
            Self::Interrupted(Some(SentChange { action, request_id })) => format!(
                "interrupted; the service may have applied the {}: check {} before you repeat the \
                 call with --request-id {request_id}",
                action.verb(),
                action.read_target()
            ),
            Self::Call(error) => message_of(error),
        }
    }

    /// The message for people, with each suggested command line on a line of its own.
    pub(crate) fn lines(&self) -> Vec<String> {
        match self {
            Self::NotSent(message) => suggestion::lines(message),
            _ => vec![self.message()],
        }
    }

    /// The client's error, if there is one.
    pub(crate) fn error(&self) -> Option<&Error> {
        match self {
            Self::Call(error) => Some(error),
            Self::Usage(_)
            | Self::NotSent(_)
            | Self::Local(_)
            | Self::SignIn(_)
            | Self::Interrupted(_) => None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// The outcome that an error of the client means.
pub(crate) fn outcome_of(error: &Error) -> CommandOutcome {
    // First, because even a refusal can leave open whether the change was applied.
    if error.may_have_been_applied() {
        CommandOutcome::Unknown
    } else if is_outage(error) {
        CommandOutcome::Unavailable
    } else if error.is_service() {
        CommandOutcome::Refused
    } else if error.is_invalid_input() || error.is_configuration() {
        CommandOutcome::UsageError
    } else {
        CommandOutcome::Error
    }
}

/// The message of an error of the client.
pub(crate) fn message_of(error: &Error) -> String {
    in_terms_of_the_command(&error.to_string())
}

/// The same message without the advice to read the state back, for when that has been done.
pub(crate) fn message_after_read_back(error: &Error) -> String {
    in_terms_of_the_command(&format!("{error:#}"))
}

/// The message in terms of the command: its options instead of the library's setters, and its process,
/// which ends after the call.
fn in_terms_of_the_command(message: &str) -> String {
    ca_file::advise(message)
        .replace("`allow_insecure_http`", "--insecure-http")
        .replace(
            "it is kept in memory, and stored before the next request for a token; fix the token \
             store before this process ends, or the token is lost",
            "it is lost, as the command ends; make the file writable and run the command again with \
             the token in the file, or sign in for a new token if the login service refuses that one",
        )
}

/// Whether the service responded with a server error or was too busy.
fn is_outage(error: &Error) -> bool {
    let is_server_error = error
        .status()
        .is_some_and(|status| status.is_server_error());
    error.is_service() && (is_server_error || error.is_transient())
}
