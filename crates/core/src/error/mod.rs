//! The error of a failed call: what happened, what the service said, and whether it may have acted.

mod auth_challenge;
mod constructors;
mod display;
mod kind;
mod response;
mod response_text;
mod service_code;

use std::error::Error as StdError;
use std::marker::PhantomData;
use std::time::Duration;

use http::{HeaderMap, StatusCode};

pub use auth_challenge::AuthChallenge;
use auth_challenge::auth_challenges;
use kind::Kind;
pub(crate) use kind::TimeLimit;
pub(crate) use response::ErrorResponse;
pub use service_code::ServiceCode;

use crate::call_context::CallContext;
use crate::credential::CredentialError;
use crate::decode::json::{decode, json_text};
use crate::error_codes::ErrorCodeInfo;
use crate::id::{CorrelationId, RequestId};
use crate::network::Route;
use crate::retry::is_transient;

/// A call that failed, or a client that could not be built.
///
/// `Display` is one sentence; of a refusal in no known format, it repeats the first words. Its
/// alternate form (`{:#}`) leaves out the advice to read the state back. Neither form nor `Debug`
/// shows a token or the whole [`body`](Self::body) of the response.
///
/// ```
/// # fn handle(error: partner_center_transfers::Error) {
/// if error.may_have_been_applied() {
///     // Read the transfer back before you send anything again.
/// } else if let Some(code) = error.code() {
///     eprintln!("refused with {code}: {}", error.description().unwrap_or_default());
/// }
/// # }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    call: Option<CallContext>,
    response: Option<ErrorResponse>,
    may_have_been_applied: bool,
    /// How the request was to reach the service.
    route: Option<Route>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// The kind in one word, for traces.
    pub(crate) fn kind_name(&self) -> &'static str {
        self.0.kind.name()
    }

    /// Whether an argument was invalid; no request was made.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_))
    }

    /// Whether a setting of the client is invalid; no request was made.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// Whether no access token could be got, or no new one after a 401.
    /// [`source`](std::error::Error::source) is the [`CredentialError`] that says why.
    pub fn is_credential(&self) -> bool {
        matches!(self.0.kind, Kind::Credential)
    }

    /// Whether no connection to the service could be made; the request was not sent, or not sent
    /// again.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// Whether a time limit passed before the response was complete.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout(_))
    }

    /// Whether the connection closed before the response was complete.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// Whether the service, or a gateway before it, answered with a status that is not a
    /// documented success.
    pub fn is_service(&self) -> bool {
        matches!(self.0.kind, Kind::Service)
    }

    /// Whether the call succeeded but its response could not be decoded, also since a proxy or a
    /// sign-in service answered in its place. [`body`](Self::body) has it as received.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_) | Kind::Page(_))
    }

    /// Whether the same call may succeed later: no connection, a timeout, an interrupted
    /// connection, status 408, 429, 500, 502, 503 or 504, or a
    /// [transient](CredentialError::is_transient) failure to get a token.
    ///
    /// Before you repeat a call that changes something, check
    /// [`may_have_been_applied`](Self::may_have_been_applied) too.
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            Kind::Connect | Kind::Timeout(_) | Kind::Interrupted => true,
            Kind::Service => self
                .0
                .response
                .as_ref()
                .is_some_and(|response| is_transient(response.status)),
            Kind::Credential => self
                .credential_error()
                .is_some_and(CredentialError::is_transient),
            Kind::InvalidInput(_) | Kind::Configuration(_) | Kind::Decode(_) | Kind::Page(_) => {
                false
            }
        }
    }

    /// Whether the service may have carried out the call although it failed.
    ///
    /// `false` is certain: nothing was sent, or the service refused. After `true`, read the state
    /// back before you repeat the call. Always `false` for calls that only read.
    ///
    /// | what came of an attempt | may have been applied |
    /// |---|---|
    /// | no connection, or no time left to get a token | no |
    /// | no response | yes |
    /// | a success that is incomplete or cannot be decoded, 1xx, another 2xx, 3xx | yes |
    /// | 404, 501 | if the body has no error code |
    /// | 408, 5xx other than 501 | yes, whether or not there is a `Retry-After` |
    /// | 429 | only for a create whose response is not the [documented one] |
    /// | another 4xx, also an incomplete one | no |
    ///
    /// After several attempts it is also `true` if any of them left it open, and if the service refuses
    /// what an earlier attempt may have done: with anything but 401 and 429, after an attempt that reached
    /// the service and did not end with 401.
    ///
    /// Gateways send 404, 408, 501 and 5xx without knowing what the service did, and the service can fail after
    /// it has acted.
    ///
    /// [documented one]: https://learn.microsoft.com/partner-center/developer/api-throttling-guidance
    pub fn may_have_been_applied(&self) -> bool {
        self.0.may_have_been_applied
    }

    /// The HTTP status, if there was a response.
    pub fn status(&self) -> Option<StatusCode> {
        Some(self.0.response.as_ref()?.status)
    }

    /// The headers of the response, if there was one, with the caller's token redacted.
    pub fn headers(&self) -> Option<&HeaderMap> {
        Some(&self.0.response.as_ref()?.headers)
    }

    /// The body of the response, if there was one: up to 32 MiB of a success, up to 256 KiB of any
    /// other. The caller's token is redacted.
    pub fn body(&self) -> Option<&[u8]> {
        Some(&self.0.response.as_ref()?.body)
    }

    /// The service's error code, such as 900100.
    ///
    /// The meaning of some codes depends on the [`status`](Self::status).
    pub fn code(&self) -> Option<&ServiceCode> {
        self.0.response.as_ref()?.code.as_ref()
    }

    /// A name for the [`code`](Self::code), such as `TransferIdNotFound` for 900100, if the code
    /// is known. Microsoft names the codes of transfers; other names are our own.
    pub fn code_name(&self) -> Option<&'static str> {
        self.code_info().map(|known| known.name)
    }

    /// What the [`code`](Self::code) means and what to do about it, if the code is known.
    pub fn code_info(&self) -> Option<&'static ErrorCodeInfo> {
        ErrorCodeInfo::find(self.0.call?.error_codes, self.code()?.as_number()?)
    }

    /// What to do about the [`code`](Self::code), if the code is known.
    pub fn remedy(&self) -> Option<&'static str> {
        self.code_info().map(|known| known.remedy)
    }

    /// The [`remedy`](Self::remedy), if another request would fail in the same way; `Display`
    /// shows it too.
    pub fn hint(&self) -> Option<&'static str> {
        let known = self.code_info()?;
        known.hint.then_some(known.remedy)
    }

    /// The service's description, in the language requested with `X-Locale`.
    pub fn description(&self) -> Option<&str> {
        self.0.response.as_ref()?.error_body.description.as_deref()
    }

    /// What else the error body says, such as which fields of the request are invalid:
    /// `lineItems: The field is required.`
    pub fn details(&self) -> &[String] {
        let response = self.0.response.as_ref();
        response.map_or(&[], |response| &response.error_body.details)
    }

    /// The challenges in the response's `WWW-Authenticate`, which say why a token was rejected.
    pub fn auth_challenges(&self) -> Vec<AuthChallenge> {
        self.headers().map_or_else(Vec::new, auth_challenges)
    }

    /// The id of the failed operation in the OpenAPI document, such as `accept_transfer`.
    pub fn operation_id(&self) -> Option<&str> {
        self.0.call.map(|call| call.operation_id)
    }

    /// The `MS-RequestId` of the call; `None` if no request was made.
    pub fn request_id(&self) -> Option<RequestId> {
        self.0.call.map(|call| call.request_id)
    }

    /// The `MS-CorrelationId` of the call; `None` if no request was made.
    pub fn correlation_id(&self) -> Option<CorrelationId> {
        self.0.call.map(|call| call.correlation_id)
    }

    /// The time that the service asks to wait before a retry (`Retry-After`); if no token could be
    /// got, the time that the login service asks to wait. The client has not waited for it.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.credential_error() {
            Some(error) => error.retry_after(),
            None => self.0.response.as_ref()?.retry_after,
        }
    }

    /// How many attempts were made, with or without a connection; 0 if none.
    pub fn attempts(&self) -> u32 {
        self.0.call.map_or(0, |call| call.attempts)
    }

    /// Decodes the body of the response as JSON; `None` without a response or if it does not match.
    /// The types `Fault` and `RateLimitFault` of an API family are the documented ones.
    pub fn decode_body<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        decode(&json_text(self.body()?), PhantomData).ok()
    }

    fn credential_error(&self) -> Option<&CredentialError> {
        self.0.source.as_deref()?.downcast_ref()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn StdError + 'static))
    }
}
