//! Could the service have acted? The one question that a failed call must answer, as pure
//! functions of what was seen, apart from the code that sends.

use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode};

use crate::retry::retry_after;

/// Whether a call with this method changes anything when it succeeds.
pub(crate) fn is_mutating(method: &Method) -> bool {
    !(method.is_safe())
}

/// Whether a mutating call may have taken effect although it was answered with this status.
///
/// A refusal (4xx) says that nothing was done. 408 and most 5xx do not: a gateway sends them
/// when it has lost sight of what happens behind it. 501 means that nobody was there to act; 503
/// with a `Retry-After` that can be read is a server that turns calls away. A redirect and an
/// unknown success are no refusal.
pub(crate) fn possible_after(status: StatusCode, headers: &HeaderMap) -> bool {
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

    use super::{is_mutating, possible_after};

    #[test]
    fn only_reading_changes_nothing() {
        assert!(!is_mutating(&Method::GET));
        assert!(!is_mutating(&Method::HEAD));
        for method in [Method::POST, Method::DELETE, Method::PATCH, Method::PUT] {
            assert!(is_mutating(&method), "{method}");
        }
    }

    #[test]
    fn a_refusal_is_certain_and_a_lost_answer_is_not() {
        let none = HeaderMap::new();
        for status in [400, 401, 403, 404, 405, 406, 409, 412, 429, 501] {
            assert!(
                !possible_after(StatusCode::from_u16(status).unwrap(), &none),
                "{status}"
            );
        }
        for status in [202, 302, 307, 408, 500, 502, 503, 504] {
            assert!(
                possible_after(StatusCode::from_u16(status).unwrap(), &none),
                "{status}"
            );
        }
        let later = HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("5"))]);
        assert!(!possible_after(StatusCode::SERVICE_UNAVAILABLE, &later));
        assert!(possible_after(StatusCode::BAD_GATEWAY, &later));
        let nonsense =
            HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static("soon"))]);
        assert!(possible_after(StatusCode::SERVICE_UNAVAILABLE, &nonsense));
    }
}
