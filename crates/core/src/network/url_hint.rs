//! What an error may show of an invalid base URL, and the URL that was probably meant.

use reqwest::Url;

/// The text as a URL, if only the scheme is missing.
pub(super) fn with_scheme(text: &str) -> Option<Url> {
    // In an environment file, quotation marks can become a part of the value.
    let text = text.trim_matches(['"', '\'', '/']);
    // A host and a port look like a scheme and a path.
    let is_port = |port: &str| port.starts_with(|digit: char| digit.is_ascii_digit());
    let (text, has_scheme) = match text.split_once(':') {
        Some((_, rest)) => (text, !is_port(rest)),
        None => (text, false),
    };
    if text.contains(['@', '?', '#']) || text.is_empty() {
        return None;
    }
    let url = if has_scheme {
        Url::parse(text).ok()?
    } else {
        Url::parse(&format!("https://{text}")).ok()?
    };
    match url.scheme() {
        "https" if !has_scheme && is_loopback(&url) => Url::parse(&format!("http://{text}")).ok(),
        "http" | "https" => Some(url),
        _ => None,
    }
}

/// The corrected URL for an error, unless it might contain a part of a secret.
pub(super) fn expected_url(text: &str, url: &Url) -> String {
    let signs = text.matches('@').count();
    let has_user = !url.username().is_empty() || url.password().is_some();
    if signs > usize::from(has_user) || !url.has_host() {
        return String::new();
    }
    let (base, path) = (url.origin().ascii_serialization(), url.path());
    format!("; expected {base}{}", path.trim_end_matches('/'))
}

/// The part of an invalid URL that an error may show: the URL may contain a secret.
pub(super) fn shown(text: &str) -> &str {
    if text.contains(['@', '?', '#']) {
        "<not shown, since it may contain a secret>"
    } else {
        text
    }
}

/// Whether the host is this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    }
}
