//! An access token, and the request for one.

use std::fmt;
use std::time::Duration;

use crate::runtime::Runtime;
use crate::secret::Secret;

use super::error::CredentialError;

/// An access token and how long it holds. It never shows its text, and is wiped from memory when
/// dropped.
///
/// ```
/// use std::time::Duration;
/// use partner_center_core::AccessToken;
///
/// let token = AccessToken::new("eyJ0eXAi", Duration::from_secs(3_599));
/// assert_eq!(token.lifetime(), Some(Duration::from_secs(3_599)));
/// assert!(!format!("{token:?}").contains("eyJ0eXAi"));
/// ```
#[derive(Clone, Debug)]
pub struct AccessToken {
    text: Secret,
    lifetime: Option<Duration>,
}

impl AccessToken {
    /// A token that holds for `lifetime` from now: the `expires_in` of a token answer.
    ///
    /// `text` is the token alone, without the word `Bearer`.
    pub fn new(text: impl Into<String>, lifetime: Duration) -> Self {
        Self {
            text: Secret::new(text),
            lifetime: Some(lifetime),
        }
    }

    /// A token whose end is not known. It is used until the service answers 401.
    pub fn without_expiry(text: impl Into<String>) -> Self {
        Self {
            text: Secret::new(text),
            lifetime: None,
        }
    }

    /// How long it holds, counted from when it was made; `None` if that is not known.
    pub fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    pub(crate) fn text(&self) -> &Secret {
        &self.text
    }

    /// The rule of `ClientBuilder::bearer_token`, for a text that came later.
    pub(crate) fn check(&self) -> Result<(), CredentialError> {
        let text = self.text.expose();
        // The text itself must not stand in either of these.
        if text.is_empty() {
            return Err(CredentialError::new("the bearer token is empty"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialError::new(
                "the bearer token holds a space, a line break or another character that cannot \
                 stand in a header; expected the access token alone, without the word `Bearer`",
            ));
        }
        Ok(())
    }
}

/// What a token is wanted for. A client makes it; a [`Credential`](super::Credential) reads it.
pub struct TokenRequest<'a> {
    audience: &'a str,
    scope: &'a str,
    authority: &'a str,
    http: &'a reqwest::Client,
    runtime: &'a dyn Runtime,
}

impl<'a> TokenRequest<'a> {
    pub(crate) fn new(
        audience: &'a str,
        scope: &'a str,
        authority: &'a str,
        http: &'a reqwest::Client,
        runtime: &'a dyn Runtime,
    ) -> Self {
        Self {
            audience,
            scope,
            authority,
            http,
            runtime,
        }
    }

    /// What the token must be for: the `resource` of a request to the v1 token endpoint.
    pub fn audience(&self) -> &str {
        self.audience
    }

    /// The audience with `/.default` behind it: the `scope` of a request to the v2 token endpoint.
    pub fn scope(&self) -> &str {
        self.scope
    }

    /// The base URL of the login service, as the client's cloud gives it.
    pub fn authority(&self) -> &str {
        self.authority
    }

    /// What sends the request. It follows no redirects: the builder of a client sees to that.
    pub(crate) fn http(&self) -> &reqwest::Client {
        self.http
    }

    pub(crate) fn runtime(&self) -> &dyn Runtime {
        self.runtime
    }
}

impl fmt::Debug for TokenRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("audience", &self.audience)
            .field("scope", &self.scope)
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::AccessToken;

    #[test]
    fn a_text_that_cannot_stand_in_a_header_is_refused_and_not_shown() {
        for text in ["", " canary", "Bearer canary", "canary\r\nX: y", "canäry"] {
            let error = AccessToken::without_expiry(text).check().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("can\u{e4}ry"));
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
        AccessToken::without_expiry("eyJ0.e30.s-_~")
            .check()
            .unwrap();
    }
}
