//! Times in the journal: RFC 3339 in UTC.

use std::time::{Duration, SystemTime};

pub(crate) fn format(time: SystemTime) -> String {
    // Out of range only for a clock that is off by thousands of years.
    let time = jiff::Timestamp::try_from(time).unwrap_or_default();
    format!("{time:.3}")
}

/// Reads a time; `None` if the text is not one.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    text.parse::<jiff::Timestamp>().ok().map(SystemTime::from)
}

/// The time since then; zero if it is in the future.
pub(crate) fn since(then: SystemTime, now: SystemTime) -> Duration {
    now.duration_since(then).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    #[test]
    fn times_have_the_same_length_so_that_they_sort_as_text() {
        let start = SystemTime::UNIX_EPOCH;
        assert_eq!(super::format(start), "1970-01-01T00:00:00.000Z");
        let later = start + Duration::from_millis(1_050);
        assert_eq!(super::format(later), "1970-01-01T00:00:01.050Z");
        assert_eq!(super::parse(&super::format(later)), Some(later));
    }
}
