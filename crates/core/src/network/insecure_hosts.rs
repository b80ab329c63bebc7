//! Hosts to which plain http is allowed although they are not this machine.

use reqwest::Url;

/// The hosts to which plain http is allowed.
#[derive(Clone, Debug, Default)]
pub(crate) struct InsecureHosts(Vec<InsecureHost>);

/// A host as URLs contain it, and a port; without one, each port.
#[derive(Clone, Debug, PartialEq, Eq)]
struct InsecureHost {
    host: String,
    port: Option<u16>,
}

impl InsecureHosts {
    /// Parses texts of the form `HOST` or `HOST:PORT`.
    pub(crate) fn parse<T: AsRef<str>>(hosts: &[T]) -> Result<Self, String> {
        let hosts = hosts.iter().map(|host| InsecureHost::parse(host.as_ref()));
        hosts.collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn allows(&self, url: &Url) -> bool {
        let port = url.port_or_known_default();
        self.0.iter().any(|allowed| {
            url.host_str() == Some(&allowed.host)
                && (allowed.port.is_none() || allowed.port == port)
        })
    }
}

impl InsecureHost {
    fn parse(text: &str) -> Result<Self, String> {
        let refuse = || {
            // The host of a URL is what was meant.
            let meant = Url::parse(text).ok().filter(|_| !text.contains('@'));
            let meant = meant.and_then(|url| {
                let host = url.host_str()?.to_owned();
                Some(match url.port() {
                    Some(port) => format!("{host}:{port}"),
                    None => host,
                })
            });
            let expected = match meant {
                Some(meant) => format!("expected {meant}"),
                None => "expected a host such as emulator, emulator:8484 or [fd00::1]:8484".into(),
            };
            let shown = if text.contains('@') {
                "<not shown, since it may contain a secret>"
            } else {
                text
            };
            Err(format!(
                "`allow_insecure_http`: {shown:?} is not a host: {expected}"
            ))
        };
        let allowed = |letter: char| {
            letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | ':' | '[' | ']')
        };
        if text.is_empty() || !text.chars().all(allowed) {
            return refuse();
        }
        // Parsed as in a URL, so that each way to write a host or an address is the same one.
        let Ok(url) = Url::parse(&format!("http://{text}")) else {
            return refuse();
        };
        let (Some(host), "/") = (url.host_str(), url.path()) else {
            return refuse();
        };
        // A URL does not keep port 80, the default one.
        let after_host = text.rsplit(']').next().unwrap_or(text);
        let port = match after_host.rsplit_once(':') {
            Some((_, "")) => return refuse(),
            Some(_) => url.port_or_known_default(),
            None => None,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Url;

    use super::InsecureHosts;

    fn allows(host: &str, url: &str) -> bool {
        let hosts = InsecureHosts::parse(&[host]).unwrap();
        hosts.allows(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_the_exact_host_and_port_are_allowed() {
        for (host, url) in [
            ("emulator", "http://emulator:8484"),
            ("emulator", "http://emulator"),
            ("Emulator:8484", "http://EMULATOR:8484/v1"),
            ("emulator:80", "http://emulator"),
            ("my_service.internal", "http://my_service.internal:1"),
            ("[fd00::1]", "http://[FD00:0::1]:8484"),
            ("[fd00::1]:8484", "http://[fd00::1]:8484"),
            ("10.0.0.7:8484", "http://10.0.0.7:8484"),
        ] {
            assert!(allows(host, url), "{host}: {url}");
        }
        for (host, url) in [
            ("emulator:8484", "http://emulator:8485"),
            ("emulator:8484", "http://emulator"),
            ("emulator:80", "http://emulator:8484"),
            ("emulator", "http://emulator.example"),
            ("emulator", "http://my.emulator"),
            ("emulator", "http://emulator."),
            ("emulator", "http://emulat"),
            ("[fd00::1]:8484", "http://[fd00::2]:8484"),
        ] {
            assert!(!allows(host, url), "{host}: {url}");
        }
        assert!(!InsecureHosts::default().allows(&Url::parse("http://emulator").unwrap()));
    }

    #[test]
    fn anything_but_a_host_is_refused_with_what_is_expected() {
        for (text, expected) in [
            ("", "such as emulator, emulator:8484 or [fd00::1]:8484"),
            (" ", "such as emulator"),
            ("*", "such as emulator"),
            ("*.example", "such as emulator"),
            ("emulator/", "such as emulator"),
            ("emulator/v1", "such as emulator"),
            ("emulator:", "such as emulator"),
            ("emulator:99999", "such as emulator"),
            ("emulator:port", "such as emulator"),
            ("emulator,other", "such as emulator"),
            ("emulator other", "such as emulator"),
            ("fd00::1", "such as emulator"),
            ("http://emulator:8484", "expected emulator:8484"),
            ("http://emulator:8484/v1", "expected emulator:8484"),
            ("https://[fd00::1]/", "expected [fd00::1]"),
            ("http://me:hunter2@emulator", "such as emulator"),
            ("me:hunter2@emulator", "such as emulator"),
        ] {
            let error = InsecureHosts::parse(&["good", text]).unwrap_err();
            assert!(error.starts_with("`allow_insecure_http`: "), "{error}");
            assert!(error.contains(expected), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
