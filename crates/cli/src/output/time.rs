//! Times as text for people: in the zone of the user, to the second. JSON and CSV keep the text of
//! the service.

use std::sync::OnceLock;
use std::time::SystemTime;

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use partner_center_bulk::wording::count;
use partner_center_transfers::{Timestamp, printable};

/// The zone of `TZ`, or else of the system; UTC if neither is set.
fn zone() -> &'static TimeZone {
    static ZONE: OnceLock<TimeZone> = OnceLock::new();
    ZONE.get_or_init(|| TimeZone::try_system().unwrap_or(TimeZone::UTC))
}

/// Such as `2026-11-01 15:05:11 +01:00`. A text that is not a time stays as it is.
pub(crate) fn with_offset(time: &Timestamp) -> String {
    format(time, "%Y-%m-%d %H:%M:%S %:z")
}

/// Such as `2026-11-01 15:05:11`, for a table that names the [`zone_name`] below it.
pub(super) fn to_second(time: &Timestamp) -> String {
    format(time, "%Y-%m-%d %H:%M:%S")
}

fn format(time: &Timestamp, format: &str) -> String {
    match instant(time) {
        Some(instant) => {
            let local = instant.to_zoned(zone().clone());
            local.strftime(format).to_string()
        }
        None => printable(time.as_str()).into_owned(),
    }
}

fn instant(time: &Timestamp) -> Option<Instant> {
    Instant::try_from(time.to_system_time()?).ok()
}

/// The name of the zone, such as `Europe/Berlin` or `UTC`.
pub(super) fn zone_name() -> &'static str {
    match zone().iana_name() {
        Some("Etc/Unknown") => "UTC",
        Some(name) => name,
        // A rule in `TZ`, or a file without a name.
        None => "local time",
    }
}

/// Such as `in 4 days` or `4 days ago`; `None` if the text is not a time.
pub(super) fn from_now(time: &Timestamp) -> Option<String> {
    Some(distance(time.to_system_time()?, SystemTime::now()))
}

/// The distance in one unit, to the nearest: a request of 30 days expires in 30 days.
fn distance(time: SystemTime, now: SystemTime) -> String {
    let (left, is_past) = match time.duration_since(now) {
        Ok(left) => (left, false),
        Err(past) => (past.duration(), true),
    };
    let nearest = |unit: u64| (left.as_secs() + unit / 2) / unit;
    let (number, unit) = match (nearest(60), nearest(3_600), nearest(86_400)) {
        (0, ..) => {
            return if is_past {
                "just now"
            } else {
                "in less than a minute"
            }
            .to_owned();
        }
        (minutes, ..) if minutes < 120 => (minutes, "minute"),
        (_, hours, _) if hours < 48 => (hours, "hour"),
        (.., days) => (days, "day"),
    };
    let number = count(number, unit);
    if is_past {
        format!("{number} ago")
    } else {
        format!("in {number}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::distance;

    #[test]
    fn distances_have_one_unit() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        let (minute, hour, day) = (60, 3_600, 86_400);
        for (seconds, text) in [
            (0, "less than a minute"),
            (29, "less than a minute"),
            (minute, "1 minute"),
            (119 * minute, "119 minutes"),
            (2 * hour, "2 hours"),
            (day, "24 hours"),
            (2 * day - hour, "47 hours"),
            (2 * day, "2 days"),
            // Read a moment after it was created.
            (4 * day - 2, "4 days"),
            (30 * day - 2, "30 days"),
        ] {
            let time = Duration::from_secs(seconds);
            assert_eq!(distance(now + time, now), format!("in {text}"));
            if seconds >= minute {
                assert_eq!(distance(now - time, now), format!("{text} ago"));
            }
        }
        assert_eq!(distance(now - Duration::from_secs(1), now), "just now");
    }
}
