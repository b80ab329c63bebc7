//! The URL by which a client reaches the emulator.

use axum::http::HeaderMap;
use axum::http::header::HOST;

use super::app_state::AppState;

/// The base URL with the host that the client uses, which the emulator does not know behind a port
/// mapping; its own URL if a client may not use that host.
pub(super) fn public_url(app: &AppState, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    match host.filter(|host| app.options.hosts.allows_authority(host)) {
        Some(host) => {
            let scheme = app.url.split("://").next().unwrap_or_default();
            format!("{scheme}://{host}")
        }
        None => app.url.clone(),
    }
}
