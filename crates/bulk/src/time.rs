//! Times in the journal: RFC 3339 in UTC.

use std::time::{Duration, SystemTime};

pub(crate) fn format(time: SystemTime) -> String {
    // Out of range only for a clock that is off by thousands of years.
    let time = jiff::Timestamp::try_from(time).unwrap_or_default();
    format!("{time:.3}")
}

/// `None` if the text is not a time.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    text.parse::<jiff::Timestamp>().ok().map(SystemTime::from)
}

/// The time since then; zero if it is in the future.
pub(crate) fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}
