//! An answer whose status generated code has yet to judge: a response to decode, or an error.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::de::{self, DeserializeOwned, DeserializeSeed, IgnoredAny};
use serde_json::{Map, Value};

use crate::credential::Bearer;
use crate::credential::redact::{redact, redact_cut, redact_text};
use crate::error::{Answered, Call, Error, Limit};
use crate::error_body::{ErrorBody, without_bom};
use crate::lenient::List;
use crate::response::Response;
use crate::trace::CallSpan;

/// A shorter token is none but in a test, and would be found in any text.
const LEAST_SECRET: usize = 8;

/// What the service answered to one request.
pub struct RawResponse {
    call: Call,
    status: StatusCode,
    headers: HeaderMap,
    retry_after: Option<Duration>,
    body: BytesMut,
    /// Whether the body came to its end, and all of it was kept.
    whole: bool,
    /// What must not stand in an error, should the server repeat it.
    bearer: Bearer,
    /// The call's span, once this is the answer that the call ends with.
    span: Option<CallSpan>,
}

impl RawResponse {
    pub(crate) fn new(
        call: Call,
        status: StatusCode,
        mut headers: HeaderMap,
        retry_after: Option<Duration>,
        bearer: Bearer,
    ) -> Self {
        // Here, and not where an error is made of it: a trace shows some of them too.
        let secret = secret(&bearer);
        let long = |value: &&mut HeaderValue| value.len() >= secret.map_or(usize::MAX, str::len);
        for value in headers.values_mut().filter(long) {
            if let Cow::Owned(clean) = redact(value.as_bytes(), secret.as_slice()) {
                *value = HeaderValue::from_bytes(&clean)
                    .unwrap_or_else(|_| HeaderValue::from_static(""));
            }
        }
        Self {
            call,
            status,
            headers,
            retry_after,
            body: BytesMut::new(),
            whole: true,
            bearer,
            span: None,
        }
    }

    /// Keeps more of the body, up to a limit; `false` once that is reached.
    pub(crate) fn keep(&mut self, chunk: &[u8], limit: usize) -> bool {
        let room = limit - self.body.len();
        self.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.whole = chunk.len() <= room;
        self.whole
    }

    /// The same, of a call of which more is known now.
    pub(crate) fn of(self, call: Call) -> Self {
        Self { call, ..self }
    }

    /// The same, as what the call ends with: the verdict on it closes the span.
    pub(crate) fn traced(self, span: CallSpan) -> Self {
        let span = Some(span);
        Self { span, ..self }
    }

    pub(crate) fn status_text(&self) -> &str {
        self.status.as_str()
    }

    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// A documented success with a body.
    ///
    /// # Errors
    ///
    /// If the body is not what was promised; the error keeps it.
    pub fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.read(PhantomData)
    }

    /// A documented success with a list, of which `null`s are left out.
    ///
    /// # Errors
    ///
    /// As those of [`decode`](Self::decode).
    pub fn decode_list<T: DeserializeOwned>(self) -> Result<Response<Vec<T>>, Error> {
        self.read(List::default())
    }

    fn read<T, S>(self, seed: S) -> Result<Response<T>, Error>
    where
        S: for<'de> DeserializeSeed<'de, Value = T>,
    {
        let reason = if self.whole {
            let mut json = serde_json::Deserializer::from_slice(without_bom(&self.body));
            let read = if is_fault(without_bom(&self.body)) {
                Err(de::Error::custom("it is a fault"))
            } else {
                seed.deserialize(&mut json)
            };
            match read.and_then(|value| json.end().map(|()| value)) {
                Ok(value) => return Ok(self.with(value)),
                // It repeats values of the answer.
                Err(error) => redact_text(&error.to_string(), secret(&self.bearer).as_slice()),
            }
        } else {
            format!("its body is larger than {} bytes", self.body.len())
        };
        Err(self.failed(|call, answered| Error::decode(call, answered, reason)))
    }

    /// A documented success without a body. Where an object came all the same, as the REST
    /// reference has it, the response keeps it.
    ///
    /// # Errors
    ///
    /// If what came is no JSON object, or a fault: the page of some gateway, say, with a status
    /// that promises more than it holds.
    pub fn empty(self) -> Result<Response<()>, Error> {
        let body = without_bom(&self.body).trim_ascii();
        let believable = body.is_empty()
            || serde_json::from_slice::<Map<String, Value>>(body)
                .is_ok_and(|object| !object.contains_key("code"));
        if believable {
            return Ok(self.with(()));
        }
        let reason = "its body is not what this operation answers".to_owned();
        Err(self.failed(|call, answered| Error::decode(call, answered, reason)))
    }

    /// Any status that is no documented success.
    pub fn refused(self) -> Error {
        self.failed(Error::service)
    }

    /// The token was refused, and there is no other; what was answered is kept beside that.
    pub(crate) fn refused_before(self, error: Error) -> Error {
        let (_, answered) = self.into_parts();
        error.after(answered)
    }

    /// The body broke off, or its time ran out.
    pub(crate) fn cut_off(mut self, limit: Limit, source: Option<reqwest::Error>) -> Error {
        self.whole = false;
        let (call, answered) = self.into_parts();
        Error::cut_off(call, answered, limit, source)
    }

    fn with<T>(mut self, value: T) -> Response<T> {
        let span = self.span.take();
        let response = Response {
            value,
            status: self.status,
            headers: self.headers,
            body: self.body.freeze(),
            request_id: self.call.request_id,
            correlation_id: self.call.correlation_id,
            attempts: self.call.attempts,
        };
        match span {
            Some(span) => span.succeeded(response),
            None => response,
        }
    }

    fn failed(mut self, error: impl FnOnce(Call, Answered) -> Error) -> Error {
        let span = self.span.take();
        let (call, answered) = self.into_parts();
        let error = error(call, answered);
        match span {
            Some(span) => span.failed(error),
            None => error,
        }
    }

    fn into_parts(self) -> (Call, Answered) {
        let secret = secret(&self.bearer);
        let secrets = secret.as_slice();
        let body = self.body.freeze();
        let clean = if self.whole {
            redact(&body, secrets)
        } else {
            redact_cut(&body, secrets)
        };
        let body = match clean {
            Cow::Borrowed(clean) => body.slice_ref(clean),
            Cow::Owned(clean) => Bytes::from(clean),
        };
        // Once more after parsing: JSON can spell a text in many ways.
        let fault = ErrorBody::read(&body, |text| redact_text(text, secrets));
        let answered = Answered::new(self.status, self.headers, body, self.retry_after, fault);
        (self.call, answered)
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("call", &self.call)
            .field("status", &self.status.as_u16())
            .field("body_length", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What an answer may not repeat.
fn secret(bearer: &Bearer) -> Option<&str> {
    Some(bearer.text().expose()).filter(|text| text.len() >= LEAST_SECRET)
}

/// Longer ones are none: a description has up to 1024 characters.
const LONGEST_FAULT: usize = 2_048;

/// Whether a body is a fault, which a success cannot be. Nothing of an answer is required, so it
/// would be read as one otherwise.
fn is_fault(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Told {
        code: Option<IgnoredAny>,
        description: Option<IgnoredAny>,
    }

    let body = body.trim_ascii_start();
    body.len() <= LONGEST_FAULT
        && body.starts_with(b"{")
        && serde_json::from_slice::<Told>(body)
            .is_ok_and(|told| told.code.is_some() && told.description.is_some())
}
