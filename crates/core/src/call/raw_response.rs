//! The response to a call, which generated code decodes or rejects by its status.

use std::fmt;
use std::marker::PhantomData;

use http::StatusCode;
use memchr::memmem;
use serde::de::{self, DeserializeOwned, DeserializeSeed, IgnoredAny};
use serde_json::{Map, Value};

use crate::call_context::CallContext;
use crate::content_encoding::Undecoded;
use crate::decode::collection::Collection;
use crate::decode::error_body::{Page, page};
use crate::decode::json::{decode_exactly, json_text};
use crate::error::{Error, ErrorResponse};
use crate::response::Response;
use crate::trace::CallSpan;

use super::received::Received;

/// Bodies that may be an error body are at most this long: a description has up to 1,024
/// characters.
const LONGEST_ERROR_BODY: usize = 2_048;

/// A response of any status. Each of its methods ends the call and closes its span.
pub struct RawResponse {
    received: Received,
    span: CallSpan,
}

impl RawResponse {
    pub(super) fn new(received: Received, span: CallSpan) -> Self {
        Self { received, span }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.received.status
    }

    /// Decodes the body of a documented success.
    ///
    /// # Errors
    ///
    /// If the body does not match the type; the error keeps it.
    pub fn decode<T: DeserializeOwned>(self) -> Result<Response<T>, Error> {
        self.decode_with::<T, PhantomData<T>>()
    }

    /// Decodes the body of a documented success as a list, without its `null` items: a bare array,
    /// or the `items` of the envelope that most lists of this API have.
    ///
    /// # Errors
    ///
    /// Those of [`decode`](Self::decode), and if the envelope says that there is another page.
    pub fn decode_list<T: DeserializeOwned>(self) -> Result<Response<Vec<T>>, Error> {
        self.decode_with::<_, Collection<T>>()
    }

    fn decode_with<T, S>(self) -> Result<Response<T>, Error>
    where
        S: for<'de> DeserializeSeed<'de, Value = T> + Default,
    {
        let reason = if self.received.whole {
            match read::<T, S>(&self.received.body) {
                Ok(value) => return Ok(self.succeeded(value)),
                // The message repeats values of the body.
                Err(error) => self.received.redact(&error.to_string()),
            }
        } else {
            format!("its body is larger than {} bytes", self.received.body.len())
        };
        Err(self.undecodable(reason))
    }

    /// Checks the body of a documented success without content. A JSON object is accepted and kept
    /// in the response, since the REST reference documents one.
    ///
    /// # Errors
    ///
    /// If the body is not a JSON object or is an error body, such as a gateway's page.
    pub fn empty(self) -> Result<Response<()>, Error> {
        if is_empty_or_object(&self.received.body) {
            return Ok(self.succeeded(()));
        }
        let reason = "this operation does not return such a body".to_owned();
        Err(self.undecodable(reason))
    }

    /// The error for a status that is not a documented success.
    pub fn refused(self) -> Error {
        self.failed(Error::service)
    }

    /// The error for a success whose body cannot be decoded.
    fn undecodable(self, mut reason: String) -> Error {
        if let Some(encoding) = Undecoded::of(&self.received.headers) {
            reason = encoding.to_string();
        }
        let page = page(&json_text(&self.received.body)).map(|page| Page {
            title: page.title.map(|title| self.received.redact(&title)),
        });
        self.failed(|call, response| match page {
            Some(page) => Error::page(call, response, page),
            None => Error::decode(call, response, reason),
        })
    }

    fn succeeded<T>(self, value: T) -> Response<T> {
        let Self { received, span } = self;
        let call = span.call;
        span.succeeded(received.status);
        Response {
            value,
            status: received.status,
            headers: received.headers,
            body: received.body.into_bytes(),
            request_id: call.request_id,
            correlation_id: call.correlation_id,
            attempts: call.attempts,
        }
    }

    fn failed(self, error: impl FnOnce(CallContext, ErrorResponse) -> Error) -> Error {
        let Self { received, span } = self;
        let error = error(span.call, received.into_error_response());
        span.failed(error)
    }
}

impl fmt::Debug for RawResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawResponse")
            .field("call", &self.span.call)
            .field("status", &self.received.status.as_u16())
            .field("body_length", &self.received.body.len())
            .finish_non_exhaustive()
    }
}

/// Whether a body is blank, or an object that is not an error body.
fn is_empty_or_object(body: &[u8]) -> bool {
    let body = json_text(body);
    body.trim_ascii().is_empty()
        || serde_json::from_str::<Map<String, Value>>(&body)
            .is_ok_and(|object| !object.contains_key("code"))
}

/// Decodes a whole body, unless it is an error body.
fn read<T, S>(body: &[u8]) -> Result<T, serde_json::Error>
where
    S: for<'de> DeserializeSeed<'de, Value = T> + Default,
{
    let body = json_text(body);
    if is_error_body(&body) {
        return Err(de::Error::custom("it is an error body"));
    }
    decode_exactly::<S, T>(&body)
}

/// Whether a body is an error body. No member of a success is required, so an error body would
/// decode as an empty success.
fn is_error_body(body: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Members {
        code: Option<IgnoredAny>,
        description: Option<IgnoredAny>,
    }

    // Nearly all successes are told apart by this. Any name can contain an escape.
    let may_have = |member: &str| memmem::find(body.as_bytes(), member.as_bytes()).is_some();
    let body = body.trim_ascii_start();
    body.len() <= LONGEST_ERROR_BODY
        && body.starts_with('{')
        && (may_have("\"code\"") && may_have("\"description\"") || may_have("\\"))
        && serde_json::from_str::<Members>(body)
            .is_ok_and(|members| members.code.is_some() && members.description.is_some())
}

#[cfg(test)]
mod tests {
    use super::is_error_body;

    #[test]
    fn an_error_body_has_a_code_and_a_description_however_they_are_written() {
        for body in [
            r#"{"code":1,"description":"x"}"#,
            " {\n \"description\" : \"x\", \"code\" : \"y\" }",
            r#"{"c\u006fde":1,"description":"x"}"#,
            r#"{"\u0063ode":1,"\u0064escription":"x"}"#,
        ] {
            assert!(is_error_body(body), "{body}");
        }
        for body in [
            "",
            "[]",
            r#"{"code":1}"#,
            r#"{"description":"x"}"#,
            r#"{"code":null,"description":"x"}"#,
            r#"{"code":1,"description":"x""#,
            r#"[{"code":1,"description":"x"}]"#,
            r#"{"transferErrors":[{"code":1,"description":"x"}]}"#,
            r#"{"friendlyName":"\"code\" and \"description\""}"#,
        ] {
            assert!(!is_error_body(body), "{body}");
        }
    }
}
