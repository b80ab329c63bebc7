//! What went wrong: one opaque type that says what happened, what the service said, and whether
//! it may have acted.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::fault::Fault;
use crate::id::{CorrelationId, RequestId};

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

/// Which call it was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Call {
    pub(crate) operation_id: &'static str,
    pub(crate) mutating: bool,
    pub(crate) request_id: RequestId,
    pub(crate) correlation_id: CorrelationId,
}

/// What the service answered.
struct Answered {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    fault: Fault,
}

enum Kind {
    InvalidInput(String),
    Configuration(String),
    Connect,
    Timeout(Duration),
    Interrupted,
    Service,
    Decode(String),
}

impl Error {
    pub(crate) fn invalid_input(message: impl Into<String>) -> Self {
        Self::before_any_request(Kind::InvalidInput(message.into()))
    }

    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::before_any_request(Kind::Configuration(message.into()))
    }

    fn before_any_request(kind: Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            call: None,
            answer: None,
            may_have_been_applied: false,
            source: None,
        }))
    }

    /// No connection came about, so the request was never sent.
    pub(crate) fn connect(call: Call, source: reqwest::Error) -> Self {
        Self::without_answer(Kind::Connect, call, false, source)
    }

    /// The time ran out; `limit` is how long it was.
    pub(crate) fn timeout(call: Call, limit: Duration, source: reqwest::Error) -> Self {
        Self::without_answer(Kind::Timeout(limit), call, call.mutating, source)
    }

    /// The connection broke after the request, or a part of it, was sent.
    pub(crate) fn interrupted(call: Call, source: reqwest::Error) -> Self {
        Self::without_answer(Kind::Interrupted, call, call.mutating, source)
    }

    /// The answer's head came, and then the connection broke or the time ran out.
    pub(crate) fn cut_off(
        call: Call,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        limit: Duration,
        source: reqwest::Error,
    ) -> Self {
        let kind = if source.is_timeout() {
            Kind::Timeout(limit)
        } else {
            Kind::Interrupted
        };
        let applied = call.mutating && crate::effect::possible_after(status, &headers);
        let mut error = Self::with_answer(kind, call, applied, status, headers, body);
        error.0.source = Some(Box::new(source.without_url()));
        error
    }

    fn without_answer(kind: Kind, call: Call, applied: bool, source: reqwest::Error) -> Self {
        Self(Box::new(Inner {
            kind,
            call: Some(call),
            answer: None,
            may_have_been_applied: applied,
            // The URL is in it otherwise, and a URL is not for logs.
            source: Some(Box::new(source.without_url())),
        }))
    }

    /// The service answered with a status that is no documented success.
    pub(crate) fn service(call: Call, status: StatusCode, headers: HeaderMap, body: Bytes) -> Self {
        let applied = call.mutating && crate::effect::possible_after(status, &headers);
        Self::with_answer(Kind::Service, call, applied, status, headers, body)
    }

    /// The service answered with success, and the body cannot be read as what was promised.
    pub(crate) fn decode(
        call: Call,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        reason: impl Into<String>,
    ) -> Self {
        let kind = Kind::Decode(reason.into());
        Self::with_answer(kind, call, call.mutating, status, headers, body)
    }

    fn with_answer(
        kind: Kind,
        call: Call,
        applied: bool,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let fault = Fault::read(&body);
        Self(Box::new(Inner {
            kind,
            call: Some(call),
            answer: Some(Answered {
                status,
                headers,
                body,
                fault,
            }),
            may_have_been_applied: applied,
            source: None,
        }))
    }

    /// An argument was wrong; no request was made.
    pub fn is_invalid_input(&self) -> bool {
        matches!(self.0.kind, Kind::InvalidInput(_))
    }

    /// A setting of the client was wrong; no request was made.
    pub fn is_configuration(&self) -> bool {
        matches!(self.0.kind, Kind::Configuration(_))
    }

    /// No connection to the service came about; the request was not sent.
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

    /// The headers of the answer, if one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.answer().map(|answer| &answer.headers)
    }

    /// The body of the answer as it came, if one came, up to a limit of 32 MiB. Where it held
    /// the caller's token, that is replaced.
    pub fn body(&self) -> Option<&[u8]> {
        self.answer().map(|answer| &*answer.body)
    }

    /// The service's own error code, such as 900100.
    ///
    /// Codes are not unique across statuses: look at [`status`](Self::status) too.
    pub fn code(&self) -> Option<&ServiceCode> {
        self.answer()?.fault.code.as_ref()
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

    fn answer(&self) -> Option<&Answered> {
        self.0.answer.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let operation = inner.call.map_or("call", |call| call.operation_id);
        match &inner.kind {
            Kind::InvalidInput(message) | Kind::Configuration(message) => f.write_str(message)?,
            Kind::Connect => write!(f, "{operation} was not sent: no connection to the service")?,
            Kind::Timeout(limit) => {
                write!(f, "{operation} ran out of its {limit:?} before the answer")?;
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
                write!(f, ", code {code}")?;
            }
            if let Some(description) = &answer.fault.description {
                write!(f, ": {}", description.trim_end_matches('.'))?;
            }
        }
        if let Some(cause) = inner.source.as_deref().and_then(root_cause) {
            write!(f, " ({cause})")?;
        }
        if let Kind::Decode(reason) = &inner.kind {
            write!(f, ", but its answer cannot be read: {reason}")?;
        }
        if matches!(inner.kind, Kind::Decode(_)) && inner.may_have_been_applied {
            f.write_str("; the change is made, so do not send it again; `body` keeps the answer")?;
        } else if inner.may_have_been_applied {
            f.write_str("; the service may have acted, so read the state back before a new try")?;
        }
        if let Some(call) = inner.call {
            write!(f, " [request id {}]", call.request_id)?;
        }
        Ok(())
    }
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
        match &inner.kind {
            Kind::InvalidInput(message) => shown.field("invalid_input", message),
            Kind::Configuration(message) => shown.field("configuration", message),
            Kind::Connect => shown.field("kind", &"connect"),
            Kind::Timeout(limit) => shown.field("kind", &"timeout").field("limit", limit),
            Kind::Interrupted => shown.field("kind", &"interrupted"),
            Kind::Service => shown.field("kind", &"service"),
            Kind::Decode(reason) => shown.field("kind", &"decode").field("reason", reason),
        };
        if let Some(answer) = &inner.answer {
            shown
                .field("status", &answer.status.as_u16())
                .field("code", &answer.fault.code)
                .field("description", &answer.fault.description)
                .field("body_length", &answer.body.len());
        }
        if let Some(call) = &inner.call {
            shown
                .field("operation_id", &call.operation_id)
                .field("request_id", &call.request_id)
                .field("correlation_id", &call.correlation_id);
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
