//! Events of calls, for programs that show what a client does while it does it.
//!
//! Unlike spans they contain whole URLs, and so customer ids. They contain no tokens, no secrets and
//! no bodies.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::redact::REDACTED;

/// Something that happens during a call, or during the request for its token.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum CallEvent<'a> {
    /// A request is about to be sent.
    #[non_exhaustive]
    Sending {
        /// The HTTP method.
        method: &'a str,
        /// The whole URL.
        url: &'a str,
        /// The headers that the client sets; the token is not among them.
        headers: VisibleHeaders<'a>,
    },
    /// A response was received.
    #[non_exhaustive]
    Received {
        /// The HTTP status.
        status: StatusCode,
        /// The headers of the response.
        headers: VisibleHeaders<'a>,
        /// The time since the request was sent.
        elapsed: Duration,
    },
    /// There was no response, or an incomplete one.
    #[non_exhaustive]
    Failed {
        /// What happened.
        cause: AttemptFailure,
        /// The time since the request was sent.
        elapsed: Duration,
    },
    /// The request will be sent again, after a delay. The delay is zero if the request only needs a
    /// new token.
    #[non_exhaustive]
    Retrying {
        /// Why the last attempt did not suffice.
        cause: AttemptFailure,
        /// The time until then.
        delay: Duration,
    },
    /// The policy allows another attempt, but the call does not make it.
    #[non_exhaustive]
    NotRetrying {
        /// Why, as part of a sentence.
        reason: &'static str,
    },
}

/// Why an attempt did not suffice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttemptFailure {
    /// The service responded with this status.
    Status(StatusCode),
    /// There was no connection, so nothing was sent.
    NotConnected,
    /// The connection was closed before the response was complete.
    ConnectionClosed,
    /// The response was not complete in time.
    TimedOut,
}

impl fmt::Display for AttemptFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "{status}"),
            Self::NotConnected => f.write_str("no connection"),
            Self::ConnectionClosed => {
                f.write_str("connection closed before the response was complete")
            }
            Self::TimedOut => f.write_str("timed out"),
        }
    }
}

/// Headers without secrets: the values of headers that can contain one are replaced.
#[derive(Clone, Copy)]
pub struct VisibleHeaders<'a>(&'a HeaderMap);

impl<'a> VisibleHeaders<'a> {
    pub(crate) fn new(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// The names, in lower case, and the values.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, Cow<'a, str>)> + use<'a> {
        let visible = |(name, value): (&'a HeaderName, &'a HeaderValue)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            if value.is_sensitive() || is_secret_name(name.as_str()) || is_secret_value(&text) {
                (name.as_str(), Cow::Borrowed(REDACTED))
            } else {
                (name.as_str(), text)
            }
        };
        self.0.iter().map(visible)
    }
}

impl fmt::Debug for VisibleHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// Whether a header of this name can contain a secret. The URL of a redirect can contain a code or a
/// token.
fn is_secret_name(name: &str) -> bool {
    let parts = [
        "authorization",
        "cookie",
        "token",
        "secret",
        "password",
        "credential",
        "signature",
        "api-key",
        "apikey",
        "access-key",
        "session",
        "location",
    ];
    parts.iter().any(|part| name.contains(part))
}

/// Whether a value is a token, such as a JSON Web Token, whatever the name of its header.
fn is_secret_value(text: &str) -> bool {
    let is_scheme = |word: &str| word.eq_ignore_ascii_case("bearer");
    let mut words = text.split([' ', ',', ';', '=', '"', '\'']);
    // `WWW-Authenticate: Bearer realm=""` is a challenge and not a token.
    let has_bearer = text
        .split_once(' ')
        .is_some_and(|(scheme, rest)| is_scheme(scheme) && !rest.contains(['=', ' ']));
    has_bearer || words.any(|word| word.starts_with("eyJ") && word.contains('.'))
}

type Observe = dyn Fn(&CallEvent<'_>) + Send + Sync;

/// The function to call at each event, if there is one.
#[derive(Clone, Default)]
pub(crate) struct Observer(Option<Arc<Observe>>);

impl Observer {
    pub(crate) fn new(observe: impl Fn(&CallEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(observe)))
    }

    pub(crate) fn is_some(&self) -> bool {
        self.0.is_some()
    }

    pub(crate) fn sending(&self, request: &reqwest::Request) {
        let Some(observe) = &self.0 else {
            return;
        };
        let mut headers = request.headers().clone();
        headers.remove(AUTHORIZATION);
        observe(&CallEvent::Sending {
            method: request.method().as_str(),
            url: request.url().as_str(),
            headers: VisibleHeaders(&headers),
        });
    }

    pub(crate) fn observe(&self, event: &CallEvent<'_>) {
        if let Some(observe) = &self.0 {
            observe(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observer").field(&self.is_some()).finish()
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue};

    use super::VisibleHeaders;

    #[test]
    fn headers_that_can_contain_a_secret_are_redacted() {
        let mut headers = HeaderMap::new();
        for name in [
            "authorization",
            "proxy-authorization",
            "cookie",
            "set-cookie",
            "x-ms-refreshtoken",
            "x-api-key",
            "location",
        ] {
            headers.insert(
                HeaderName::from_static(name),
                HeaderValue::from_static("canary"),
            );
        }
        headers.insert("x-echo", HeaderValue::from_static("Bearer canary"));
        headers.insert("x-debug", HeaderValue::from_static("t=\"eyJ0eXAi.canary\""));
        let mut marked = HeaderValue::from_static("canary");
        marked.set_sensitive(true);
        headers.insert("x-marked", marked);
        let shown = format!("{:?}", VisibleHeaders::new(&headers));
        assert!(!shown.contains("canary"), "{shown}");
        assert_eq!(shown.matches("<redacted>").count(), headers.len());
    }

    #[test]
    fn other_headers_are_visible() {
        let mut headers = HeaderMap::new();
        let kept = [
            ("ms-requestid", "8389053b-731c-4261-9899-1583d7859153"),
            ("retry-after", "3"),
            (
                "www-authenticate",
                "Bearer realm=\"\", error=\"invalid_token\"",
            ),
            ("content-type", "application/json; charset=utf-8"),
        ];
        for (name, value) in kept {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let visible = VisibleHeaders::new(&headers);
        let shown: Vec<_> = visible
            .iter()
            .map(|(name, value)| (name, value.into_owned()))
            .collect();
        assert_eq!(shown, kept.map(|(name, value)| (name, value.to_owned())));
    }
}
