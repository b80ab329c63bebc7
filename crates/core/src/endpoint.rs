//! The base URL of the API, and the rule of where a token may go: to an https host, or over
//! plain http to this machine and no other.

use std::fmt;

use reqwest::Url;

/// A base URL as it should be.
const EXAMPLE: &str = "https://api.partnercenter.microsoft.com";

/// A checked base URL.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
    loopback: bool,
}

/// What is wrong with a text that was given as an endpoint, and what is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointError {
    text: String,
    reason: String,
}

impl Endpoint {
    pub(crate) fn parse(text: &str) -> Result<Self, EndpointError> {
        let refuse = |reason: &str| {
            Err(EndpointError {
                text: shown(text).to_owned(),
                reason: reason.to_owned(),
            })
        };
        let url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => {
                return refuse(&format!(
                    "not a URL ({error}); expected one such as {EXAMPLE}"
                ));
            }
        };
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not hold a user name or a password; give the token on its own");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must end with the host or a path, without `?` and `#`");
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return refuse(
                    "plain http would show the token to the network; use https, or http to \
                     localhost, 127.0.0.1 or [::1]",
                );
            }
            other => {
                return refuse(&format!(
                    "the scheme is `{other}`; expected https, or http to this machine"
                ));
            }
        }
        Ok(Self { url, loopback })
    }

    /// The URL without a slash at its end.
    pub(crate) fn base(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The URL of a path, whose segments are encoded. The host is not read anew: with the spec's
    /// long paths that is worth a tenth of what a call costs.
    pub(crate) fn at(&self, path: &str) -> Url {
        let stem = self.url.path().trim_end_matches('/');
        let mut url = self.url.clone();
        if stem.is_empty() {
            url.set_path(path);
        } else {
            url.set_path(&format!("{stem}{path}"));
        }
        url
    }

    /// Whether it names this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// What an error may repeat of a text that is no endpoint: someone may have put a secret there.
fn shown(text: &str) -> &str {
    if text.contains(['@', '?', '#']) {
        "<not shown, as it may hold a secret>"
    } else {
        text
    }
}

fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Endpoint").field(&self.base()).finish()
    }
}

impl fmt::Display for EndpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "endpoint {:?}: {}", self.text, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use super::Endpoint;

    #[test]
    fn a_token_may_go_to_https_and_to_this_machine() {
        for (text, url, loopback) in [
            ("https://api.example", "https://api.example", false),
            ("https://api.example/", "https://api.example", false),
            (
                "https://api.example/stem//",
                "https://api.example/stem",
                false,
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", true),
            ("http://127.9.9.9", "http://127.9.9.9", true),
            ("http://[::1]:80/", "http://[::1]", true),
            ("HTTP://LOCALHOST:8080/", "http://localhost:8080", true),
        ] {
            let endpoint = Endpoint::parse(text).unwrap();
            assert_eq!(endpoint.at("/v1/a%2Fb").as_str(), format!("{url}/v1/a%2Fb"));
            assert_eq!(endpoint.is_loopback(), loopback);
        }
    }

    #[test]
    fn anything_else_is_refused_with_what_is_right() {
        for (text, said) in [
            ("", "not a URL"),
            ("api.example", "not a URL"),
            ("api.example:443", "scheme is `api.example`"),
            ("ftp://api.example", "scheme is `ftp`"),
            ("http://api.example", "use https"),
            ("http://localhost.example", "use https"),
            ("http://127.0.0.1.example", "use https"),
            ("http://0.0.0.0", "use https"),
            ("https://me:hunter2@api.example", "user name or a password"),
            ("https://me:hunter2@", "not a URL"),
            ("https://me:hunter2@ho st/", "not a URL"),
            ("https://me:hunter2@api.example:99999/", "not a URL"),
            ("https://api.example/?sig=hunter2", "without `?`"),
            ("https://api.example/#hunter2", "without `?`"),
            ("https://api.example?x=1", "without `?`"),
        ] {
            let error = Endpoint::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
