//! Decides whether an attempt is followed by another one, and after what delay.

use std::time::{Duration, SystemTime};

use super::attempt_result::AttemptResult;
use super::effect::{CallKind, is_turned_away, may_have_acted};
use super::policy::RetryPolicy;
use super::retry_after::retry_after;

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryDecision {
    /// Return the result to the caller.
    Stop,
    /// Send the request again after this delay.
    Wait(Duration),
}

/// Whether another attempt follows. `attempt` counts from 1; `random` is in `0.0..1.0`.
pub(crate) fn decide(
    policy: &RetryPolicy,
    attempt: u32,
    result: AttemptResult<'_>,
    kind: CallKind,
    now: SystemTime,
    random: f64,
) -> RetryDecision {
    if attempt >= policy.max_attempts || !result.is_transient() {
        return RetryDecision::Stop;
    }
    let is_safe = match kind {
        CallKind::Reading => true,
        CallKind::Changing => !may_have_acted(result, kind) || is_turned_away(result),
        CallKind::Creating => !may_have_acted(result, kind),
    };
    if !is_safe && !policy.retry_ambiguous {
        return RetryDecision::Stop;
    }
    let asked = match result {
        AttemptResult::Response(response) => retry_after(response.headers, now),
        _ => None,
    };
    match asked {
        Some(asked) if asked > policy.retry_after_cap => RetryDecision::Stop,
        // Jitter comes on top of `Retry-After`, so that clients do not all return at once.
        asked => {
            let delay = backoff(policy, attempt, random);
            RetryDecision::Wait(asked.unwrap_or_default().saturating_add(delay))
        }
    }
}

/// Whether a delay ends before the deadline of the whole call. If not, the call fails now rather
/// than after a wait that cannot help.
pub(crate) fn leaves_time(delay: Duration, remaining: Duration) -> bool {
    delay < remaining
}

/// Exponential backoff with full jitter: a random part of the doubled delay.
fn backoff(policy: &RetryPolicy, attempt: u32, random: f64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(31);
    let ceiling = policy
        .base_delay
        .saturating_mul(1 << doublings)
        .min(policy.max_delay);
    // A custom runtime may return any number.
    let random = if random.is_finite() {
        random.clamp(0.0, 1.0)
    } else {
        0.0
    };
    ceiling.mul_f64(random)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderValue, StatusCode, header};

    use super::{
        AttemptResult, CallKind, RetryDecision, RetryPolicy, backoff, decide, leaves_time,
        retry_after,
    };
    use crate::retry::ResponseParts;

    const NOW: SystemTime = SystemTime::UNIX_EPOCH;

    fn headers(retry_after: Option<&'static str>) -> HeaderMap {
        retry_after
            .map(|value| (header::RETRY_AFTER, HeaderValue::from_static(value)))
            .into_iter()
            .collect()
    }

    fn waits(policy: &RetryPolicy, result: AttemptResult<'_>, kind: CallKind) -> bool {
        decide(policy, 1, result, kind, NOW, 0.5) != RetryDecision::Stop
    }

    fn response<'a>(status: u16, headers: &'a HeaderMap, body: &'a str) -> AttemptResult<'a> {
        AttemptResult::Response(ResponseParts {
            status: StatusCode::from_u16(status).unwrap(),
            headers,
            body: body.as_bytes(),
        })
    }

    #[test]
    fn a_call_that_changes_something_is_retried_only_where_the_service_did_not_act() {
        const LIMIT: &str = r#"{"statusCode": 429, "message": "Try again in 1 seconds."}"#;
        let none = headers(None);
        let later = headers(Some("1"));
        let policy = RetryPolicy::default();
        let ambiguous_policy = RetryPolicy::default().retry_ambiguous(true);
        // The result; then whether it is retried for a reading call, a changing one, a creating one,
        // and either of them with `retry_ambiguous`.
        for (result, reading, changing, creating, ambiguous) in [
            (AttemptResult::NotSent, true, true, true, true),
            (AttemptResult::NoResponse, true, false, false, true),
            (response(408, &none, ""), true, false, false, true),
            (response(429, &none, LIMIT), true, true, true, true),
            (response(429, &later, LIMIT), true, true, true, true),
            (response(429, &later, ""), true, true, false, true),
            (
                response(429, &later, r#"{"code": 429}"#),
                true,
                true,
                false,
                true,
            ),
            (response(500, &none, ""), true, false, false, true),
            (response(502, &none, ""), true, false, false, true),
            (response(503, &none, ""), true, false, false, true),
            (response(503, &later, ""), true, true, false, true),
            (response(504, &none, ""), true, false, false, true),
            (response(200, &none, ""), false, false, false, false),
            (response(204, &none, ""), false, false, false, false),
            (response(302, &none, ""), false, false, false, false),
            (response(400, &none, ""), false, false, false, false),
            (response(401, &none, ""), false, false, false, false),
            (response(403, &later, ""), false, false, false, false),
            (response(404, &none, ""), false, false, false, false),
            (response(409, &none, ""), false, false, false, false),
            (response(412, &none, ""), false, false, false, false),
            (response(501, &none, ""), false, false, false, false),
        ] {
            for (policy, kind, retried) in [
                (&policy, CallKind::Reading, reading),
                (&policy, CallKind::Changing, changing),
                (&policy, CallKind::Creating, creating),
                (&ambiguous_policy, CallKind::Changing, ambiguous),
                (&ambiguous_policy, CallKind::Creating, ambiguous),
            ] {
                assert_eq!(waits(policy, result, kind), retried, "{kind:?}, {result:?}");
            }
        }
    }

    #[test]
    fn the_last_attempt_is_not_retried() {
        let policy = RetryPolicy::default();
        let decision = |attempt| {
            decide(
                &policy,
                attempt,
                AttemptResult::NotSent,
                CallKind::Reading,
                NOW,
                0.5,
            )
        };
        assert_eq!(decision(1), RetryDecision::Wait(Duration::from_millis(400)));
        assert_eq!(decision(2), RetryDecision::Wait(Duration::from_millis(800)));
        assert_eq!(decision(3), RetryDecision::Stop);
        assert!(!waits(
            &RetryPolicy::never(),
            AttemptResult::NotSent,
            CallKind::Reading
        ));
        assert!(!waits(
            &RetryPolicy::default().max_attempts(0),
            AttemptResult::NotSent,
            CallKind::Reading
        ));
    }

    #[test]
    fn the_delay_doubles_up_to_its_limit_with_jitter() {
        let policy = RetryPolicy::default().max_attempts(u32::MAX);
        let delay = |attempt, random| match decide(
            &policy,
            attempt,
            AttemptResult::NotSent,
            CallKind::Changing,
            NOW,
            random,
        ) {
            RetryDecision::Wait(delay) => delay.as_millis(),
            RetryDecision::Stop => panic!("attempt {attempt}"),
        };
        assert_eq!(
            [1, 2, 3, 4, 5, 6, 7].map(|attempt| delay(attempt, 0.5)),
            [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000]
        );
        assert_eq!(delay(u32::MAX - 1, 0.5), 15_000);
    }

    #[test]
    fn jitter_stays_within_the_delay_for_any_random_number() {
        let policy = RetryPolicy::default().max_attempts(u32::MAX);
        let delay = |attempt, random| backoff(&policy, attempt, random);
        for (attempt, ceiling) in [(1, 800), (2, 1_600), (6, 25_600), (7, 30_000), (99, 30_000)] {
            let ceiling = Duration::from_millis(ceiling);
            assert_eq!(delay(attempt, 0.0), Duration::ZERO);
            assert!(delay(attempt, 1.0 - f64::EPSILON) <= ceiling);
            for (random, expected) in [
                (-1.0, Duration::ZERO),
                (f64::NAN, Duration::ZERO),
                (f64::INFINITY, Duration::ZERO),
                (1.0, ceiling),
                (7.0, ceiling),
            ] {
                assert_eq!(delay(attempt, random), expected, "{random}");
            }
        }
        let longest = RetryPolicy::default()
            .base_delay(Duration::MAX)
            .max_delay(Duration::MAX);
        assert_eq!(backoff(&longest, 2, 0.0), Duration::ZERO);
        assert!(backoff(&longest, 2, 0.5) < Duration::MAX);
    }

    #[test]
    fn a_delay_must_end_before_the_deadline() {
        let delay = Duration::from_millis(5_400);
        for (remaining, waits) in [
            (Duration::ZERO, false),
            (Duration::from_secs(5), false),
            // No time would be left for the attempt.
            (delay, false),
            (delay + Duration::from_millis(1), true),
            (Duration::MAX, true),
        ] {
            assert_eq!(leaves_time(delay, remaining), waits, "{remaining:?}");
        }
        assert!(!leaves_time(Duration::ZERO, Duration::ZERO));
        assert!(!leaves_time(Duration::MAX, Duration::MAX));
    }

    #[test]
    fn retry_after_is_honored_up_to_the_cap() {
        let policy = RetryPolicy::default();
        for (asked, expected) in [
            ("0", RetryDecision::Wait(Duration::from_millis(400))),
            ("57", RetryDecision::Wait(Duration::from_millis(57_400))),
            ("60", RetryDecision::Wait(Duration::from_millis(60_400))),
            ("61", RetryDecision::Stop),
            ("99999999999", RetryDecision::Stop),
            ("99999999999999999999999", RetryDecision::Stop),
            ("  7 ", RetryDecision::Wait(Duration::from_millis(7_400))),
            (
                "Thu, 01 Jan 1970 00:00:07 GMT",
                RetryDecision::Wait(Duration::from_millis(7_400)),
            ),
            ("Thu, 01 Jan 1970 00:02:00 GMT", RetryDecision::Stop),
            ("Fri, 31 Dec 9999 23:59:59 GMT", RetryDecision::Stop),
        ] {
            let headers = headers(Some(asked));
            let result = response(429, &headers, "");
            assert_eq!(
                decide(&policy, 1, result, CallKind::Changing, NOW, 0.5),
                expected,
                "{asked}"
            );
        }
    }

    #[test]
    fn the_retry_after_cap_can_be_set() {
        let headers = headers(Some("61"));
        let result = response(429, &headers, "");
        let waits = |cap| {
            let policy = RetryPolicy::default().retry_after_cap(Duration::from_secs(cap));
            decide(&policy, 1, result, CallKind::Changing, NOW, 0.0)
        };
        assert_eq!(waits(0), RetryDecision::Stop);
        assert_eq!(waits(60), RetryDecision::Stop);
        assert_eq!(waits(61), RetryDecision::Wait(Duration::from_secs(61)));
    }

    #[test]
    fn a_retry_after_date_in_the_past_allows_a_retry_after_the_backoff() {
        let headers = headers(Some("Thu, 01 Jan 1970 00:00:07 GMT"));
        let now = NOW + Duration::from_secs(100);
        assert_eq!(retry_after(&headers, now), Some(Duration::ZERO));
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
        // The server turned the call away, so a retry is safe; the backoff still applies.
        let result = response(503, &headers, "");
        assert_eq!(
            decide(
                &RetryPolicy::default(),
                1,
                result,
                CallKind::Changing,
                now,
                0.5
            ),
            RetryDecision::Wait(Duration::from_millis(400))
        );
    }

    #[test]
    fn a_malformed_retry_after_is_ignored() {
        for malformed in [
            "",
            "soon",
            "-5",
            "+5",
            "5.5",
            "1e3",
            "5, 10",
            "5s",
            "Thu, 32 Jan 1970 00:00:07 GMT",
            "Thu, 01 Jan 1970 25:00:07 GMT",
            "1970-01-01T00:00:07Z",
        ] {
            let headers = headers(Some(malformed));
            assert_eq!(retry_after(&headers, NOW), None, "{malformed}");
            let decision = |status: StatusCode| {
                let result = response(status.as_u16(), &headers, "");
                decide(
                    &RetryPolicy::default(),
                    1,
                    result,
                    CallKind::Changing,
                    NOW,
                    0.5,
                )
            };
            assert_eq!(
                decision(StatusCode::TOO_MANY_REQUESTS),
                RetryDecision::Wait(Duration::from_millis(400)),
                "{malformed}"
            );
            // Without a valid `Retry-After`, 503 leaves open whether the service acted.
            assert_eq!(
                decision(StatusCode::SERVICE_UNAVAILABLE),
                RetryDecision::Stop,
                "{malformed}"
            );
        }
        let bytes = HeaderValue::from_bytes(b"\xff7").unwrap();
        let headers = HeaderMap::from_iter([(header::RETRY_AFTER, bytes)]);
        assert_eq!(retry_after(&headers, NOW), None);
    }
}
