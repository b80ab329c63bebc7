//! Paths of the token endpoint in any letter case, like those of the operations.

use axum::http::Request;
use axum::http::uri::PathAndQuery;

use super::control_api;

/// The fixed segments of the paths.
const SEGMENTS: [&str; 8] = [
    ".well-known",
    "devicecode",
    "discovery",
    "keys",
    "oauth2",
    "openid-configuration",
    "token",
    "v2.0",
];

/// The path of a request as it was received, if that differs.
#[derive(Clone, Debug)]
pub(super) struct ReceivedPath(pub(super) String);

/// Writes the fixed segments of the path in lower case, for the router.
pub(super) fn normalize<B>(request: &mut Request<B>) {
    let path = request.uri().path();
    if path.starts_with(control_api::PATH) {
        return;
    }
    let segments = path.split('/').map(|segment| {
        let mut known = SEGMENTS.into_iter();
        known
            .find(|known| known.eq_ignore_ascii_case(segment))
            .unwrap_or(segment)
    });
    let normalized = segments.collect::<Vec<_>>().join("/");
    if normalized == path {
        return;
    }
    let received = ReceivedPath(path.to_owned());
    let target = match request.uri().query() {
        Some(query) => format!("{normalized}?{query}"),
        None => normalized,
    };
    let mut parts = request.uri().clone().into_parts();
    parts.path_and_query = PathAndQuery::try_from(target).ok();
    if let Ok(uri) = parts.try_into() {
        *request.uri_mut() = uri;
        request.extensions_mut().insert(received);
    }
}
