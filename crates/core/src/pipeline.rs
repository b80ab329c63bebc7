//! One call, from a request that generated code has built to an answer or an error: the ids, the
//! token and the other headers that every call carries, sending, and reading up to a limit.
//!
//! Knows no operation. Credentials, retries and tracing belong here too; each comes as a step of
//! [`Pipeline::execute`].

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, USER_AGENT,
};
use http::{HeaderMap, Method, StatusCode};
use serde::de::DeserializeOwned;

use crate::effect;
use crate::endpoint::Endpoint;
use crate::error::{Call, Error};
use crate::fault::without_bom;
use crate::id::{CorrelationId, RequestId};
use crate::response::Response;
use crate::secret::Secret;

const MS_REQUEST_ID: HeaderName = HeaderName::from_static("ms-requestid");
const MS_CORRELATION_ID: HeaderName = HeaderName::from_static("ms-correlationid");
const APPLICATION_JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How much of a body is read. The largest answers known are some hundred kilobytes.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// What the generated code says of an operation.
#[derive(Clone, Copy, Debug)]
pub struct OperationInfo {
    /// The operation's id in the OpenAPI document.
    pub operation_id: &'static str,
}

/// What is set up once and shared by all calls of a client and its clones.
#[derive(Clone, Debug)]
pub struct Pipeline(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    http: reqwest::Client,
    endpoint: Endpoint,
    token: Secret,
    user_agent: HeaderValue,
    timeout: Duration,
}

impl Pipeline {
    pub(crate) fn new(
        http: reqwest::Client,
        endpoint: Endpoint,
        token: Secret,
        user_agent: HeaderValue,
        timeout: Duration,
    ) -> Self {
        Self(Arc::new(Shared {
            http,
            endpoint,
            token,
            user_agent,
            timeout,
        }))
    }

    /// What builds requests. It is not what sends them: that is [`execute`](Self::execute).
    pub fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    /// The base URL, without a slash at its end.
    pub fn base_url(&self) -> &str {
        self.0.endpoint.base()
    }

    /// Sends a request and reads its answer.
    ///
    /// # Errors
    ///
    /// If no whole answer came. An answer of any status is no error here.
    pub async fn execute(
        &self,
        mut request: reqwest::Request,
        operation: &OperationInfo,
    ) -> Result<Answer, Error> {
        let call = self.prepare(&mut request, operation)?;
        let limit = *request.timeout_mut().get_or_insert(self.0.timeout);
        let classify = |error: reqwest::Error| {
            // A connect that runs out of time is both; that nothing was sent is what counts.
            if error.is_connect() || error.is_builder() {
                Error::connect(call, error)
            } else if error.is_timeout() {
                Error::timeout(call, limit, error)
            } else {
                Error::interrupted(call, error)
            }
        };

        let mut response = self.0.http.execute(request).await.map_err(classify)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let mut body = BytesMut::new();
        let mut whole = true;
        let broken = loop {
            match response.chunk().await {
                Ok(None) => break None,
                Ok(Some(chunk)) => {
                    let room = BODY_LIMIT - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                    whole = chunk.len() <= room;
                    if !whole {
                        break None;
                    }
                }
                Err(error) => break Some(error),
            }
        };
        let answer = Answer {
            call,
            status,
            headers,
            body: body.freeze(),
            whole,
            token: self.0.token.clone(),
        };
        match broken {
            None => Ok(answer),
            Some(error) => Err(answer.cut_off(limit, error)),
        }
    }

    /// Adds the headers that every call carries; those that the caller has set stay.
    fn prepare(
        &self,
        request: &mut reqwest::Request,
        operation: &OperationInfo,
    ) -> Result<Call, Error> {
        let mutating = effect::is_mutating(request.method());
        let empty_upload = request.body().is_none()
            && matches!(
                *request.method(),
                Method::POST | Method::PUT | Method::PATCH
            );
        let headers = request.headers_mut();

        let request_id = id_header(headers, MS_REQUEST_ID, RequestId::random)?;
        let correlation_id = id_header(headers, MS_CORRELATION_ID, CorrelationId::random)?;

        let mut bearer = HeaderValue::from_str(&format!("Bearer {}", self.0.token.expose()))
            .map_err(|_| Error::configuration("the bearer token cannot stand in a header"))?;
        bearer.set_sensitive(true);
        headers.insert(AUTHORIZATION, bearer);
        headers.entry(ACCEPT).or_insert(APPLICATION_JSON);
        headers.insert(USER_AGENT, self.0.user_agent.clone());
        if empty_upload {
            // Without the length, gateways of the service's kind answer 411, and the HTTP
            // library leaves it out. The type is what the documented request of an accept has.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
            headers.entry(CONTENT_TYPE).or_insert(APPLICATION_JSON);
        }
        Ok(Call {
            operation_id: operation.operation_id,
            mutating,
            request_id,
            correlation_id,
        })
    }
}

/// The id that the caller has set in a header, or a new one that is set there now.
fn id_header<I>(headers: &mut HeaderMap, name: HeaderName, random: fn() -> I) -> Result<I, Error>
where
    I: std::str::FromStr<Err = crate::ParseGuidError> + std::fmt::Display,
{
    if let Some(value) = headers.get(&name) {
        return value
            .to_str()
            .unwrap_or_default()
            .parse()
            .map_err(|error| Error::invalid_input(format!("{name}: {error}")));
    }
    let id = random();
    let value = HeaderValue::from_str(&id.to_string())
        .map_err(|_| Error::invalid_input(format!("{name} cannot stand in a header")))?;
    headers.insert(name, value);
    Ok(id)
}

/// An answer whose status generated code has yet to judge.
#[derive(Debug)]
pub struct Answer {
    call: Call,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    /// Whether the body was read to its end.
    whole: bool,
    token: Secret,
}

impl Answer {
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
        if !self.whole {
            let reason = format!("its body is larger than {BODY_LIMIT} bytes");
            return Err(self.unreadable(&reason));
        }
        match serde_json::from_slice(without_bom(&self.body)) {
            Ok(value) => Ok(self.with(value)),
            Err(error) => Err(self.unreadable(&error.to_string())),
        }
    }

    /// A documented success without a body. Where one came all the same, the response keeps it.
    pub fn empty(self) -> Response<()> {
        self.with(())
    }

    /// Any status that is no documented success.
    pub fn refused(self) -> Error {
        let body = self.without_token();
        Error::service(self.call, self.status, self.headers, body)
    }

    fn cut_off(self, limit: Duration, error: reqwest::Error) -> Error {
        let body = self.without_token();
        Error::cut_off(self.call, self.status, self.headers, body, limit, error)
    }

    fn unreadable(self, reason: &str) -> Error {
        let body = self.without_token();
        Error::decode(self.call, self.status, self.headers, body, reason)
    }

    fn with<T>(self, value: T) -> Response<T> {
        Response {
            value,
            status: self.status,
            headers: self.headers,
            body: self.body,
            request_id: self.call.request_id,
            correlation_id: self.call.correlation_id,
        }
    }

    /// The body, with the token replaced where a careless server repeats the request: errors are
    /// written to logs.
    fn without_token(&self) -> Bytes {
        let token = self.token.expose().as_bytes();
        let found = |body: &[u8]| body.windows(token.len()).position(|part| part == token);
        let mut rest = &self.body[..];
        let mut clean = BytesMut::new();
        while let Some(at) = found(rest) {
            clean.extend_from_slice(&rest[..at]);
            clean.extend_from_slice(b"<redacted>");
            rest = &rest[at + token.len()..];
        }
        if clean.is_empty() && rest.len() == self.body.len() {
            return self.body.clone();
        }
        clean.extend_from_slice(rest);
        clean.freeze()
    }
}
