//! The response of the token endpoint, and of the device authorization endpoint.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use serde::Deserializer as _;
use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::decode::error_body::page;
use crate::decode::json::json_text;
use crate::error_text::{TEXT_LIMIT, one_line};
use crate::redact::redact_text;
use crate::secret::Secret;

use super::access_token::AccessToken;
use super::entra_error::PAGE;
use super::error::CredentialError;

/// How much of a response is kept. A token has some kilobytes.
const BODY_LIMIT: usize = 1024 * 1024;

/// A response, as far as received.
pub(crate) struct TokenResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
    /// Whether the whole body was kept.
    whole: bool,
}

/// The tokens of a success. The refresh token must not be lost if the access token is invalid.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) access_token: Result<AccessToken, CredentialError>,
    pub(crate) refresh_token: Option<Secret>,
}

impl TokenResponse {
    pub(crate) fn new(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            status,
            headers,
            body: Zeroizing::new(Vec::with_capacity(16 * 1024)),
            whole: true,
        }
    }

    /// Appends to the body; `false` once the limit is reached.
    pub(crate) fn append(&mut self, chunk: &[u8]) -> bool {
        let room = BODY_LIMIT - self.body.len();
        self.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        self.whole = chunk.len() <= room;
        self.whole
    }

    /// The body without its end if that may be part of one of the secrets, after which it was cut
    /// off.
    pub(crate) fn body_without_partial_secret(&self, secrets: &[&str]) -> &[u8] {
        if self.whole {
            return &self.body;
        }
        // An encoded byte has up to six characters: `\u0041`.
        let longest = secrets.iter().map(|secret| 6 * secret.len()).max();
        &self.body[..self.body.len().saturating_sub(longest.unwrap_or(0))]
    }

    /// Decodes the tokens of a success. The errors contain no part of the body, which holds tokens.
    /// `secrets` are those of the request, which a page may repeat.
    pub(crate) fn granted(&self, secrets: &[&str]) -> Granted {
        let mut members = Members::default();
        let read = members.read(&self.body);
        let refresh_token = members.refresh_token.take();
        Granted {
            refresh_token: refresh_token
                .filter(|text| !text.is_empty())
                .map(Secret::new),
            access_token: self.access_token(read, members, secrets),
        }
    }

    fn access_token(
        &self,
        read: Result<(), serde_json::Error>,
        members: Members,
        secrets: &[&str],
    ) -> Result<AccessToken, CredentialError> {
        const WHAT: &str = "a token";
        let invalid = |reason: &str| self.invalid(WHAT, reason);
        if !self.whole {
            return Err(self.too_large(WHAT));
        }
        read.map_err(|error| self.not_json(WHAT, &error, secrets))?;
        let text = members
            .access_token
            .ok_or_else(|| invalid("it has no access_token"))?;
        let token = match members.expires_in.as_ref().and_then(lifetime) {
            Some(lifetime) => AccessToken::new(text, lifetime),
            None => AccessToken::without_expiry(text),
        };
        match members.token_type {
            Some(kind) if kind.eq_ignore_ascii_case("bearer") => {}
            Some(_) => return Err(invalid("its token_type is not Bearer")),
            None => return Err(invalid("it has no token_type")),
        }
        token.check()?;
        Ok(token)
    }

    /// Decodes an object that is not a token response. `what` says in errors what it should be.
    pub(super) fn json<T: DeserializeOwned>(
        &self,
        what: &str,
        secrets: &[&str],
    ) -> Result<T, CredentialError> {
        let text = Zeroizing::new(json_text(&self.body).into_owned());
        // What follows the object does not matter, as for tokens.
        let read = T::deserialize(&mut serde_json::Deserializer::from_str(&text));
        match read {
            Ok(value) if self.whole => Ok(value),
            Ok(_) => Err(self.too_large(what)),
            Err(error) => Err(self.not_json(what, &error, secrets)),
        }
    }

    /// The response is a success, but not what it should be.
    pub(super) fn invalid(&self, what: &str, reason: &str) -> CredentialError {
        CredentialError::new(format!(
            "the login service answered {}, but its response is not {what}: {reason}",
            self.status
        ))
        .with_hint("check that the authority is the login service of the cloud")
    }

    fn too_large(&self, what: &str) -> CredentialError {
        self.invalid(what, &format!("it is larger than {BODY_LIMIT} bytes"))
    }

    fn not_json(&self, what: &str, error: &serde_json::Error, secrets: &[&str]) -> CredentialError {
        if let Some(page) = page(&json_text(&self.body)) {
            let title = page.title.map_or(String::new(), |title| {
                let title = redact_text(&title, secrets);
                format!(" (\"{}\")", one_line(&title, TEXT_LIMIT))
            });
            let reason = format!("it is a web page{title}, not the expected JSON");
            return self.invalid(what, &reason).with_hint(PAGE);
        }
        // The library's message may quote the text.
        let (line, column) = (error.line(), error.column());
        let reason = format!("it is not the expected JSON, at line {line} column {column}");
        self.invalid(what, &reason)
    }
}

/// The members of a success.
#[derive(Default)]
struct Members {
    access_token: Option<String>,
    token_type: Option<String>,
    expires_in: Option<Value>,
    refresh_token: Option<String>,
}

impl Members {
    /// Decodes up to the first error, and keeps what came before it. What follows the object, such
    /// as a page that a gateway appends, does not matter.
    fn read(&mut self, body: &[u8]) -> Result<(), serde_json::Error> {
        // A copy is made only of a body that is not plain JSON, and holds tokens.
        let text = json_text(body);
        let wiped;
        let text = match text {
            Cow::Borrowed(text) => text,
            Cow::Owned(text) => {
                wiped = Zeroizing::new(text);
                &wiped
            }
        };
        serde_json::Deserializer::from_str(text).deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for &mut Members {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a token response")
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

/// A number of seconds, such as `expires_in`: a number from v2, a string from v1.
pub(super) fn lifetime(value: &Value) -> Option<Duration> {
    match value {
        Value::Number(number) => match number.as_u64() {
            Some(whole) => Some(Duration::from_secs(whole)),
            None => Duration::try_from_secs_f64(number.as_f64()?).ok(),
        },
        Value::String(text) => text.trim().parse().ok().map(Duration::from_secs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::lifetime;

    #[test]
    fn a_lifetime_is_a_number_or_a_string() {
        let hour = Some(Duration::from_hours(1));
        for (value, expected) in [
            (json!(3600), hour),
            (json!("3600"), hour),
            (json!(3600.0), hour),
            (json!(-1), None),
            (json!("soon"), None),
            (json!(1e300), None),
            (Value::Null, None),
        ] {
            assert_eq!(lifetime(&value), expected, "{value}");
        }
    }
}
