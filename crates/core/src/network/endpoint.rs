//! Base URLs. A token or a secret is sent only to https, or over http to this machine and to hosts
//! that are explicitly allowed.

use std::fmt;

use reqwest::Url;

use super::insecure_hosts::InsecureHosts;
use super::url_hint::{expected_url, is_loopback, shown, with_scheme};

/// An example for error messages.
const EXAMPLE: &str = "https://api.partnercenter.microsoft.com";

/// How many bytes of paths a URL of a call has room for.
const PATH_ROOM: usize = 128;

/// A checked base URL.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
    /// The same host with a long path. A clone of it has room for the path of a call.
    spacious: Url,
    loopback: bool,
}

/// Why a text is not a valid base URL, and what is expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EndpointError {
    text: String,
    reason: String,
}

impl Endpoint {
    /// The base URL of the API. `/v1` at its end is removed, since all paths of the API start
    /// with it.
    pub(crate) fn of_api(text: &str, insecure: &InsecureHosts) -> Result<Self, EndpointError> {
        Self::parse(text, insecure, |stem| {
            let is_path = |name: &str| is_version(name) || name.eq_ignore_ascii_case("customers");
            let first = stem.iter().position(|name| is_path(name))?;
            Some((first, "the path of a call does not belong here"))
        })
    }

    /// The base URL of the login service.
    pub(crate) fn of_login(text: &str, insecure: &InsecureHosts) -> Result<Self, EndpointError> {
        Self::parse(text, insecure, |stem| {
            let first = stem.iter().position(|name| is_in_login_path(name))?;
            Some((
                first,
                "the tenant and the path of the token endpoint do not belong here; the credential \
                 has the tenant",
            ))
        })
    }

    /// `surplus` finds the first segment of the path that does not belong to a base URL, and says
    /// why.
    fn parse(
        text: &str,
        insecure: &InsecureHosts,
        surplus: impl Fn(&[&str]) -> Option<(usize, &'static str)>,
    ) -> Result<Self, EndpointError> {
        let text = text.trim();
        let refuse = |reason: String| {
            Err(EndpointError {
                text: shown(text).to_owned(),
                reason,
            })
        };
        // A URL would be parsed without them, as another one than it seems to be.
        if text.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
            return refuse(format!(
                "contains a blank or a control character; expected a URL such as {EXAMPLE}"
            ));
        }
        let mut url = match Url::parse(text) {
            Ok(url) => url,
            Err(error) => {
                let expected = with_scheme(text)
                    .map_or_else(|| format!("one such as {EXAMPLE}"), |url| url.to_string());
                let expected = expected.trim_end_matches('/');
                return refuse(format!("not a URL ({error}); expected {expected}"));
            }
        };
        let mut stem: Vec<&str> = url.path().split('/').filter(|it| !it.is_empty()).collect();
        if stem
            .last()
            .is_some_and(|last| last.eq_ignore_ascii_case("v1"))
        {
            stem.pop();
        }
        let surplus = surplus(&stem);
        if let Some((first, _)) = surplus {
            stem.truncate(first);
        }
        let path = stem.join("/");
        url.set_path(&path);
        let expected = expected_url(text, &url);
        if !url.username().is_empty() || url.password().is_some() {
            return refuse(format!(
                "must not contain a user name or a password; set the token separately{expected}"
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse(format!(
                "must end with the host or a path, without `?` or `#`{expected}"
            ));
        }
        let loopback = is_loopback(&url);
        match url.scheme() {
            "https" => {}
            "http" if loopback || insecure.allows(&url) => {}
            "http" => {
                let host = url.host_str().unwrap_or_default();
                return refuse(format!(
                    "plain http would expose the token to the network; use https, or http to \
                     localhost, 127.0.0.1 or [::1]; for a test system without TLS, \
                     `allow_insecure_http` allows http to {host}"
                ));
            }
            other => {
                let expected = with_scheme(text).map(|url| expected_url(text, &url));
                return refuse(format!(
                    "the scheme is `{other}`; expected https, or http to this machine{}",
                    expected.unwrap_or_default()
                ));
            }
        }
        if let Some((_, reason)) = surplus {
            return refuse(format!("{reason}{expected}"));
        }
        let mut spacious = url.clone();
        spacious.set_path(&"x".repeat(path.len() + PATH_ROOM));
        Ok(Self {
            url,
            spacious,
            loopback,
        })
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Scheme, host and port.
    pub(crate) fn address(&self) -> String {
        address(&self.url)
    }

    /// Host and port, without the default port of the scheme.
    pub(crate) fn authority(&self) -> &str {
        self.url.authority()
    }

    /// The URL without a trailing slash.
    pub(crate) fn base(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// The URL of a path whose segments are encoded. Cloning the URL rather than parsing it again
    /// saves a tenth of the client's time per call.
    pub(crate) fn at(&self, path: &str) -> Url {
        let stem = self.url.path().trim_end_matches('/');
        let mut url = self.spacious.clone();
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

/// Scheme, host and port of a URL.
pub(super) fn address(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port_or_known_default() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

/// Whether a segment of a path is a version, such as `v1` or `v1.0`.
fn is_version(segment: &str) -> bool {
    segment
        .strip_prefix(['v', 'V'])
        .is_some_and(|number| number.starts_with(|digit: char| digit.is_ascii_digit()))
        && segment[1..]
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Whether a segment of a path is a tenant, or a part of the paths below a tenant.
fn is_in_login_path(segment: &str) -> bool {
    let segment = segment.to_ascii_lowercase();
    let names = ["common", "organizations", "consumers", "oauth2", "saml2"];
    names.contains(&&*segment)
        || is_version(&segment)
        || uuid::Uuid::try_parse(&segment).is_ok()
        // The domain of a tenant, or `.well-known`.
        || segment.contains('.')
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
    use super::{Endpoint, EndpointError, InsecureHosts};

    fn api(text: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::of_api(text, &InsecureHosts::default())
    }

    fn login(text: &str) -> Result<Endpoint, EndpointError> {
        Endpoint::of_login(text, &InsecureHosts::default())
    }

    #[test]
    fn https_and_this_machine_are_accepted() {
        for (text, url, loopback) in [
            ("https://api.example", "https://api.example", false),
            ("https://api.example/", "https://api.example", false),
            ("https://api.example//", "https://api.example", false),
            (" https://api.example\r\n", "https://api.example", false),
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
            for endpoint in [api(text).unwrap(), login(text).unwrap()] {
                assert_eq!(endpoint.at("/v1/a%2Fb").as_str(), format!("{url}/v1/a%2Fb"));
                assert_eq!(endpoint.base(), url);
                assert_eq!(endpoint.is_loopback(), loopback);
            }
        }
        for path in ["v1x", "1.0", "vendor", "v"] {
            let url = format!("https://api.example/{path}");
            assert_eq!(api(&url).unwrap().base(), url);
        }
    }

    #[test]
    fn an_address_always_has_a_port_and_an_authority_omits_the_default() {
        for (text, address, authority) in [
            (
                "https://api.example/stem",
                "https://api.example:443",
                "api.example",
            ),
            (
                "https://API.example:443",
                "https://api.example:443",
                "api.example",
            ),
            ("http://[::1]:8080", "http://[::1]:8080", "[::1]:8080"),
            (
                "https://api.example:80",
                "https://api.example:80",
                "api.example:80",
            ),
        ] {
            let endpoint = api(text).unwrap();
            assert_eq!(endpoint.address(), address);
            assert_eq!(endpoint.authority(), authority);
        }
    }

    #[test]
    fn the_version_of_the_api_at_the_end_is_removed() {
        for (text, base) in [
            ("https://api.example/v1", "https://api.example"),
            ("https://api.example/v1/", "https://api.example"),
            ("https://api.example//V1//", "https://api.example"),
            ("https://api.example/stem/v1", "https://api.example/stem"),
            ("http://127.0.0.1:8484/v1", "http://127.0.0.1:8484"),
        ] {
            assert_eq!(api(text).unwrap().base(), base);
            // `Cloud::emulator` has one URL for both.
            assert_eq!(login(text).unwrap().base(), base);
        }
    }

    #[test]
    fn paths_that_do_not_belong_to_a_base_url_are_rejected_with_the_right_one() {
        for (text, expected) in [
            ("https://api.example/v1/customers", "https://api.example"),
            ("https://api.example/V1/Customers/", "https://api.example"),
            ("https://api.example/v1/v1", "https://api.example"),
            ("https://api.example/v1.0", "https://api.example"),
            ("https://api.example/v2/x", "https://api.example"),
            (
                "https://api.example:444/customers",
                "https://api.example:444",
            ),
            (
                "https://api.example/stem/v1/customers/x/transfers?a=b",
                "https://api.example/stem",
            ),
        ] {
            let error = api(text).unwrap_err().to_string();
            assert!(
                error.ends_with(&format!("; expected {expected}")),
                "{error}"
            );
        }
        let tenant = "d6bf25b7-e0a8-4f2d-a31b-97b55cfc774d";
        for path in [
            tenant,
            "contoso.onmicrosoft.com",
            "common",
            "Organizations/",
            &format!("{tenant}/oauth2/token"),
            "contoso.example/oauth2/v2.0/token",
            "oauth2/v2.0/authorize",
            ".well-known/openid-configuration",
            "v2/token",
            &format!("{tenant}/v2.0/.well-known/openid-configuration"),
        ] {
            let error = login(&format!("https://login.example/{path}")).unwrap_err();
            let error = error.to_string();
            assert!(error.contains("the tenant"), "{error}");
            assert!(
                error.ends_with("; expected https://login.example"),
                "{error}"
            );
        }
    }

    #[test]
    fn plain_http_is_accepted_to_the_allowed_hosts_only() {
        let insecure = InsecureHosts::parse(&["emulator:8484", "[fd00::1]"]).unwrap();
        for text in ["http://emulator:8484", "http://[fd00::1]:9/v1"] {
            let endpoint = Endpoint::of_api(text, &insecure).unwrap();
            assert!(!endpoint.is_loopback());
            Endpoint::of_login(text, &insecure).unwrap();
        }
        for text in ["http://emulator", "http://emulator.example:8484"] {
            let error = Endpoint::of_login(text, &insecure).unwrap_err().to_string();
            assert!(error.contains("`allow_insecure_http` allows"), "{error}");
        }
    }

    #[test]
    fn anything_else_is_rejected_with_what_is_expected() {
        for (text, reason) in [
            ("", "not a URL"),
            ("api.example", "not a URL"),
            ("api.example", "expected https://api.example"),
            ("//api.example/", "expected https://api.example"),
            ("\"https://api.example\"", "expected https://api.example"),
            ("localhost", "expected http://localhost"),
            ("api.example:443", "scheme is `api.example`"),
            ("api.example:444", "expected https://api.example:444"),
            ("localhost:8484", "expected http://localhost:8484"),
            ("127.0.0.1:8484", "expected http://127.0.0.1:8484"),
            ("ftp://api.example", "scheme is `ftp`"),
            ("http://api.example", "use https"),
            (
                "http://api.example",
                "`allow_insecure_http` allows http to api.example",
            ),
            ("http://localhost.example", "use https"),
            ("http://127.0.0.1.example", "use https"),
            ("http://0.0.0.0", "use https"),
            ("https://api. example", "contains a blank"),
            (
                "https://api.exa\nmple",
                "contains a blank or a control character",
            ),
            ("https://me:hunter2@api.example", "user name or a password"),
            (
                "https://me:hunter2@api.example/v1",
                "expected https://api.example",
            ),
            ("https://hunter2@api.example", "user name or a password"),
            ("https://:hunter2@api.example", "user name or a password"),
            ("https://me:hunter2@", "not a URL"),
            ("https://me:hunter2@ho st/", "contains a blank"),
            ("https://me:hunter2@api.example:99999/", "not a URL"),
            ("https://me:1/hunter2@api.example/?x", "without `?`"),
            ("https://api.example/?sig=hunter2", "without `?`"),
            (
                "https://api.example/?sig=hunter2",
                "expected https://api.example",
            ),
            ("https://api.example/#hunter2", "without `?`"),
            ("https://api.example?x=1", "without `?`"),
        ] {
            let error = api(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
