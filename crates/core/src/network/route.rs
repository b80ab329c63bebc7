//! The address and the proxy of a connection, for errors, and why it failed.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use crate::error_text::root_cause;

use super::endpoint::Endpoint;
use super::proxy::Proxy;

/// How a client connects to a host. `Display` contains no secret.
#[derive(Clone)]
pub(crate) struct Route(Arc<Inner>);

struct Inner {
    /// Scheme, host and port.
    address: String,
    proxy: Option<Proxy>,
}

impl Route {
    pub(crate) fn new(endpoint: &Endpoint, proxy: Option<Proxy>) -> Self {
        Self(Arc::new(Inner {
            address: endpoint.address(),
            proxy,
        }))
    }

    /// Why a connection failed, and what to do about it if that is known.
    pub(crate) fn cause(&self, error: &(dyn Error + 'static)) -> String {
        let root = root_cause(error).to_string();
        let proxy = self.0.proxy.as_ref();
        if chain(error).any(|text| text == "dns error" || text == "error resolving DNS") {
            let hint = proxy.map_or_else(String::new, Proxy::hint_for_names);
            return format!("cannot resolve the host name: {root}{hint}");
        }
        match (&*root, proxy) {
            ("tunnel error: proxy authorization required", Some(proxy)) => {
                let name = proxy.variable();
                return format!(
                    "the proxy requires a user name and a password, or refuses those in {name}: \
                     set {name} to http://USER:PASSWORD@HOST:PORT"
                );
            }
            ("tunnel error: unsuccessful", Some(proxy)) => {
                let name = proxy.variable();
                return format!("the proxy refused the connection: check {name} and the proxy");
            }
            // The error of a SOCKS proxy has no cause.
            ("SOCKS error: failed to create underlying connection", Some(proxy)) => {
                let name = proxy.variable();
                return format!("cannot connect to the proxy: check {name} and the proxy");
            }
            _ => {}
        }
        if is_not_tls(&root) {
            let at = match proxy {
                Some(proxy) if proxy.uses_tls() => "the proxy or the server does",
                _ => "the server does",
            };
            return format!("{at} not answer with TLS: {root}");
        }
        if root.contains("ertificate") {
            return format!("{root}{}", certificate_hint(&root));
        }
        root
    }
}

/// The text of each error of a chain.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = String> + 'a {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let error = next?;
        next = error.source();
        Some(error.to_string())
    })
}

/// Whether the other side answered something else than TLS, by the texts of rustls and OpenSSL.
fn is_not_tls(root: &str) -> bool {
    root.contains("InvalidContentType") || root.contains("wrong version number")
}

/// What to do about a certificate that was not accepted, by the texts of rustls and OpenSSL.
fn certificate_hint(root: &str) -> &'static str {
    let lower = root.to_ascii_lowercase();
    if lower.contains("issuer")
        || lower.contains("badsignature")
        || lower.contains("self-signed")
        || lower.contains("self signed")
    {
        "; if it was issued by an authority of your own, such as that of a proxy, add its root \
         certificate with `add_root_certificate`"
    } else if lower.contains("expired") || lower.contains("not valid yet") {
        "; check the clock of this machine, and renew the certificate if it is yours"
    } else if lower.contains("not valid for name") || lower.contains("mismatch") {
        "; check the host name in the URL"
    } else {
        ""
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.address)?;
        if let Some(proxy) = &self.0.proxy {
            write!(
                f,
                " through the proxy {} of {}",
                proxy.address(),
                proxy.variable()
            )?;
        }
        Ok(())
    }
}
