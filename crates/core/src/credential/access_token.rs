//! An access token, as credentials return it and as calls carry it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::HeaderValue;
use zeroize::Zeroizing;

use crate::secret::Secret;

use super::error::CredentialError;

/// An access token and its lifetime. `Debug` does not show its text, which is wiped from memory
/// when dropped.
///
/// ```
/// use std::time::Duration;
/// use partner_center_transfers::AccessToken;
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
    /// A token that is valid for `lifetime` from now on: the `expires_in` of a token response.
    ///
    /// `text` is the token alone, without the word `Bearer`.
    pub fn new(text: impl Into<String>, lifetime: Duration) -> Self {
        Self {
            text: Secret::new(text),
            lifetime: Some(lifetime),
        }
    }

    /// A token of unknown lifetime. It is used until the service answers 401.
    pub fn without_expiry(text: impl Into<String>) -> Self {
        Self {
            text: Secret::new(text),
            lifetime: None,
        }
    }

    /// How long the token is valid, counted from when it was made; `None` if unknown.
    pub fn lifetime(&self) -> Option<Duration> {
        self.lifetime
    }

    /// The token itself, for a cache of your own. Do not log it.
    pub fn secret(&self) -> &str {
        self.text.expose()
    }

    /// Checks that the text is a valid header value. The errors do not contain it.
    pub(crate) fn check(&self) -> Result<(), CredentialError> {
        let text = self.text.expose();
        if text.is_empty() {
            return Err(CredentialError::new("the bearer token is empty"));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(CredentialError::new(
                "the bearer token is not a valid header value: it contains a space, a line break \
                 or another invalid character; expected the access token alone, without the word \
                 `Bearer`",
            ));
        }
        Ok(())
    }
}

/// A token as calls carry it. Clones are the same token.
#[derive(Clone, Debug)]
pub(crate) struct Bearer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    text: Secret,
    header: HeaderValue,
    /// Whether the service has answered a call that carried it with anything but 401.
    accepted: AtomicBool,
}

impl Bearer {
    pub(crate) fn new(token: &AccessToken) -> Result<Self, CredentialError> {
        token.check()?;
        let line = ["Bearer ", token.text.expose()].concat();
        // All clones of the header share these bytes, which are wiped after the last of them.
        let line = Bytes::from_owner(Zeroizing::new(line.into_bytes()));
        let mut header = HeaderValue::from_maybe_shared(line)
            .map_err(|_| CredentialError::new("the bearer token is not a valid header value"))?;
        header.set_sensitive(true);
        Ok(Self(Arc::new(Inner {
            text: token.text.clone(),
            header,
            accepted: AtomicBool::new(false),
        })))
    }

    /// The token alone.
    pub(crate) fn text(&self) -> &Secret {
        &self.0.text
    }

    /// The value of `Authorization`.
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.header.clone()
    }

    /// Records that the service accepted it.
    pub(crate) fn accepted(&self) {
        self.0.accepted.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_accepted(&self) -> bool {
        self.0.accepted.load(Ordering::Relaxed)
    }

    /// Whether both are one token, not two tokens of the same text.
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{AccessToken, Bearer};

    #[test]
    fn text_that_is_not_a_valid_header_value_is_rejected_and_not_shown() {
        for text in ["", " canary", "Bearer canary", "canary\r\nX: y", "canäry"] {
            let error = AccessToken::without_expiry(text).check().unwrap_err();
            assert!(!format!("{error} {error:?}").contains("can\u{e4}ry"));
            assert!(!format!("{error} {error:?}").contains("canary"));
        }
        AccessToken::without_expiry("eyJ0.e30.s-_~")
            .check()
            .unwrap();
    }

    #[test]
    fn the_header_is_marked_as_sensitive() {
        let bearer = Bearer::new(&AccessToken::without_expiry("token-1")).unwrap();
        assert_eq!(bearer.header(), "Bearer token-1");
        assert!(bearer.header().is_sensitive());
        assert!(!format!("{bearer:?} {:?}", bearer.header()).contains("token-1"));
    }
}
