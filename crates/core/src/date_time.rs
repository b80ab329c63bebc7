//! Parses dates and times of RFC 3339, and the variants of ISO 8601 that services write.

use std::time::{Duration, SystemTime};

const DAY: i64 = 86_400;

/// The point in time of a text such as `2020-03-25T22:24:34.59+00:00`.
///
/// An offset that is missing is UTC, and so is a missing time midnight. The seconds, or the minutes
/// too, may be missing; the hyphens and colons as well. The fraction has up to nine digits. A leap
/// second is the second before it.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let mut text = Rest(text.as_bytes());
    let days = date(&mut text)?;
    let mut seconds = days * DAY;
    let mut nanoseconds = 0;
    if text.take(b"Tt ").is_some() {
        let (time, fraction) = time(&mut text)?;
        seconds += time - offset(&mut text)?;
        nanoseconds = fraction;
    }
    if !text.0.is_empty() {
        return None;
    }
    let distance = Duration::from_secs(seconds.unsigned_abs());
    let instant = if seconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    instant?.checked_add(Duration::from_nanos(nanoseconds))
}

/// The days from 1970-01-01 to a date.
fn date(text: &mut Rest<'_>) -> Option<i64> {
    let year = text.number(4)?;
    let hyphen = text.take(b"-");
    let month = text.number(2)?;
    if text.take(b"-") != hyphen {
        return None;
    }
    let day = text.number(2)?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    // The year starts in March, so that a leap day is its last one. Era 0 has 400 years from year 0.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468)
}

/// The seconds from midnight to a time, and the nanoseconds.
fn time(text: &mut Rest<'_>) -> Option<(i64, u64)> {
    let (hour, minute, second) = parts(text, 23)?;
    let mut nanoseconds = 0;
    if second.is_some() && text.take(b".,").is_some() {
        let digits = text
            .0
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if !(1..=9).contains(&digits) {
            return None;
        }
        let fraction = u64::try_from(text.number(digits)?).ok()?;
        nanoseconds = fraction * 10_u64.pow(9 - u32::try_from(digits).ok()?);
    }
    let second = second.unwrap_or(0).min(59);
    Some((hour * 3_600 + minute * 60 + second, nanoseconds))
}

/// The seconds of an offset: `Z`, `+01:00`, or nothing.
fn offset(text: &mut Rest<'_>) -> Option<i64> {
    if text.0.is_empty() || text.take(b"Zz").is_some() {
        return Some(0);
    }
    let sign = text.take(b"+-")?;
    let (hour, minute, second) = parts(text, 25)?;
    let offset = hour * 3_600 + minute * 60 + second.unwrap_or(0).min(59);
    Some(if sign == b'-' { -offset } else { offset })
}

/// Hour, minute and second; the last two may be missing.
fn parts(text: &mut Rest<'_>, last_hour: i64) -> Option<(i64, i64, Option<i64>)> {
    let hour = text.number(2).filter(|hour| *hour <= last_hour)?;
    let colon = text.take(b":");
    if colon.is_none() && !text.starts_with_digit() {
        return Some((hour, 0, None));
    }
    let minute = text.number(2).filter(|minute| *minute <= 59)?;
    let goes_on = match colon {
        Some(_) => text.take(b":").is_some(),
        None => text.starts_with_digit(),
    };
    if !goes_on {
        return Some((hour, minute, None));
    }
    let second = text.number(2).filter(|second| *second <= 60)?;
    Some((hour, minute, Some(second)))
}

/// What is left of a text.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// Takes the next byte if it is one of these.
    fn take(&mut self, any: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        any.contains(first).then(|| {
            self.0 = rest;
            *first
        })
    }

    /// Takes a number with exactly so many digits.
    fn number(&mut self, digits: usize) -> Option<i64> {
        let (number, rest) = self.0.split_at_checked(digits)?;
        let number = number.iter().try_fold(0, |number, digit| {
            let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
            Some(number * 10 + digit)
        })?;
        self.0 = rest;
        Some(number)
    }

    fn starts_with_digit(&self) -> bool {
        self.0.first().is_some_and(u8::is_ascii_digit)
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    /// What the library jiff says, which used to parse.
    fn expected(text: &str) -> Option<SystemTime> {
        let instant = text.parse::<jiff::Timestamp>().ok().or_else(|| {
            let civil = text.parse::<jiff::civil::DateTime>().ok()?;
            let zoned = civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            Some(zoned.timestamp())
        })?;
        Some(instant.into())
    }

    #[test]
    fn every_combination_of_parts_is_parsed_as_by_jiff() {
        let dates = [
            "2020-03-25",
            "1970-01-01",
            "1969-12-31",
            "1600-02-29",
            "1900-02-28",
            "1900-02-29",
            "2000-02-29",
            "2023-02-29",
            "2024-02-29",
            "2024-12-31",
            "9998-12-31",
            "0001-01-01",
            "0000-03-01",
            "2020-13-01",
            "2020-00-10",
            "2020-04-31",
            "2020-01-00",
            "20200325",
            "2020-0325",
            "202-03-25",
            "",
            "soon",
        ];
        let times = [
            "",
            "T22:24:34",
            "t22:24:34",
            " 00:00:00",
            "T23:59:60",
            "T23:59:61",
            "T24:00:00",
            "T22:60:00",
            "T22:24",
            "T22",
            "T222434",
            "T2224",
            "T2",
            "T22:2434",
            "T22:24:3",
            "T",
            "_22:24:34",
        ];
        let fractions = [
            "",
            ".5",
            ",59",
            ".1234567",
            ".123456789",
            ".1234567891",
            ".",
            ".x",
        ];
        let offsets = [
            "",
            "Z",
            "z",
            "+00:00",
            "-00:00",
            "+01:00",
            "-11:30",
            "+0530",
            "+05",
            "+24:00",
            "+26:00",
            "+05:60",
            "+5",
            "Z ",
            "+05:30:15",
            "GMT",
            "-",
        ];
        let mut parsed = 0;
        for date in dates {
            for time in times {
                for fraction in fractions {
                    for offset in offsets {
                        let text = format!("{date}{time}{fraction}{offset}");
                        assert_eq!(super::parse(&text), expected(&text), "{text}");
                        parsed += usize::from(expected(&text).is_some());
                    }
                }
            }
        }
        assert!(parsed > 3_000, "{parsed}");
    }

    #[test]
    fn every_day_of_eight_centuries_is_parsed_as_by_jiff() {
        let mut day = jiff::civil::date(1599, 12, 31);
        while day.year() < 2401 {
            let text = format!("{day}T01:02:03Z");
            assert_eq!(super::parse(&text), expected(&text), "{text}");
            day = day.tomorrow().unwrap();
        }
    }
}
