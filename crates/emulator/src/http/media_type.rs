//! Checks the media types of a request: the API sends and accepts JSON.

use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};

use super::api_error::ApiError;
use crate::text_encoding::Charset;

/// Checks whether the request accepts JSON. A request without `Accept` accepts everything.
pub(crate) fn check_accept(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut ranges = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .filter(|range| !range.is_empty())
        .peekable();
    if ranges.peek().is_none() {
        return Ok(());
    }
    // The most specific range that matches decides: `*/*, application/json;q=0` refuses JSON.
    let best = ranges
        .filter_map(|range| {
            let (range, parameters) = range.split_once(';').unwrap_or((range, ""));
            let specificity = match range.trim().to_ascii_lowercase().as_str() {
                "application/json" => 2,
                "application/*" => 1,
                "*/*" => 0,
                _ => return None,
            };
            let weight = parameters
                .split(';')
                .filter_map(|parameter| parameter.split_once('='))
                .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
                .map_or(1.0, |(_, value)| value.trim().parse().unwrap_or(1.0_f32));
            Some((specificity, weight > 0.0))
        })
        .max_by_key(|(specificity, _)| *specificity);
    match best {
        Some((_, true)) => Ok(()),
        _ => Err(ApiError::without_code(
            StatusCode::NOT_ACCEPTABLE,
            "None of the accepted media types is available; the API sends application/json.",
        )),
    }
}

/// Checks whether the body is JSON, and returns its encoding. A request without a body may have any
/// `Content-Type`, as the published example does.
pub(crate) fn check_content_type(headers: &HeaderMap, body: &[u8]) -> Result<Charset, ApiError> {
    if body.is_empty() {
        return Ok(Charset::Utf8);
    }
    if is_json(headers) {
        return charset(headers);
    }
    Err(unsupported(
        "The body of the request must be application/json.",
    ))
}

/// Whether the request has one `Content-Type`, of JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let mut types = headers.get_all(CONTENT_TYPE).iter();
    let kind = types
        .next()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next());
    types.next().is_none()
        && kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Returns the encoding that the `Content-Type` names; UTF-8 if it names none.
pub(crate) fn charset(headers: &HeaderMap) -> Result<Charset, ApiError> {
    let name = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .into_iter()
        .flat_map(|value| value.split(';').skip(1))
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"'));
    let Some(name) = name else {
        return Ok(Charset::Utf8);
    };
    Charset::from_name(name).ok_or_else(|| {
        unsupported(format!(
            "The charset {name} of the body is not supported: send it as UTF-8."
        ))
    })
}

fn unsupported(description: impl Into<String>) -> ApiError {
    ApiError::without_code(StatusCode::UNSUPPORTED_MEDIA_TYPE, description)
}
