//! Times in the journal: RFC 3339 in UTC.

use std::time::{Duration, SystemTime};

pub(crate) fn format(time: SystemTime) -> String {
    // Out of range only for a clock that is off by thousands of years.
    jiff::Timestamp::try_from(time)
        .unwrap_or_default()
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}

/// The time since then; zero if the text is not a time, or is in the future.
pub(crate) fn since(text: &str, now: SystemTime) -> Duration {
    let then = text.parse::<jiff::Timestamp>().ok();
    let then = then.map(SystemTime::from);
    then.and_then(|then| now.duration_since(then).ok())
        .unwrap_or_default()
}
