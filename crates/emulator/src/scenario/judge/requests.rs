//! What was sent: how often, what, and with which ids.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Judgement;
use crate::scenario::capability::Capability;
use crate::scenario::expect::{ExpectedRequests, HeaderRule, Wait};
use crate::scenario::load::Loaded;
use crate::scenario::play::Course;
use crate::scenario::protocol::{Conclusion, RENEWED_TOKEN, TOKEN};
use crate::scenario::request::Request;
use crate::scenario::server::Received;

/// How much sooner than asked a real wait may end: clocks differ by that.
const CLOCKS_MS: u64 = 50;

pub(super) fn judge(
    judgement: &mut Judgement<'_>,
    loaded: &Loaded,
    course: Course,
    received: &[Received],
) {
    let expected = &loaded.scenario.expect.requests;
    let count = match course {
        Course::Whole => expected.count,
        Course::Once => expected.count.min(1),
    };
    if received.len() != count as usize {
        judgement.differs("requests", count, received.len());
    }
    let mut requests = Vec::new();
    for (number, received) in received.iter().take(count as usize).enumerate() {
        match &received.request {
            Some(Ok(request)) => {
                one(judgement, expected, number, request);
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
            judgement.differs(
                name,
                "another value in each request",
                "the same again, or none",
            );
        }
    }
}

fn distinct(requests: &[&Request], name: &str) -> Vec<String> {
    let values: BTreeSet<String> = requests
        .iter()
        .map(|request| request.values(name).join(", "))
        .collect();
    values.into_iter().collect()
}

fn one(
    judgement: &mut Judgement<'_>,
    expected: &ExpectedRequests,
    number: usize,
    request: &Request,
) {
    let name = |part: &str| format!("request {}, {part}", number + 1);
    for (part, expected, got) in [
        ("method", &expected.method, &request.method),
        ("path", &expected.path, &request.path),
    ] {
        if expected.as_ref().is_some_and(|expected| expected != got) {
            judgement.differs(name(part), super::or_none(expected.as_ref()), got);
        }
    }
    let token = if expected.token_renewed && number > 0 {
        RENEWED_TOKEN
    } else {
        TOKEN
    };
    let token = HeaderRule::Is(format!("Bearer {token}"));
    header(
        judgement,
        &name("Authorization"),
        "authorization",
        &token,
        request,
    );
    let accepts = request.values("accept").join(", ");
    if !accepts.to_ascii_lowercase().contains("application/json") {
        let got = if accepts.is_empty() { "none" } else { &accepts };
        judgement.differs(name("Accept"), "application/json", got);
    }
    body(judgement, expected, &name("body"), request);
    let length = HeaderRule::Is("0".to_owned());
    if expected.body.is_none() && ["POST", "PUT", "PATCH"].contains(&request.method.as_str()) {
        header(
            judgement,
            &name("Content-Length"),
            "content-length",
            &length,
            request,
        );
    }
    for (header_name, rule) in &expected.headers {
        header(judgement, &name(header_name), header_name, rule, request);
    }
}

fn body(judgement: &mut Judgement<'_>, expected: &ExpectedRequests, name: &str, request: &Request) {
    let Some(expected) = &expected.body else {
        if !request.body.is_empty() {
            judgement.differs(name, "none", format!("{} bytes", request.body.len()));
        }
        return;
    };
    match serde_json::from_slice::<serde_json::Value>(&request.body) {
        Ok(got) if got == *expected => {}
        Ok(got) => judgement.differs(name, expected, got),
        Err(error) => judgement.differs(name, expected, format!("no JSON: {error}")),
    }
}

fn header(
    judgement: &mut Judgement<'_>,
    what: &str,
    name: &str,
    rule: &HeaderRule,
    request: &Request,
) {
    let values = request.values(name);
    let got = if values.is_empty() {
        "none".to_owned()
    } else {
        values.join(" and ")
    };
    match rule {
        HeaderRule::Is(value) if values != [value] => judgement.differs(what, value, got),
        HeaderRule::Absent if !values.is_empty() => judgement.differs(what, "none", got),
        HeaderRule::Guid if judgement.judges(Capability::Ids) => {
            let is_guid = |value: &str| value.len() == 36 && Uuid::parse_str(value).is_ok();
            if !matches!(values[..], [value] if is_guid(value)) {
                judgement.differs(what, "a GUID", got);
            }
        }
        _ => {}
    }
}

/// How long was waited before each further request: as the driver planned, or as the server saw.
pub(super) fn waits(
    judgement: &mut Judgement<'_>,
    expected: &[Wait],
    received: &[Received],
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
        let clocks = if planned { 0 } else { CLOCKS_MS };
        if got + clocks < wait.at_least_ms {
            judgement.differs(
                &what,
                format!("at least {} ms", wait.at_least_ms),
                format!("{got} ms"),
            );
        }
        if let Some(most) = wait.at_most_ms.filter(|most| planned && got > *most) {
            judgement.differs(&what, format!("at most {most} ms"), format!("{got} ms"));
        }
    }
}

fn gap(pair: &[Received]) -> Option<u64> {
    let answered = pair[0].answered?;
    let passed = pair[1].at.saturating_duration_since(answered);
    u64::try_from(passed.as_millis()).ok()
}
