//! The hosts that `NO_PROXY` lists.

use hyper_util::client::proxy::matcher::Matcher;

use super::endpoint::Endpoint;

/// Whether `NO_PROXY` contains the endpoint's host.
pub(super) fn is_direct(endpoint: &Endpoint, hosts: &str) -> bool {
    let url = endpoint.url();
    let Ok(target) = url.as_str().parse::<http::Uri>() else {
        return false;
    };
    let port = url.port_or_known_default().map(|port| port.to_string());
    // The library knows names, addresses and networks, separated by commas. Others also write
    // blanks, ports, brackets and wildcards.
    let entries = hosts.split(|letter: char| letter == ',' || letter.is_whitespace());
    let entries: Vec<&str> = entries
        .filter_map(|entry| {
            let entry = match entry.rsplit_once(':') {
                Some((host, digits)) if !host.contains(':') || host.ends_with(']') => {
                    (Some(digits) == port.as_deref()).then_some(host)?
                }
                _ => entry,
            };
            let entry = entry.trim_start_matches('[').trim_end_matches([']', '.']);
            Some(
                entry
                    .strip_prefix('*')
                    .filter(|it| it.starts_with('.'))
                    .unwrap_or(entry),
            )
        })
        .collect();
    // For the library it matches names, and not addresses.
    if entries.contains(&"*") {
        return true;
    }
    let matcher = Matcher::builder()
        .all("http://proxy.example:1")
        .no(entries.join(","))
        .build();
    matcher.intercept(&target).is_none()
}
