//! Decides from the result of an attempt whether the service may have acted on it.

use std::time::SystemTime;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::attempt_result::{AttemptResult, ResponseParts};
use super::retry_after::retry_after;
use crate::decode::error_body::ErrorBody;
use crate::decode::json::json_text;

/// What a call does when it succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallKind {
    Reading,
    /// Changes a resource that the request names. The service refuses to do it twice.
    Changing,
    /// Makes a resource, and another one when it is repeated.
    Creating,
}

impl CallKind {
    /// The kind of a request with this method; `creates` is what the document says of it.
    pub(crate) fn of(method: &Method, creates: bool) -> Self {
        if method.is_safe() {
            Self::Reading
        } else if creates {
            Self::Creating
        } else {
            Self::Changing
        }
    }

    /// Whether the call changes something when it succeeds.
    pub(crate) fn changes(self) -> bool {
        self != Self::Reading
    }
}

/// Whether a call that changes something may have taken effect with this attempt.
pub(crate) fn may_have_acted(result: AttemptResult<'_>, kind: CallKind) -> bool {
    match result {
        AttemptResult::NotSent => false,
        AttemptResult::NoResponse => true,
        AttemptResult::Response(response) => may_have_acted_despite(response, kind),
    }
}

/// Whether a call that changes something may have taken effect although this is the response.
///
/// | status | the service has not acted |
/// |---|---|
/// | 404, 501 | if the body has an error code |
/// | 408, other 5xx | never certain |
/// | 429 | certain; for a create only if the response is the documented one |
/// | other 4xx | certain |
///
/// Gateways send 408, 404 and 5xx without knowing what the service behind them did, and they know no
/// error codes. With other 4xx the service refuses the request itself.
pub(crate) fn may_have_acted_despite(response: ResponseParts<'_>, kind: CallKind) -> bool {
    match response.status {
        StatusCode::REQUEST_TIMEOUT => true,
        StatusCode::NOT_FOUND | StatusCode::NOT_IMPLEMENTED => !has_code(response),
        // A second transfer cannot be detected, so a create trusts the documented response only.
        StatusCode::TOO_MANY_REQUESTS => kind == CallKind::Creating && !is_rate_limit(response),
        status => !status.is_client_error(),
    }
}

/// Whether something turned the request away for now and says so, the service or a gateway before
/// it.
pub(crate) fn is_turned_away(result: AttemptResult<'_>) -> bool {
    let AttemptResult::Response(response) = result else {
        return false;
    };
    match response.status {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::SERVICE_UNAVAILABLE => {
            retry_after(response.headers, SystemTime::UNIX_EPOCH).is_some()
        }
        _ => false,
    }
}

/// Whether the response is the [documented one] of a rate limit.
///
/// [documented one]: https://learn.microsoft.com/partner-center/developer/api-throttling-guidance
fn is_rate_limit(response: ResponseParts<'_>) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Envelope {
        #[serde(rename = "statusCode")]
        _status_code: IgnoredAny,
        #[serde(rename = "message")]
        _message: IgnoredAny,
    }

    response.status == StatusCode::TOO_MANY_REQUESTS
        && serde_json::from_str::<Envelope>(&json_text(response.body)).is_ok()
}

fn has_code(response: ResponseParts<'_>) -> bool {
    ErrorBody::read(response.body, str::to_owned).code.is_some()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

    use super::super::attempt_result::{AttemptResult, ResponseParts};
    use super::{CallKind, is_turned_away, may_have_acted_despite};

    const CODE: &str = r#"{"code": 900100, "description": "unknown"}"#;
    const PAGE: &str = "<html><title>Error</title></html>";

    fn acted(status: u16, body: &str) -> bool {
        acted_as(CallKind::Changing, status, body)
    }

    fn acted_as(kind: CallKind, status: u16, body: &str) -> bool {
        let response = ResponseParts {
            status: StatusCode::from_u16(status).unwrap(),
            headers: &HeaderMap::new(),
            body: body.as_bytes(),
        };
        may_have_acted_despite(response, kind)
    }

    #[test]
    fn only_unsafe_methods_change_something() {
        for creates in [false, true] {
            for method in [Method::GET, Method::HEAD] {
                let kind = CallKind::of(&method, creates);
                assert_eq!(kind, CallKind::Reading);
                assert!(!kind.changes());
            }
        }
        for method in [Method::POST, Method::DELETE, Method::PATCH, Method::PUT] {
            assert_eq!(CallKind::of(&method, false), CallKind::Changing, "{method}");
            assert_eq!(CallKind::of(&method, true), CallKind::Creating, "{method}");
            assert!(CallKind::of(&method, false).changes());
        }
    }

    #[test]
    fn a_refusal_of_the_request_itself_means_no_effect() {
        for status in [400, 401, 403, 405, 406, 409, 411, 412, 429] {
            for body in ["", PAGE, CODE] {
                assert!(!acted(status, body), "{status} {body}");
            }
        }
    }

    #[test]
    fn what_a_gateway_may_say_leaves_it_open() {
        for status in [202, 302, 307, 408, 500, 502, 503, 504] {
            for body in ["", PAGE, CODE] {
                assert!(acted(status, body), "{status} {body}");
            }
        }
        for status in [404, 501] {
            assert!(!acted(status, CODE), "{status}");
            for body in ["", PAGE, "{}", r#"{"message": "no route"}"#] {
                assert!(acted(status, body), "{status} {body}");
            }
        }
    }

    #[test]
    fn a_create_trusts_the_documented_answer_of_a_rate_limit_only() {
        let documented = r#"{"statusCode": 429, "message": "Try again in 57 seconds."}"#;
        assert!(!acted_as(CallKind::Creating, 429, documented));
        for body in ["", PAGE, CODE, r#"{"statusCode": 429}"#] {
            assert!(acted_as(CallKind::Creating, 429, body), "{body}");
        }
    }

    #[test]
    fn who_turns_a_request_away_says_when_to_come_back() {
        let turned_away = |status, retry_after: Option<&'static str>| {
            let headers = retry_after.map(|it| (header::RETRY_AFTER, HeaderValue::from_static(it)));
            let headers: HeaderMap = headers.into_iter().collect();
            is_turned_away(AttemptResult::Response(ResponseParts {
                status,
                headers: &headers,
                body: b"",
            }))
        };
        assert!(turned_away(StatusCode::TOO_MANY_REQUESTS, None));
        assert!(turned_away(StatusCode::SERVICE_UNAVAILABLE, Some("5")));
        for retry_after in [None, Some("soon")] {
            assert!(!turned_away(StatusCode::SERVICE_UNAVAILABLE, retry_after));
        }
        assert!(!turned_away(StatusCode::BAD_GATEWAY, Some("5")));
    }
}
