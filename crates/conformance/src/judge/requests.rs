//! Checks the requests: their number, content, ids, and the waits between them.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::judgement::{Judgement, RetryMode, or_none};
use crate::capability::Capability;
use crate::protocol::{Conclusion, RENEWED_TOKEN, TOKEN};
use crate::request::RawRequest;
use crate::scenario::expect::{ExpectedRequests, HeaderRule, Wait};
use crate::server::ReceivedRequest;

/// The tolerance for real waits, in milliseconds, since clocks differ.
const CLOCK_TOLERANCE_MS: u64 = 50;

pub(super) fn judge(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedRequests,
    retry_mode: RetryMode,
    received: &[ReceivedRequest],
) {
    let count = match retry_mode {
        RetryMode::AsExpected => expected.count,
        RetryMode::Never => expected.count.min(1),
    };
    if received.len() != count as usize {
        judgement.differs("requests", count, received.len());
    }
    let mut requests = Vec::new();
    for (number, received) in received.iter().take(count as usize).enumerate() {
        match &received.request {
            Some(Ok(request)) => {
                judge_one(judgement, expected, number, request);
                requests.push(request);
            }
            Some(Err(problem)) => {
                judgement.differs(format!("request {}", number + 1), "HTTP/1.1", problem);
            }
            None => {}
        }
    }
    if (expected.same.is_empty() && expected.different.is_empty())
        || !judgement.judges(Capability::Ids)
    {
        return;
    }
    for name in &expected.same {
        let values = distinct(&requests, name);
        if values.len() != 1 && !requests.is_empty() {
            judgement.differs(name, "one value in all requests", values.join(" and "));
        }
    }
    for name in &expected.different {
        if distinct(&requests, name).len() != requests.len() {
            let expected = "another value in each request";
            judgement.differs(name, expected, "a repeated value or none");
        }
    }
}

fn distinct(requests: &[&RawRequest], name: &str) -> Vec<String> {
    let values: BTreeSet<String> = requests
        .iter()
        .map(|request| request.values(name).join(", "))
        .collect();
    values.into_iter().collect()
}

fn judge_one(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedRequests,
    number: usize,
    request: &RawRequest,
) {
    let name = |part: &str| format!("request {}, {part}", number + 1);
    for (part, expected, got) in [
        ("method", &expected.method, &request.method),
        ("path", &expected.path, &request.path),
    ] {
        if expected.as_ref().is_some_and(|expected| expected != got) {
            judgement.differs(name(part), or_none(expected.as_ref()), got);
        }
    }
    let is_renewed = expected.token_renewed && number > 0;
    let token = if is_renewed { RENEWED_TOKEN } else { TOKEN };
    let token = HeaderRule::Is(format!("Bearer {token}"));
    let judge_header = |judgement: &mut Judgement<'_>, header: &str, rule: &HeaderRule| {
        judge_header(judgement, &name(header), &request.values(header), rule);
    };
    judge_header(judgement, "Authorization", &token);
    let accepts = request.values("accept").join(", ");
    if !accepts.to_ascii_lowercase().contains("application/json") {
        let got = if accepts.is_empty() { "none" } else { &accepts };
        judgement.differs(name("Accept"), "application/json", got);
    }
    judge_body(judgement, expected, &name("body"), request);
    if expected.body.is_none() && ["POST", "PUT", "PATCH"].contains(&request.method.as_str()) {
        judge_header(judgement, "Content-Length", &HeaderRule::Is("0".to_owned()));
    }
    for (name, rule) in &expected.headers {
        judge_header(judgement, name, rule);
    }
}

fn judge_body(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedRequests,
    name: &str,
    request: &RawRequest,
) {
    let Some(expected) = &expected.body else {
        if !request.body.is_empty() {
            judgement.differs(name, "none", format!("{} bytes", request.body.len()));
        }
        return;
    };
    match serde_json::from_slice::<serde_json::Value>(&request.body) {
        Ok(got) if got == *expected => {}
        Ok(got) => judgement.differs(name, expected, got),
        Err(error) => judgement.differs(name, expected, format!("invalid JSON ({error})")),
    }
}

fn judge_header(judgement: &mut Judgement<'_>, what: &str, values: &[&str], rule: &HeaderRule) {
    let got = if values.is_empty() {
        "none".to_owned()
    } else {
        values.join(" and ")
    };
    match rule {
        HeaderRule::Is(value) if values != [value.as_str()] => judgement.differs(what, value, got),
        HeaderRule::Absent if !values.is_empty() => judgement.differs(what, "none", got),
        HeaderRule::Guid if judgement.judges(Capability::Ids) => {
            let is_guid = |value: &str| value.len() == 36 && Uuid::parse_str(value).is_ok();
            if !matches!(values, [value] if is_guid(value)) {
                judgement.differs(what, "a GUID", got);
            }
        }
        _ => {}
    }
}

/// Checks the wait before each further request: as planned by the driver, or as measured here.
pub(super) fn judge_waits(
    judgement: &mut Judgement<'_>,
    expected: &[Wait],
    received: &[ReceivedRequest],
    conclusion: &Conclusion,
) {
    let planned = judgement.capabilities.contains(&Capability::PlannedWaits);
    let got: Vec<u64> = if planned {
        conclusion.waits_ms.clone().unwrap_or_default()
    } else {
        received.windows(2).filter_map(gap).collect()
    };
    if planned && got.len() != expected.len() {
        judgement.differs("waits", expected.len(), format!("{got:?} ms"));
        return;
    }
    for (number, (wait, got)) in expected.iter().zip(got).enumerate() {
        let what = format!("wait before request {}", number + 2);
        let tolerance = if planned { 0 } else { CLOCK_TOLERANCE_MS };
        let least = wait.at_least_ms;
        let most = wait.at_most_ms.filter(|_| planned).unwrap_or(u64::MAX);
        if got + tolerance < least {
            judgement.differs(&what, format!("at least {least} ms"), format!("{got} ms"));
        } else if got > most {
            judgement.differs(&what, format!("at most {most} ms"), format!("{got} ms"));
        }
    }
}

fn gap(pair: &[ReceivedRequest]) -> Option<u64> {
    let answered = pair[0].answered?;
    let elapsed = pair[1].at.saturating_duration_since(answered);
    u64::try_from(elapsed.as_millis()).ok()
}
