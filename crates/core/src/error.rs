//! What went wrong: one opaque type that says what happened, what the service said, and whether
//! it may have acted.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::credential::CredentialError;
use crate::effect;
use crate::error_body::{ErrorBody, without_bom};
use crate::error_codes::ErrorCodeInfo;
use crate::id::{CorrelationId, RequestId};
use crate::retry;

/// A call that failed, or a client that could not be built.
///
/// ```
/// # fn look(error: partner_center_core::Error) {
/// if error.may_have_been_applied() {
///     // Read the transfer back before anything is sent again.
/// } else if let Some(code) = error.code() {
///     eprintln!("refused with {code}: {}", error.description().unwrap_or_default());
/// }
/// # }
/// ```
///
/// `Display` is one sentence. Neither it nor `Debug` ever shows a token, and the body is left to
/// [`body`](Self::body).
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    call: Option<Call>,
    answer: Option<Answered>,
    may_have_been_applied: bool,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// Which call it was, and how far it had come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) operation_id: &'static str,
    pub(crate) mutating: bool,
    pub(crate) request_id: RequestId,
    pub(crate) correlation_id: CorrelationId,
    pub(crate) attempts: u32,
    /// An earlier attempt may have taken effect, whatever came of the last one.
    pub(crate) maybe_applied: bool,
    /// The known codes of the API that was called.
    pub(crate) error_codes: &'static [ErrorCodeInfo],
}

/// What the service answered.
pub(crate) struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    retry_after: Option<Duration>,
    fault: ErrorBody,
}

impl Answered {
    pub(crate) fn new(
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        retry_after: Option<Duration>,
        fault: ErrorBody,
    ) -> Self {
        Self {
            status,
            headers,
            body,
            retry_after,
            fault,
        }
    }
}

/// A time limit that was spent.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Limit {
    Attempt(Duration),
    /// What was left for the whole call.
    Call {
        whole: Duration,
        remaining: Duration,
    },
}

impl Limit {
    pub(crate) fn duration(self) -> Duration {
        match self {
            Self::Attempt(limit) => limit,
            Self::Call { remaining, .. } => remaining,
        }
    }
}

enum Kind {
    InvalidInput(String),
    Configuration(String),
    Credential,
    Connect,
    Timeout(Limit),
    Interrupted,
    Service,
    Decode(String),
}

impl Error {
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::new(Kind::InvalidInput(message.into()), None, false)
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(Kind::Configuration(message.into()), None, false)
    }

    /// There is no token, so nothing more was sent.
    pub(crate) fn credential(call: Call, source: CredentialError) -> Self {
        let mut error = Self::new(Kind::Credential, Some(call), false);
        error.0.source = Some(Box::new(source));
        error
    }

    /// No connection came about, so the request was never sent.
    pub(crate) fn connect(call: Call, source: reqwest::Error) -> Self {
        Self::new(Kind::Connect, Some(call), false).because_of(Some(source))
    }

    /// The time ran out; `in_flight` says whether a request was on its way.
    pub(crate) fn timeout(
        call: Call,
        limit: Limit,
        in_flight: bool,
        source: Option<reqwest::Error>,
    ) -> Self {
        Self::new(Kind::Timeout(limit), Some(call), in_flight).because_of(source)
    }

    /// The connection broke after the request, or a part of it, was sent.
    pub(crate) fn interrupted(call: Call, source: reqwest::Error) -> Self {
        Self::new(Kind::Interrupted, Some(call), true).because_of(Some(source))
    }

    /// The answer's head came, and then the connection broke or the time ran out. What the status
    /// says of a call that was not successful, it says without the body too.
    pub(crate) fn cut_off(
        call: Call,
        answer: Answered,
        limit: Limit,
        source: Option<reqwest::Error>,
    ) -> Self {
        let kind = match &source {
            _ if !answer.status.is_success() => Kind::Service,
            Some(error) if !error.is_timeout() => Kind::Interrupted,
            _ => Kind::Timeout(limit),
        };
        Self::with_answer(kind, call, answer).because_of(source)
    }

    /// The service answered with a status that is no documented success.
    pub(crate) fn service(call: Call, answer: Answered) -> Self {
        Self::with_answer(Kind::Service, call, answer)
    }

    /// The service answered with success, and the body cannot be read as what was promised.
    pub(crate) fn decode(call: Call, answer: Answered, reason: String) -> Self {
        Self::with_answer(Kind::Decode(reason), call, answer)
    }

    fn with_answer(kind: Kind, call: Call, answer: Answered) -> Self {
        let acted = effect::possible_after(answer.status, &answer.headers);
        let mut error = Self::new(kind, Some(call), acted);
        error.0.answer = Some(answer);
        error
    }

    /// `acted` says whether the last attempt may have taken effect, were the call a mutating one.
    fn new(kind: Kind, call: Option<Call>, acted: bool) -> Self {
        Self(Box::new(Inner {
            kind,
            may_have_been_applied: call
                .is_some_and(|call| call.mutating && (acted || call.maybe_applied)),
            call,
            answer: None,
            source: None,
        }))
    }

    /// The same, after this answer.
    pub(crate) fn after(mut self, answer: Answered) -> Self {
        self.0.answer = Some(answer);
        self
    }

    fn because_of(mut self, source: Option<reqwest::Error>) -> Self {
        if let Some(source) = source {
            // The URL is in it otherwise, and a URL with a customer's id is not for logs.
            self.0.source = Some(Box::new(source.without_url()));
        }
        self
    }

    /// What kind of failure it was, in a word for a trace.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.0.kind {
            Kind::InvalidInput(_) => "invalid_input",
            Kind::Configuration(_) => "configuration",
            Kind::Credential => "credential",
            Kind::Connect => "connect",
            Kind::Timeout(_) => "timeout",
            Kind::Interrupted => "interrupted",
            Kind::Service => "service",
            Kind::Decode(_) => "decode",
        }
    }

    /// An argument was wrong; no request was made.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_))
    }

    /// A setting of the client was wrong; no request was made.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// No access token could be had, or no new one after a refusal. [`source`](std::error::Error::source) is the
    /// [`CredentialError`] that says why.
    pub fn is_credential(&self) -> bool {
        matches!(self.0.kind, Kind::Credential)
    }

    /// No connection to the service came about; the request was not sent, or not sent again.
    pub fn is_connect(&self) -> bool {
        matches!(self.0.kind, Kind::Connect)
    }

    /// A time limit passed before the whole answer had come.
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Timeout(_))
    }

    /// The connection broke before the whole answer had come.
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted)
    }

    /// The service, or a gateway before it, answered with a status that is no documented success.
    pub fn is_service(&self) -> bool {
        matches!(self.0.kind, Kind::Service)
    }

    /// The call succeeded, but its answer could not be read. [`body`](Self::body) has it raw.
    pub fn is_decode(&self) -> bool {
        matches!(self.0.kind, Kind::Decode(_))
    }

    /// Whether the same call may fare better later: no connection came about, a time limit passed,
    /// the connection broke, the status is 408, 429, 500, 502, 503 or 504; or no token could be
    /// had for [such a reason](CredentialError::is_transient).
    ///
    /// It does not say that the call may be made again: for that see
    /// [`may_have_been_applied`](Self::may_have_been_applied).
    pub fn is_transient(&self) -> bool {
        match self.0.kind {
            Kind::Connect | Kind::Timeout(_) | Kind::Interrupted => true,
            Kind::Service => self.status().is_some_and(retry::is_transient_status),
            Kind::Credential => self
                .credential_error()
                .is_some_and(CredentialError::is_transient),
            Kind::InvalidInput(_) | Kind::Configuration(_) | Kind::Decode(_) => false,
        }
    }

    /// Whether the service may have carried the call out although it failed.
    ///
    /// `false` is certain: nothing was sent, or the service refused. After `true`, read the
    /// state back before the call is made again. Always `false` for calls that only read.
    pub fn may_have_been_applied(&self) -> bool {
        self.0.may_have_been_applied
    }

    /// The HTTP status, if an answer came.
    pub fn status(&self) -> Option<StatusCode> {
        self.answer().map(|answer| answer.status)
    }

    /// The headers of the answer, if one came. Where one held the caller's token, that is replaced.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.answer().map(|answer| &answer.headers)
    }

    /// The body of the answer as it came, if one came: up to 32 MiB of a success, up to 256 KiB
    /// of anything else. Where it held the caller's token, that is replaced; where it was cut off
    /// within the token, it ends before that.
    pub fn body(&self) -> Option<&[u8]> {
        self.answer().map(|answer| &*answer.body)
    }

    /// The service's own error code, such as 900100.
    ///
    /// Codes are not unique across statuses: look at [`status`](Self::status) too.
    pub fn code(&self) -> Option<&ServiceCode> {
        self.answer()?.fault.code.as_ref()
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

    /// The service's own description, in the language asked for with `X-Locale`.
    pub fn description(&self) -> Option<&str> {
        self.answer()?.fault.description.as_deref()
    }

    /// The operation that failed, by its id in the OpenAPI document, such as `accept_transfer`.
    pub fn operation_id(&self) -> Option<&str> {
        self.0.call.map(|call| call.operation_id)
    }

    /// The `MS-RequestId` that the call carried; `None` if no request was made.
    pub fn request_id(&self) -> Option<RequestId> {
        self.0.call.map(|call| call.request_id)
    }

    /// The `MS-CorrelationId` that the call carried; `None` if no request was made.
    pub fn correlation_id(&self) -> Option<CorrelationId> {
        self.0.call.map(|call| call.correlation_id)
    }

    /// How long the service asks to wait before the next try, if it does (`Retry-After`); where no
    /// token could be had, the login service. It was not waited for after this last answer; that
    /// is the caller's.
    pub fn retry_after(&self) -> Option<Duration> {
        match self.credential_error() {
            Some(error) => error.retry_after(),
            None => self.answer()?.retry_after,
        }
    }

    /// How often the call was tried, whether or not a connection came about; 0 if it never was.
    pub fn attempts(&self) -> u32 {
        self.0.call.map_or(0, |call| call.attempts)
    }

    /// The body of the answer decoded as JSON, if one came and is of that type. The types
    /// `Fault` and `RateLimitFault` of an API family are what the service documents.
    pub fn decode_body<T: serde::de::DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(without_bom(self.body()?)).ok()
    }

    fn answer(&self) -> Option<&Answered> {
        self.0.answer.as_ref()
    }

    fn credential_error(&self) -> Option<&CredentialError> {
        self.0.source.as_deref()?.downcast_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let operation = inner.call.map_or("call", |call| call.operation_id);
        match &inner.kind {
            Kind::InvalidInput(message) | Kind::Configuration(message) => f.write_str(message)?,
            Kind::Connect if inner.may_have_been_applied => {
                write!(
                    f,
                    "{operation} could not be sent again: no connection to the service"
                )?;
            }
            Kind::Connect => write!(f, "{operation} was not sent: no connection to the service")?,
            Kind::Credential if inner.answer.is_some() => {
                write!(
                    f,
                    "{operation} was refused, and there is no new access token, after"
                )?;
            }
            Kind::Credential => write!(f, "{operation} was not sent: no access token")?,
            Kind::Timeout(Limit::Attempt(limit)) => {
                write!(
                    f,
                    "{operation} spent the {limit:?} for one attempt before the answer"
                )?;
            }
            Kind::Timeout(Limit::Call { whole, .. }) => {
                write!(
                    f,
                    "{operation} spent the {whole:?} for the whole call before the answer"
                )?;
            }
            Kind::Interrupted => write!(f, "{operation} lost its connection before the answer")?,
            Kind::Service => write!(f, "{operation} was answered with")?,
            Kind::Decode(_) => write!(f, "{operation} succeeded with")?,
        }
        if let Some(answer) = &inner.answer {
            if matches!(inner.kind, Kind::Timeout(_) | Kind::Interrupted) {
                f.write_str(" was complete; it began with")?;
            }
            write!(f, " {}", answer.status)?;
            if let Some(code) = &answer.fault.code {
                write!(f, ", code {}", one_line(code.as_str(), 64))?;
            }
            if let Some(name) = self.code_name() {
                write!(f, " ({name})")?;
            }
            if let Some(description) = &answer.fault.description {
                let description = one_line(description, 1_024);
                write!(f, ": {}", description.trim_end_matches('.'))?;
            }
        }
        match (&inner.kind, inner.source.as_deref()) {
            // It is a whole sentence, with what to do; what caused it says less.
            (Kind::Credential, Some(error)) => write!(f, ": {error}")?,
            (_, Some(error)) => {
                if let Some(cause) = root_cause(error) {
                    write!(f, " ({cause})")?;
                }
            }
            (_, None) => {}
        }
        if let Some(hint) = self.hint() {
            write!(f, "; {hint}")?;
        }
        if let Some(wait) = self.retry_after() {
            write!(f, "; the service asks to wait {wait:?}")?;
        }
        if let Kind::Decode(reason) = &inner.kind {
            write!(f, ", but its answer cannot be read: {reason}")?;
        }
        if matches!(inner.kind, Kind::Decode(_)) && inner.may_have_been_applied {
            f.write_str("; take it as done until the state is read back; `body` has the answer")?;
        } else if inner.may_have_been_applied {
            f.write_str("; the service may have acted, so read the state back before a new try")?;
        }
        if let Some(call) = inner.call {
            write!(f, " [request id {}", call.request_id)?;
            if call.attempts > 1 {
                write!(f, ", {} attempts", call.attempts)?;
            }
            f.write_str("]")?;
        }
        Ok(())
    }
}

/// Text of the service as a part of one line: a log or a terminal takes a control character for
/// more than text.
fn one_line(text: &str, limit: usize) -> String {
    text.chars()
        .take(limit)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// The innermost error of a chain: "connection refused" says more than "error sending request".
fn root_cause<'a>(
    error: &'a (dyn std::error::Error + Send + Sync + 'static),
) -> Option<&'a (dyn std::error::Error + 'static)> {
    let first: &dyn std::error::Error = error;
    std::iter::successors(Some(first), |error| error.source()).last()
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut shown = f.debug_struct("Error");
        shown.field("kind", &self.kind_name());
        match &inner.kind {
            Kind::InvalidInput(text) | Kind::Configuration(text) | Kind::Decode(text) => {
                shown.field("reason", text);
            }
            Kind::Timeout(limit) => {
                shown.field("limit", limit);
            }
            _ => {}
        }
        if let Some(answer) = &inner.answer {
            shown
                .field("status", &answer.status.as_u16())
                .field("code", &answer.fault.code)
                .field("description", &answer.fault.description)
                .field("retry_after", &answer.retry_after)
                .field("body_length", &answer.body.len());
        }
        if let Some(call) = &inner.call {
            shown
                .field("operation_id", &call.operation_id)
                .field("request_id", &call.request_id)
                .field("correlation_id", &call.correlation_id)
                .field("attempts", &call.attempts);
        }
        shown.field("may_have_been_applied", &inner.may_have_been_applied);
        if let Some(source) = &inner.source {
            shown.field("source", &source.to_string());
        }
        shown.finish()
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|source| source as &(dyn std::error::Error + 'static))
    }
}

/// A code that the service gave its error: documented as text, sent as a number, kept as text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServiceCode(String);

impl ServiceCode {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The code as a number, if it is one, as those of Partner Center are.
    pub fn as_number(&self) -> Option<i64> {
        self.0.parse().ok()
    }
}

impl fmt::Display for ServiceCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
