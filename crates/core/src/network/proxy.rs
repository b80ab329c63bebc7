//! The proxies in the environment.
//!
//! The HTTP library reads the same variables but ignores values that it does not understand, so
//! that requests bypass the proxy. Here they are errors, and errors of connections name the
//! variable.
//!
//! A proxy is used for https to other machines only: it would read the token of a request over
//! plain http, and its own machine has the loopback addresses too. So `HTTP_PROXY` is not read,
//! which in a CGI script contains the header `Proxy` of a request.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

use super::endpoint::{Endpoint, address};
use super::no_proxy::is_direct;

/// The variables with a proxy. The first one that is not empty counts.
const VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// The variables with the hosts to connect to directly.
const NO_PROXY: [&str; 2] = ["NO_PROXY", "no_proxy"];

const EXPECTED: &str = "expected a URL such as http://proxy.example:3128";

/// A proxy and the variable that it is from. `Debug` leaves out the URL, which may contain a
/// password.
#[derive(Clone)]
pub(crate) struct Proxy {
    variable: &'static str,
    url: Url,
}

impl Proxy {
    /// The proxy for connections to this endpoint. An error begins with the name of the variable
    /// and shows no part of its value that may be secret.
    pub(crate) fn from_environment(endpoint: &Endpoint) -> Result<Option<Self>, String> {
        Self::find(endpoint, |name| env::var_os(name))
    }

    fn find(
        endpoint: &Endpoint,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, String> {
        if endpoint.url().scheme() != "https" || endpoint.is_loopback() {
            return Ok(None);
        }
        // Scripts and CI systems often pass an empty value for a missing one.
        let set = |name: &&'static str| {
            let value = variable(name)?;
            let is_empty = value.to_str().is_some_and(|value| value.trim().is_empty());
            (!is_empty).then_some((*name, value))
        };
        let Some((name, value)) = VARIABLES.iter().find_map(set) else {
            return Ok(None);
        };
        let direct = NO_PROXY.iter().find_map(set).map(|(_, value)| value);
        if direct.is_some_and(|hosts| is_direct(endpoint, &hosts.to_string_lossy())) {
            return Ok(None);
        }
        let url = parse(&value).map_err(|reason| format!("{name}: {reason}; {EXPECTED}"))?;
        Ok(Some(Self {
            variable: name,
            url,
        }))
    }

    /// The name of the environment variable.
    pub(crate) fn variable(&self) -> &'static str {
        self.variable
    }

    /// Scheme, host and port.
    pub(crate) fn address(&self) -> String {
        address(&self.url)
    }

    /// Whether the connection to the proxy itself uses TLS.
    pub(crate) fn uses_tls(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// What to do if a host name cannot be resolved.
    pub(crate) fn hint_for_names(&self) -> String {
        match self.url.scheme() {
            scheme @ ("socks5" | "socks4") => {
                let resolving = if scheme == "socks5" {
                    "socks5h"
                } else {
                    "socks4a"
                };
                format!(
                    "; if only the proxy can resolve it, write {resolving}:// instead of \
                     {scheme}:// in {}",
                    self.variable
                )
            }
            _ => String::new(),
        }
    }

    /// The rule of the HTTP library that uses the proxy for all requests.
    pub(crate) fn rule(&self) -> Result<reqwest::Proxy, String> {
        let unusable = || {
            format!(
                "{}: the HTTP library cannot use it; {EXPECTED}",
                self.variable
            )
        };
        // It would ignore a value that it cannot parse.
        let matcher = Matcher::builder().all(self.url.as_str()).build();
        let anywhere = http::Uri::from_static("https://host.example");
        matcher.intercept(&anywhere).ok_or_else(unusable)?;
        reqwest::Proxy::all(self.url.clone()).map_err(|_| unusable())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("variable", &self.variable)
            .field("address", &self.address())
            .finish_non_exhaustive()
    }
}

/// Parses a proxy as curl and others take it: a URL, or host and port of an http proxy.
fn parse(value: &OsStr) -> Result<Url, String> {
    let text = value.to_str().ok_or("not valid UTF-8")?.trim();
    if text.starts_with(['"', '\'']) {
        return Err("the value is in quotation marks: remove them".to_owned());
    }
    if text.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
        return Err("the value contains a blank or a control character".to_owned());
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), rest),
        None => (None, text),
    };
    let default_port = match scheme.as_deref() {
        None | Some("http") => 80,
        Some("https") => 443,
        Some("socks4" | "socks4a" | "socks5" | "socks5h") => 1080,
        Some("socks") => {
            return Err("the scheme `socks` does not name the version: write socks5h".to_owned());
        }
        Some(other) => return Err(unknown_scheme(other)),
    };
    let (authority, path) = match rest.find(['/', '\\', '?', '#']) {
        Some(end) => rest.split_at(end),
        None => (rest, ""),
    };
    if !matches!(path, "" | "/") {
        return Err(
            "the value continues after the port: remove the path, and write / as %2F, ? as %3F \
             and # as %23 in a user name or a password"
                .to_owned(),
        );
    }
    if authority.matches('@').count() > 1 {
        return Err(
            "the value contains @ more than once: write @ as %40 in a user name or a password"
                .to_owned(),
        );
    }
    let host_and_port = authority.rsplit('@').next().unwrap_or(authority);
    // Not the URL's port, which leaves out the default one.
    let after_host = host_and_port.rsplit(']').next().unwrap_or(host_and_port);
    let has_port = after_host.contains(':');
    if scheme.is_none() && !has_port {
        return Err("the value has neither a scheme nor a port".to_owned());
    }
    let scheme = scheme.as_deref().unwrap_or("http");
    let mut url = Url::parse(&format!("{scheme}://{authority}/"))
        .map_err(|error| format!("not a valid URL ({error})"))?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err("the value has no host".to_owned());
    }
    if has_port && (url.port() == Some(0) || after_host.ends_with(':')) {
        return Err("not a valid port".to_owned());
    }
    if url.port_or_known_default().is_none() {
        // Each of these schemes can have a port.
        let _ = url.set_port(Some(default_port));
    }
    Ok(url)
}

fn unknown_scheme(scheme: &str) -> String {
    // Anything else may be a part of a password.
    let is_scheme = scheme.len() <= 10 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_scheme {
        format!(
            "the scheme `{scheme}` is not one of http, https, socks5h, socks5, socks4a and socks4"
        )
    } else {
        "the scheme is not one of http, https, socks5h, socks5, socks4a and socks4".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::Proxy;
    use crate::network::{Endpoint, InsecureHosts};

    const API: &str = "https://api.example";

    fn find(url: &str, variables: &[(&str, &str)]) -> Result<Option<Proxy>, String> {
        let insecure = InsecureHosts::parse(&["emulator"]).unwrap();
        let endpoint = Endpoint::of_api(url, &insecure).unwrap();
        Proxy::find(&endpoint, |name| {
            let found = variables.iter().find(|(known, _)| *known == name)?;
            Some(OsString::from(found.1))
        })
    }

    fn found(url: &str, variables: &[(&str, &str)]) -> Option<(&'static str, String)> {
        let proxy = find(url, variables).unwrap()?;
        proxy.rule().unwrap();
        Some((proxy.variable(), proxy.address()))
    }

    #[test]
    fn the_first_variable_that_is_not_empty_counts() {
        let https = ("HTTPS_PROXY", "http://a:1");
        let https_lower = ("https_proxy", "http://b:1");
        let all = ("ALL_PROXY", "http://c:1");
        let all_lower = ("all_proxy", "http://d:1");
        for (variables, expected) in [
            (
                &[all_lower, all, https_lower, https][..],
                ("HTTPS_PROXY", "http://a:1"),
            ),
            (
                &[all_lower, all, https_lower],
                ("https_proxy", "http://b:1"),
            ),
            (&[all_lower, all], ("ALL_PROXY", "http://c:1")),
            (&[all_lower], ("all_proxy", "http://d:1")),
            (
                &[("HTTPS_PROXY", " "), ("https_proxy", ""), all],
                ("ALL_PROXY", "http://c:1"),
            ),
            // The variable that an attacker sets in a CGI script is not this one.
            (
                &[("REQUEST_METHOD", "GET"), https],
                ("HTTPS_PROXY", "http://a:1"),
            ),
        ] {
            let expected = Some((expected.0, expected.1.to_owned()));
            assert_eq!(found(API, variables), expected);
        }
        for variables in [
            &[][..],
            &[("HTTPS_PROXY", "")],
            &[("HTTP_PROXY", "http://a:1"), ("http_proxy", "http://a:1")],
        ] {
            assert_eq!(found(API, variables), None);
        }
    }

    #[test]
    fn plain_http_and_this_machine_are_reached_directly() {
        let proxy = ("ALL_PROXY", "nonsense://");
        for url in [
            "http://127.0.0.1:1",
            "https://localhost:1",
            "https://[::1]",
            "http://emulator",
        ] {
            assert!(find(url, &[proxy]).unwrap().is_none(), "{url}");
        }
    }

    #[test]
    fn each_usual_form_of_a_proxy_is_understood() {
        for (value, address) in [
            ("http://proxy.example:3128", "http://proxy.example:3128"),
            (
                " HTTP://Proxy.example:3128/\r\n",
                "http://proxy.example:3128",
            ),
            ("http://proxy", "http://proxy:80"),
            ("https://proxy", "https://proxy:443"),
            ("proxy:3128", "http://proxy:3128"),
            ("proxy:80", "http://proxy:80"),
            ("10.0.0.7:3128", "http://10.0.0.7:3128"),
            ("[fd00::1]:3128", "http://[fd00::1]:3128"),
            ("me:hunter2@proxy:3128", "http://proxy:3128"),
            ("http://me:p%40ss%2Fword@proxy:3128", "http://proxy:3128"),
            ("http://me:a$b!c&d=e;f'(g)@proxy:3128", "http://proxy:3128"),
            ("socks5://proxy", "socks5://proxy:1080"),
            ("socks5h://me:hunter2@proxy:9050", "socks5h://proxy:9050"),
            ("SOCKS4A://10.0.0.7", "socks4a://10.0.0.7:1080"),
        ] {
            let expected = Some(("ALL_PROXY", address.to_owned()));
            assert_eq!(found(API, &[("ALL_PROXY", value)]), expected);
        }
    }

    #[test]
    fn an_invalid_proxy_is_an_error_with_its_variable_and_without_secrets() {
        for (value, reason) in [
            ("proxy", "neither a scheme nor a port"),
            ("proxy.example", "neither a scheme nor a port"),
            ("htp://proxy:3128", "scheme `htp`"),
            ("ftp://proxy", "scheme `ftp`"),
            ("socks://127.0.0.1:1080", "write socks5h"),
            ("hunter2:hunter2://proxy", "the scheme is not one of"),
            ("http://", "not a valid URL (empty host)"),
            ("socks5://:1080", "no"),
            ("http://proxy:99999", "invalid port"),
            ("http://proxy:port", "invalid port"),
            ("http://proxy:0", "not a valid port"),
            ("http://proxy:", "not a valid port"),
            ("http://me:hunt@er2@proxy:3128", "write @ as %40"),
            ("http://me:hunter2@proxy:port", "invalid port"),
            ("http://me:hunter2/@proxy:3128", "write / as %2F"),
            ("http://me:1/hunter2@proxy:3128", "write / as %2F"),
            ("http://me:1#hunter2@proxy:3128", "# as %23"),
            ("http://me:1?hunter2@proxy:3128", "? as %3F"),
            ("http://me:hunter2@proxy:3128/path", "remove the path"),
            ("http//proxy:3128", "remove the path"),
            ("\"http://proxy:3128\"", "quotation marks"),
            ("http://pro xy:3128", "a blank"),
            ("http://proxy:3128, http://other:3128", "a blank"),
        ] {
            let error = find(API, &[("https_proxy", value)]).unwrap_err();
            assert!(error.starts_with("https_proxy: "), "{error}");
            assert!(error.contains(reason), "{value}: {error}");
            assert!(
                error.ends_with("such as http://proxy.example:3128"),
                "{error}"
            );
            for secret in ["hunt", "er2"] {
                assert!(!error.contains(secret), "{error}");
            }
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_not_unicode_is_an_error() {
        use std::os::unix::ffi::OsStringExt as _;

        let endpoint = Endpoint::of_api(API, &InsecureHosts::default()).unwrap();
        let value = |_: &str| Some(OsString::from_vec(b"http://pr\xF6xy:3128".to_vec()));
        let error = Proxy::find(&endpoint, value).unwrap_err();
        assert!(error.starts_with("HTTPS_PROXY: not valid UTF-8"), "{error}");
    }

    #[test]
    fn no_proxy_lists_hosts_that_are_reached_directly() {
        for (url, hosts, direct) in [
            (API, "*", true),
            (API, "api.example", true),
            (API, "API.EXAMPLE", true),
            (API, "other, api.example", true),
            (API, "other api.example", true),
            (API, "example", true),
            (API, ".example", true),
            (API, "*.example", true),
            (API, "api.example.", true),
            (API, "api.example:443", true),
            (API, "api.example:444", false),
            (API, "other", false),
            (API, "pi.example", false),
            (API, "", false),
            ("https://10.1.2.3:8443", "other, *", true),
            ("https://10.1.2.3:8443", "10.0.0.0/8", true),
            ("https://10.1.2.3:8443", "10.1.2.3:8443", true),
            ("https://10.1.2.3:8443", "10.1.2.4", false),
            ("https://[fd00::1]", "fd00::1", true),
            ("https://[fd00::1]", "[fd00::1]", true),
            ("https://[fd00::1]:8443", "[fd00::1]:8443", true),
            ("https://[fd00::1]", "[fd00::1]:8443", false),
        ] {
            for name in ["NO_PROXY", "no_proxy"] {
                let variables = [("HTTPS_PROXY", "http://proxy:1"), (name, hosts)];
                assert_eq!(found(url, &variables).is_none(), direct, "{url}: {hosts}");
            }
        }
        // A proxy that is not used is not checked.
        let unused = [("HTTPS_PROXY", "nonsense"), ("NO_PROXY", "*")];
        assert_eq!(found(API, &unused), None);
    }
}
