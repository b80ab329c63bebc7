//! The hosts by which clients may use the emulator.
//!
//! A web page can make the browser of its visitor send requests to the emulator: across sites, with
//! the page in `Origin`; or under a name of its own that it points to this machine (DNS rebinding),
//! which `Host` shows.

use std::net::{IpAddr, Ipv6Addr};

use axum::extract::Request;
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Version};

#[derive(Clone, Debug, Default)]
pub(crate) struct AllowedHosts {
    /// Whether other machines may use the emulator. Then any address is allowed, and any name that
    /// a site on the internet cannot have.
    pub(crate) remote: bool,
    /// More names, in lower case.
    pub(crate) names: Vec<String>,
}

/// Domains that exist only in private networks, such as those of Docker and Kubernetes.
const PRIVATE: [&str; 5] = [".internal", ".local", ".home.arpa", ".test", ".lan"];

impl AllowedHosts {
    /// Checks where a request is sent to, and which page sends it.
    pub(crate) fn check(&self, request: &Request) -> Result<(), String> {
        let headers = request.headers();
        let host = one(headers, &HOST)?;
        match host {
            // Browsers always send a host.
            None if request.version() == Version::HTTP_10 => {}
            None => return Err("the Host header is missing".to_owned()),
            Some(host) => self.check_authority("Host", host)?,
        }
        if let Some(authority) = request.uri().authority() {
            self.check_authority("the request target", authority.as_str())?;
        }
        if let Some(origin) = one(headers, &ORIGIN)? {
            let authority = origin
                .strip_prefix("http://")
                .or_else(|| origin.strip_prefix("https://"))
                .ok_or_else(|| format!("Origin: {origin} is not a page of this machine"))?;
            self.check_authority("Origin", authority)?;
        }
        // Some browsers leave out the origin of a form.
        let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
        if site == Some(b"cross-site") && request.method() != Method::GET {
            return Err("the request comes from a page of another site".to_owned());
        }
        Ok(())
    }

    /// Whether clients may use this host, with or without a port.
    pub(crate) fn allows_authority(&self, authority: &str) -> bool {
        self.check_authority("Host", authority).is_ok()
    }

    fn check_authority(&self, header: &str, authority: &str) -> Result<(), String> {
        let parsed: Option<Authority> = authority.parse().ok();
        let host = parsed
            .as_ref()
            .filter(|one| !one.as_str().contains('@'))
            .map(Authority::host);
        if host.is_some_and(|host| self.allows(host)) {
            return Ok(());
        }
        Err(format!(
            "{header}: {authority} is not a name of this emulator: use a loopback name such as \
             localhost, or allow the host with --allow-remote=HOST"
        ))
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix('.').unwrap_or(&host);
        let is_named = self.names.iter().any(|name| name == host);
        let address: Option<IpAddr> = match host.strip_prefix('[') {
            Some(rest) => rest
                .strip_suffix(']')
                .and_then(|address| address.parse::<Ipv6Addr>().ok())
                .map(IpAddr::V6),
            None => host.parse().ok(),
        };
        if let Some(address) = address {
            return self.remote || is_named || address.to_canonical().is_loopback();
        }
        let is_loopback = host == "localhost" || host.ends_with(".localhost");
        let is_name = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        let is_private =
            (!host.is_empty() && is_name) || PRIVATE.iter().any(|domain| host.ends_with(domain));
        is_loopback || is_named || (self.remote && is_private)
    }
}

/// The value of a header; an error if there is more than one, as it is not clear which one counts.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, String> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => match value.to_str() {
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(format!("the header {name} is not text")),
        },
        _ => Err(format!("there is more than one header {name}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_names_are_allowed_and_others_must_be() {
        let local = AllowedHosts::default();
        let remote = AllowedHosts {
            remote: true,
            names: vec!["ci.example.com".to_owned()],
        };
        for host in [
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "127.0.0.1",
            "127.8.9.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            assert!(local.allows(host) && remote.allows(host), "{host}");
        }
        for host in [
            "emulator",
            "host.docker.internal",
            "10.1.2.3",
            "[fe80::1]",
            "ci.example.com",
        ] {
            assert!(!local.allows(host) && remote.allows(host), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "evil-localhost.example",
            "[::1",
        ] {
            assert!(!local.allows(host) && !remote.allows(host), "{host}");
        }
        assert!(!local.allows(""));
    }
}
