//! The value of `--listen`.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

/// The port without one in `--listen`.
const PORT: u16 = 8484;

/// An address or a host name, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ListenAddress {
    host: Host,
    port: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Host {
    Address(IpAddr),
    Name(String),
}

impl ListenAddress {
    /// Parses `ADDRESS:PORT`, `NAME:PORT`, or one of both alone. A port alone is one of 127.0.0.1.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        if text.contains("://") {
            return Err("it is a URL: leave out the scheme, as in localhost:8484".to_owned());
        }
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, rest) = rest
                    .split_once(']')
                    .ok_or("the bracket is not closed, as in [::1]:8484")?;
                let address: Ipv6Addr = address
                    .parse()
                    .map_err(|_| format!("{address} is not an IPv6 address"))?;
                let port = match rest {
                    "" => None,
                    rest => Some(
                        rest.strip_prefix(':')
                            .ok_or("after ] there must be :PORT")?,
                    ),
                };
                (Host::Address(address.into()), port)
            }
            None if text.parse::<Ipv6Addr>().is_ok() => {
                return Err(format!(
                    "an IPv6 address needs brackets, as in [{text}]:{PORT}"
                ));
            }
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
                (Host::Address(Ipv4Addr::LOCALHOST.into()), Some(text))
            }
            None => {
                let (host, port) = match text.split_once(':') {
                    Some((host, port)) => (host, Some(port)),
                    None => (text, None),
                };
                (parse_host(host)?, port)
            }
        };
        let port = match port {
            None => PORT,
            Some(port) => port
                .parse()
                .ok()
                .filter(|_| !port.starts_with('+'))
                .ok_or_else(|| format!("{port:?} is not a port from 0 to {}", u16::MAX))?,
        };
        Ok(Self { host, port })
    }

    /// Returns all addresses of a name.
    pub(super) fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        let mut addresses: Vec<SocketAddr> = match &self.host {
            Host::Address(address) => vec![SocketAddr::new(*address, self.port)],
            Host::Name(name) => (name.as_str(), self.port).to_socket_addrs()?.collect(),
        };
        // A name can have several entries with the same address.
        let mut seen = std::collections::HashSet::new();
        addresses.retain(|address| seen.insert(*address));
        Ok(addresses)
    }

    /// The host name, unless it is an address.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Address(_) => None,
            Host::Name(name) => Some(name),
        }
    }

    /// The host for a certificate, unless it stands for all addresses.
    pub(super) fn certificate_name(&self) -> Option<String> {
        match &self.host {
            Host::Address(address) if address.is_unspecified() => None,
            Host::Address(address) => Some(address.to_string()),
            Host::Name(name) => Some(name.clone()),
        }
    }
}

fn parse_host(host: &str) -> Result<Host, String> {
    if host.is_empty() {
        return Ok(Host::Address(Ipv4Addr::LOCALHOST.into()));
    }
    if let Ok(address) = host.parse() {
        return Ok(Host::Address(address));
    }
    let is_name = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        // Four numbers that are no address are a misspelt one.
        && !host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_name {
        return Ok(Host::Name(host.to_ascii_lowercase()));
    }
    Err(format!("{host:?} is neither an IP address nor a host name"))
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            Host::Address(address) => SocketAddr::new(*address, self.port).fmt(f),
            Host::Name(name) => write!(f, "{name}:{}", self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_names_and_ports_are_understood() {
        for (text, parsed) in [
            ("127.0.0.1:8484", "127.0.0.1:8484"),
            ("[::1]:0", "[::1]:0"),
            ("[::]", "[::]:8484"),
            ("localhost:80", "localhost:80"),
            ("LocalHost", "localhost:8484"),
            ("0.0.0.0", "0.0.0.0:8484"),
            ("9000", "127.0.0.1:9000"),
            (":9000", "127.0.0.1:9000"),
        ] {
            assert_eq!(ListenAddress::parse(text).unwrap().to_string(), parsed);
        }
    }

    #[test]
    fn anything_else_is_refused_with_a_reason() {
        for (text, reason) in [
            ("", "is not a port from 0 to 65535"),
            ("localhost:", "\"\" is not a port from 0 to 65535"),
            ("localhost:70000", "\"70000\" is not a port"),
            ("localhost:-1", "\"-1\" is not a port"),
            ("localhost:+1", "\"+1\" is not a port"),
            ("70000", "\"70000\" is not a port"),
            ("localhost:http", "\"http\" is not a port"),
            ("::1", "needs brackets, as in [::1]:8484"),
            ("[::1", "not closed"),
            ("[::1]8484", ":PORT"),
            ("[localhost]:1", "not an IPv6 address"),
            ("http://localhost:8484", "leave out the scheme"),
            ("256.0.0.1:1", "neither an IP address"),
            ("a b:1", "neither an IP address"),
        ] {
            let error = ListenAddress::parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}
