//! An answer whose status generated code has yet to judge: a response to decode, or an error.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::credential::Bearer;
use crate::error::{Answered, Call, Error, Limit};
use crate::fault::{Fault, without_bom};
use crate::response::Response;
use crate::trace::CallSpan;

/// A shorter token is none but in a test, and would be found in any text.
const LEAST_SECRET: usize = 8;

/// What stands in place of a secret.
const REDACTED: &str = "<redacted>";

/// What the service answered to one request.
#[derive(Debug)]
pub struct Answer {
    call: Call,
    status: StatusCode,
    headers: HeaderMap,
    retry_after: Option<Duration>,
    body: BytesMut,
    /// Whether all of the body that came was kept.
    whole: bool,
    /// What must not stand in an error, should the server repeat it.
    bearer: Bearer,
    /// The call's span, once this is the answer that the call ends with.
    span: Option<CallSpan>,
}

impl Answer {
    pub(crate) fn new(
        call: Call,
        status: StatusCode,
        headers: HeaderMap,
        retry_after: Option<Duration>,
        bearer: Bearer,
    ) -> Self {
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
        let reason = if self.whole {
            match serde_json::from_slice(without_bom(&self.body)) {
                Ok(value) => return Ok(self.with(value)),
                // It repeats values of the answer.
                Err(error) => redacted(error.to_string(), self.bearer.text().expose()),
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
    pub(crate) fn cut_off(self, limit: Limit, source: Option<reqwest::Error>) -> Error {
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
        let secret = self.bearer.text().expose();
        let body = without(self.body.freeze(), secret.as_bytes());
        let mut fault = Fault::read(&body);
        // Once more after parsing: JSON can spell a text in many ways.
        fault.description = fault.description.map(|text| redacted(text, secret));
        fault.code = fault
            .code
            .map(|code| code.map(|text| redacted(text, secret)));
        let answered = Answered::new(self.status, self.headers, body, self.retry_after, fault);
        (self.call, answered)
    }
}

fn redacted(text: String, secret: &str) -> String {
    if secret.len() < LEAST_SECRET || !text.contains(secret) {
        return text;
    }
    text.replace(secret, REDACTED)
}

/// A body with a secret replaced where a careless server repeats the request: errors are written
/// to logs.
fn without(body: Bytes, secret: &[u8]) -> Bytes {
    let found = |body: &[u8]| body.windows(secret.len()).position(|part| part == secret);
    if secret.len() < LEAST_SECRET || found(&body).is_none() {
        return body;
    }
    let mut rest = &body[..];
    let mut clean = BytesMut::new();
    while let Some(at) = found(rest) {
        clean.extend_from_slice(&rest[..at]);
        clean.extend_from_slice(REDACTED.as_bytes());
        rest = &rest[at + secret.len()..];
    }
    clean.extend_from_slice(rest);
    clean.freeze()
}
