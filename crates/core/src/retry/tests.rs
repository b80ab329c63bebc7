//! The laws of sending again, each by the name of its test.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    AttemptResult, RetryDecision, RetryPolicy, RetryTokenBucket, backoff, decide, leaves_time,
    retry_after,
};

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn headers(retry_after: Option<&'static str>) -> HeaderMap {
    retry_after
        .map(|value| (header::RETRY_AFTER, HeaderValue::from_static(value)))
        .into_iter()
        .collect()
}

fn waits(policy: &RetryPolicy, seen: AttemptResult<'_>, mutating: bool) -> bool {
    decide(policy, 1, seen, mutating, NOW, 0.5) != RetryDecision::Stop
}

#[test]
fn a_mutating_call_is_sent_again_only_where_the_service_cannot_have_acted() {
    let none = headers(None);
    let later = headers(Some("1"));
    let policy = RetryPolicy::default();
    let bold = RetryPolicy::default().retry_ambiguous(true);
    let answer = |status: u16, headers| {
        AttemptResult::Response(StatusCode::from_u16(status).unwrap(), headers)
    };
    // What was seen; sent again if it only reads, if it changes, if it changes and the caller
    // leans on the request id.
    for (seen, reading, mutating, leaning) in [
        (AttemptResult::NotSent, true, true, true),
        (AttemptResult::NoAnswer, true, false, true),
        (answer(408, &none), true, false, true),
        (answer(429, &none), true, true, true),
        (answer(429, &later), true, true, true),
        (answer(500, &none), true, false, true),
        (answer(502, &none), true, false, true),
        (answer(503, &none), true, false, true),
        (answer(503, &later), true, true, true),
        (answer(504, &none), true, false, true),
        (answer(200, &none), false, false, false),
        (answer(204, &none), false, false, false),
        (answer(302, &none), false, false, false),
        (answer(400, &none), false, false, false),
        (answer(401, &none), false, false, false),
        (answer(403, &later), false, false, false),
        (answer(404, &none), false, false, false),
        (answer(409, &none), false, false, false),
        (answer(412, &none), false, false, false),
        (answer(501, &none), false, false, false),
    ] {
        assert_eq!(waits(&policy, seen, false), reading, "reading, {seen:?}");
        assert_eq!(waits(&policy, seen, true), mutating, "mutating, {seen:?}");
        assert_eq!(waits(&bold, seen, true), leaning, "leaning, {seen:?}");
    }
}

#[test]
fn the_last_attempt_is_followed_by_no_wait() {
    let policy = RetryPolicy::default();
    let verdict = |attempt| decide(&policy, attempt, AttemptResult::NotSent, false, NOW, 0.5);
    assert_eq!(verdict(1), RetryDecision::Wait(Duration::from_millis(400)));
    assert_eq!(verdict(2), RetryDecision::Wait(Duration::from_millis(800)));
    assert_eq!(verdict(3), RetryDecision::Stop);
    assert!(!waits(&RetryPolicy::never(), AttemptResult::NotSent, false));
    assert!(!waits(
        &RetryPolicy::default().max_attempts(0),
        AttemptResult::NotSent,
        false
    ));
}

#[test]
fn the_delay_doubles_up_to_its_limit_and_a_random_part_of_it_is_waited() {
    let policy = RetryPolicy::default().max_attempts(u32::MAX);
    let delay =
        |attempt, random| match decide(&policy, attempt, AttemptResult::NotSent, true, NOW, random)
        {
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
fn the_random_part_is_from_nothing_to_all_of_the_delay_whatever_the_runtime_gives() {
    let policy = RetryPolicy::default().max_attempts(u32::MAX);
    let delay = |attempt, random| backoff(&policy, attempt, random);
    for (attempt, ceiling) in [(1, 800), (2, 1_600), (6, 25_600), (7, 30_000), (99, 30_000)] {
        let ceiling = Duration::from_millis(ceiling);
        assert_eq!(delay(attempt, 0.0), Duration::ZERO);
        assert!(delay(attempt, 1.0 - f64::EPSILON) <= ceiling);
        for (nonsense, expected) in [
            (-1.0, Duration::ZERO),
            (f64::NAN, Duration::ZERO),
            (f64::INFINITY, Duration::ZERO),
            (1.0, ceiling),
            (7.0, ceiling),
        ] {
            assert_eq!(delay(attempt, nonsense), expected, "{nonsense}");
        }
    }
    let longest = RetryPolicy::default()
        .base_delay(Duration::MAX)
        .max_delay(Duration::MAX);
    assert_eq!(backoff(&longest, 2, 0.0), Duration::ZERO);
    assert!(backoff(&longest, 2, 0.5) < Duration::MAX);
}

#[test]
fn a_wait_that_the_deadline_does_not_allow_is_not_begun() {
    let delay = Duration::from_millis(5_400);
    for (remaining, begun) in [
        (Duration::ZERO, false),
        (Duration::from_secs(5), false),
        // Nothing would be left for the attempt.
        (delay, false),
        (delay + Duration::from_millis(1), true),
        (Duration::MAX, true),
    ] {
        assert_eq!(leaves_time(delay, remaining), begun, "{remaining:?}");
    }
    assert!(!leaves_time(Duration::ZERO, Duration::ZERO));
    assert!(!leaves_time(Duration::MAX, Duration::MAX));
}

#[test]
fn retry_after_is_obeyed_up_to_the_cap_and_given_to_the_caller_beyond() {
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
        let seen = AttemptResult::Response(StatusCode::TOO_MANY_REQUESTS, &headers);
        assert_eq!(
            decide(&policy, 1, seen, true, NOW, 0.5),
            expected,
            "{asked}"
        );
    }
}

#[test]
fn the_cap_is_the_caller_s_to_set() {
    let headers = headers(Some("61"));
    let seen = AttemptResult::Response(StatusCode::TOO_MANY_REQUESTS, &headers);
    let waits = |cap| {
        let policy = RetryPolicy::default().retry_after_cap(Duration::from_secs(cap));
        decide(&policy, 1, seen, true, NOW, 0.0)
    };
    assert_eq!(waits(0), RetryDecision::Stop);
    assert_eq!(waits(60), RetryDecision::Stop);
    assert_eq!(waits(61), RetryDecision::Wait(Duration::from_secs(61)));
}

#[test]
fn a_date_is_read_in_each_of_the_forms_that_http_has() {
    for date in [
        "Thu, 01 Jan 1970 00:00:07 GMT",
        "Thursday, 01-Jan-70 00:00:07 GMT",
        "Thu Jan  1 00:00:07 1970",
    ] {
        let asked = retry_after(&headers(Some(date)), NOW);
        assert_eq!(asked, Some(Duration::from_secs(7)), "{date}");
    }
}

#[test]
fn a_date_that_has_passed_is_no_wait_but_still_a_promise() {
    let headers = headers(Some("Thu, 01 Jan 1970 00:00:07 GMT"));
    let now = NOW + Duration::from_secs(100);
    assert_eq!(retry_after(&headers, now), Some(Duration::ZERO));
    assert_eq!(retry_after(&HeaderMap::new(), now), None);
    // The server turned the call away, so it may be sent again; not at once all the same.
    let seen = AttemptResult::Response(StatusCode::SERVICE_UNAVAILABLE, &headers);
    assert_eq!(
        decide(&RetryPolicy::default(), 1, seen, true, now, 0.5),
        RetryDecision::Wait(Duration::from_millis(400))
    );
}

#[test]
fn a_malformed_retry_after_is_as_good_as_none() {
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
        let verdict = |status| {
            let seen = AttemptResult::Response(status, &headers);
            decide(&RetryPolicy::default(), 1, seen, true, NOW, 0.5)
        };
        assert_eq!(
            verdict(StatusCode::TOO_MANY_REQUESTS),
            RetryDecision::Wait(Duration::from_millis(400)),
            "{malformed}"
        );
        // Without a time that can be read, 503 does not say that nothing was done.
        assert_eq!(
            verdict(StatusCode::SERVICE_UNAVAILABLE),
            RetryDecision::Stop,
            "{malformed}"
        );
    }
    let bytes = HeaderValue::from_bytes(b"\xff7").unwrap();
    let headers = HeaderMap::from_iter([(header::RETRY_AFTER, bytes)]);
    assert_eq!(retry_after(&headers, NOW), None);
}

#[test]
fn an_empty_budget_stops_retries_until_calls_succeed_again() {
    let budget = RetryTokenBucket::new();
    let paid = (0..1_000).filter(|_| budget.pay()).count();
    assert_eq!(paid, 20);
    for _ in 0..5 {
        assert!(!budget.pay());
        budget.earn();
    }
    assert!(budget.pay());
    assert!(!budget.pay());
    for _ in 0..10_000 {
        budget.earn();
    }
    assert_eq!((0..1_000).filter(|_| budget.pay()).count(), 20);
}
