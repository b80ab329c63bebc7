//! Parses the `Retry-After` header.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, header};

/// The time that the service asks to wait, given in seconds or as a date; zero for a past date,
/// `None` for a missing or malformed header.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A number that overflows still means a long time.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(text).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use http::{HeaderMap, HeaderValue, header};

    use super::retry_after;

    #[test]
    fn each_http_date_format_is_accepted() {
        for date in [
            "Thu, 01 Jan 1970 00:00:07 GMT",
            "Thursday, 01-Jan-70 00:00:07 GMT",
            "Thu Jan  1 00:00:07 1970",
        ] {
            let headers =
                HeaderMap::from_iter([(header::RETRY_AFTER, HeaderValue::from_static(date))]);
            let asked = retry_after(&headers, SystemTime::UNIX_EPOCH);
            assert_eq!(asked, Some(Duration::from_secs(7)), "{date}");
        }
    }
}
