//! One POST to the token endpoint, sent again where that may help: it changes nothing, so it is
//! safe to repeat.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::error_body::without_bom;
use crate::retry::{self, AttemptResult, RetryDecision, RetryPolicy};
use crate::runtime::within;
use crate::secret::Secret;

use super::app_registration::TokenEndpoint;
use super::entra_error::Refusal;
use super::error::CredentialError;
use super::token::{AccessToken, TokenRequest};

/// How long one attempt may take, up to the last byte of its answer.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The longest `Retry-After` that is waited for: a caller is waiting.
const RETRY_AFTER_CAP: Duration = Duration::from_secs(30);

/// How much of an answer is read. A token is some kilobytes.
const READ_LIMIT: usize = 1024 * 1024;

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// What RFC 3986 lets stand as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The body of a token request, and which of its values are secret.
pub(crate) struct Form<'a> {
    fields: Vec<(&'static str, &'a str)>,
    secrets: Vec<&'a str>,
}

impl<'a> Form<'a> {
    pub(crate) fn new() -> Self {
        Self {
            fields: Vec::new(),
            secrets: Vec::new(),
        }
    }

    pub(crate) fn field(mut self, name: &'static str, value: &'a str) -> Self {
        self.fields.push((name, value));
        self
    }

    pub(crate) fn secret(mut self, name: &'static str, value: &'a str) -> Self {
        self.secrets.push(value);
        self.field(name, value)
    }

    /// The bytes, which wipe themselves when the last request that holds them is dropped.
    fn encode(&self) -> Bytes {
        // As long as it can get, so that no copy is left behind when it grows.
        let longest = |(name, value): &(&str, &str)| name.len() + 3 * value.len() + 2;
        let length = self.fields.iter().map(longest).sum();
        let mut body = Zeroizing::new(Vec::with_capacity(length));
        for (name, value) in &self.fields {
            if !body.is_empty() {
                body.push(b'&');
            }
            body.extend_from_slice(name.as_bytes());
            body.push(b'=');
            for part in utf8_percent_encode(value, ENCODED) {
                body.extend_from_slice(part.as_bytes());
            }
        }
        Bytes::from_owner(body)
    }
}

/// What a success gives. The one may be there without the other, and each must not be lost.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) access_token: Result<AccessToken, CredentialError>,
    pub(crate) refresh_token: Option<Secret>,
}

/// Sends the form and reads the token.
pub(crate) async fn exchange(
    request: &TokenRequest<'_>,
    endpoint: &TokenEndpoint,
    form: Form<'_>,
) -> Result<Granted, CredentialError> {
    let runtime = request.runtime();
    let policy = RetryPolicy::default().retry_after_cap(RETRY_AFTER_CAP);
    let body = form.encode();
    let mut attempt = 1;
    loop {
        let sent = send(request.http(), endpoint, body.clone());
        let Some(came) = within(runtime, TIME_LIMIT, sent).await else {
            return Err(CredentialError::new(format!(
                "no whole answer came from the login service at {} within {} seconds",
                endpoint.host,
                TIME_LIMIT.as_secs()
            ))
            .with_transient(true));
        };
        // An answer that broke off may have brought the only copy of a refresh token by then.
        let came = match came {
            Ok(mut answer) => match answer.broken.take() {
                None => Ok(answer),
                Some(error) => match answer.refresh_token() {
                    None => Err(error),
                    refresh_token => {
                        return Ok(Granted {
                            access_token: Err(unreachable_service(endpoint, error)),
                            refresh_token,
                        });
                    }
                },
            },
            Err(error) => Err(error),
        };
        let now = runtime.wall_clock();
        let decide = |seen: AttemptResult<'_>| {
            // Not mutating: see the head of this file.
            retry::decide(&policy, attempt, seen, false, now, runtime.random())
        };
        let (error, verdict) = match came {
            Ok(answer) if answer.status.is_success() => return Ok(answer.granted()),
            Ok(answer) => {
                let refusal =
                    Refusal::read(answer.status, answer.without_tail(&form), &form.secrets);
                let judged = if refusal.says_transient() {
                    StatusCode::SERVICE_UNAVAILABLE
                } else {
                    answer.status
                };
                let verdict = decide(AttemptResult::Response(judged, &answer.headers));
                let asked = retry::retry_after(&answer.headers, now);
                (CredentialError::refused(refusal, asked), verdict)
            }
            Err(error) => {
                let seen = if error.is_connect() {
                    AttemptResult::NotSent
                } else {
                    AttemptResult::NoAnswer
                };
                (unreachable_service(endpoint, error), decide(seen))
            }
        };
        match verdict {
            RetryDecision::Stop => return Err(error),
            RetryDecision::Wait(time) => runtime.sleep(time).await,
        }
        attempt += 1;
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
    /// Whether the body was read to its end.
    whole: bool,
    /// Why no more of the body came.
    broken: Option<reqwest::Error>,
}

async fn send(
    http: &reqwest::Client,
    endpoint: &TokenEndpoint,
    body: Bytes,
) -> Result<Answer, reqwest::Error> {
    let mut response = http
        .post(&endpoint.url)
        .header(ACCEPT, JSON)
        .header(CONTENT_TYPE, FORM)
        .body(body)
        .send()
        .await?;
    let status = response.status();
    let headers = std::mem::take(response.headers_mut());
    let mut body = Zeroizing::new(Vec::with_capacity(16 * 1024));
    let mut whole = true;
    let broken = loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break None,
            Err(error) => break Some(error),
        };
        let room = READ_LIMIT - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            whole = false;
            break None;
        }
    };
    Ok(Answer {
        status,
        headers,
        body,
        whole,
        broken,
    })
}

/// The members of a success that are read. None is required here: what is missing is said below.
#[derive(Default)]
struct Success {
    access_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<Value>,
    refresh_token: Option<String>,
}

impl Success {
    /// Reads up to what cannot be read, and keeps what came before that.
    fn read(&mut self, body: &[u8]) -> Result<(), serde_json::Error> {
        let mut json = serde_json::Deserializer::from_slice(without_bom(body));
        json.deserialize_map(self)?;
        json.end()
    }
}

impl<'de> Visitor<'de> for &mut Success {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<String>()? {
            let member = match name.as_str() {
                "access_token" => &mut self.access_token,
                "token_type" => &mut self.token_type,
                "refresh_token" => &mut self.refresh_token,
                "expires_in" => {
                    self.expires_in = Some(members.next_value()?);
                    continue;
                }
                _ => {
                    members.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if let Value::String(text) = members.next_value()? {
                *member = Some(text);
            }
        }
        Ok(())
    }
}

impl Answer {
    /// The refresh token of a success, as far as that came.
    fn refresh_token(&self) -> Option<Secret> {
        if self.status.is_success() {
            self.granted().refresh_token
        } else {
            None
        }
    }

    /// Reads the tokens. No part of the body may stand in an error: it may be one.
    fn granted(&self) -> Granted {
        let mut success = Success::default();
        let read = success.read(&self.body);
        let refresh_token = success.refresh_token.take();
        Granted {
            refresh_token: refresh_token
                .filter(|text| !text.is_empty())
                .map(Secret::new),
            access_token: self.access_token(read, success),
        }
    }

    fn access_token(
        &self,
        read: Result<(), serde_json::Error>,
        success: Success,
    ) -> Result<AccessToken, CredentialError> {
        let unreadable = |reason: &str| {
            CredentialError::new(format!(
                "the login service answered {}, but its answer cannot be read: {reason}",
                self.status
            ))
            .with_hint("check that the authority is the login service of the cloud")
        };
        if !self.whole {
            return Err(unreadable(&format!("it is larger than {READ_LIMIT} bytes")));
        }
        read.map_err(|error| {
            // The library's own words may quote the text.
            unreadable(&format!(
                "it is not the JSON that was promised, at line {} column {}",
                error.line(),
                error.column()
            ))
        })?;
        let text = success
            .access_token
            .ok_or_else(|| unreadable("it has no access_token"))?;
        let token = match success.expires_in.as_ref().and_then(seconds) {
            Some(lifetime) => AccessToken::new(text, lifetime),
            None => AccessToken::without_expiry(text),
        };
        match success.token_type {
            Some(kind) if kind.eq_ignore_ascii_case("bearer") => {}
            Some(_) => return Err(unreadable("its token_type is not Bearer")),
            None => return Err(unreadable("it has no token_type")),
        }
        token.check()?;
        Ok(token)
    }

    /// The body, without what may be the first half of a secret where reading stopped.
    fn without_tail(&self, form: &Form<'_>) -> &[u8] {
        if self.whole {
            return &self.body;
        }
        // Encoded, a byte is three; escaped in JSON, it is six at the most.
        let longest = form.secrets.iter().map(|secret| 6 * secret.len()).max();
        &self.body[..self.body.len().saturating_sub(longest.unwrap_or(0))]
    }
}

/// `expires_in`: a number from v2, a text from v1.
fn seconds(value: &Value) -> Option<Duration> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(whole) => Some(Duration::from_secs(whole)),
            None => Duration::try_from_secs_f64(number.as_f64()?).ok(),
        },
        Value::String(text) => text.trim().parse().ok().map(Duration::from_secs),
        _ => None,
    }
}

fn unreachable_service(endpoint: &TokenEndpoint, error: reqwest::Error) -> CredentialError {
    let what = if error.is_connect() {
        "no connection came about to the login service at"
    } else if error.is_builder() {
        "no request could be made to the login service at"
    } else {
        "the connection broke before a whole answer came from the login service at"
    };
    // The URL is in it otherwise, and a URL is not for logs.
    let error = error.without_url();
    let cause = std::iter::successors(Some(&error as &dyn std::error::Error), |error| {
        error.source()
    })
    .last()
    .map(ToString::to_string)
    .unwrap_or_default();
    CredentialError::new(format!("{what} {} ({cause})", endpoint.host))
        .with_transient(!error.is_builder())
        .with_source(error)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::{Form, seconds};

    #[test]
    fn a_form_is_encoded_so_that_nothing_can_be_smuggled_in() {
        let form = Form::new()
            .field("scope", "https://a/.default b")
            .secret("client_secret", "a&b=c+d~\u{e4}%");
        assert_eq!(
            form.encode(),
            "scope=https%3A%2F%2Fa%2F.default%20b&client_secret=a%26b%3Dc%2Bd~%C3%A4%25"
        );
    }

    #[test]
    fn a_lifetime_is_a_number_or_a_text() {
        let hour = Some(Duration::from_hours(1));
        for (value, lifetime) in [
            (json!(3600), hour),
            (json!("3600"), hour),
            (json!(3600.0), hour),
            (json!(-1), None),
            (json!("soon"), None),
            (json!(1e300), None),
            (Value::Null, None),
        ] {
            assert_eq!(seconds(&value), lifetime, "{value}");
        }
    }
}
