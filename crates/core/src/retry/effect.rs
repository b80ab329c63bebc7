//! Decides from the result of an attempt whether the service may have acted on it.

use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode};

use super::attempt_result::AttemptResult;
use super::retry_after::retry_after;

/// Whether a call with this method changes something when it succeeds.
pub(crate) fn is_mutating(method: &Method) -> bool {
    !method.is_safe()
}

/// Whether a mutating call may have taken effect with this attempt.
pub(crate) fn may_have_acted(result: AttemptResult<'_>) -> bool {
    match result {
        AttemptResult::NotSent => false,
        AttemptResult::NoResponse => true,
        AttemptResult::Response(status, headers) => status_may_have_acted(status, headers),
    }
}

/// Whether a mutating call may have taken effect although this is the status of its response.
///
/// Client errors (4xx) and 501 mean that nothing was done. 408 and most 5xx do not, since gateways
/// send them without knowing what the service behind them did. 503 with a valid `Retry-After` comes
/// from a server that turns requests away.
pub(crate) fn status_may_have_acted(status: StatusCode, headers: &HeaderMap) -> bool {
    match status {
        StatusCode::REQUEST_TIMEOUT => true,
        StatusCode::NOT_IMPLEMENTED => false,
        StatusCode::SERVICE_UNAVAILABLE => retry_after(headers, SystemTime::UNIX_EPOCH).is_none(),
        _ => !status.is_client_error(),
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

    use super::{is_mutating, status_may_have_acted};

    #[test]
    fn get_and_head_do_not_mutate() {
        assert!(!is_mutating(&Method::GET));
        assert!(!is_mutating(&Method::HEAD));
        for method in [Method::POST, Method::DELETE, Method::PATCH, Method::PUT] {
            assert!(is_mutating(&method), "{method}");
        }
    }

    #[test]
    fn client_errors_mean_no_effect_and_gateway_errors_leave_it_open() {
        let none = HeaderMap::new();
        for status in [400, 401, 403, 404, 405, 406, 409, 412, 429, 501] {
            assert!(
                !status_may_have_acted(StatusCode::from_u16(status).unwrap(), &none),
                "{status}"
            );
        }
        for status in [202, 302, 307, 408, 500, 502, 503, 504] {
            assert!(
                status_may_have_acted(StatusCode::from_u16(status).unwrap(), &none),
                "{status}"
            );
        }
        let later = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("5"))]);
        assert!(!status_may_have_acted(
            StatusCode::SERVICE_UNAVAILABLE,
            &later
        ));
        assert!(status_may_have_acted(StatusCode::BAD_GATEWAY, &later));
        let invalid =
            HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("soon"))]);
        assert!(status_may_have_acted(
            StatusCode::SERVICE_UNAVAILABLE,
            &invalid
        ));
    }
}
