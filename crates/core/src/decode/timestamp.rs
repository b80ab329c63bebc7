//! Timestamps, kept as the text that the service sent.
//!
//! The service mixes formats: an offset in an order's `creationDate`
//! (`2020-03-25T22:24:34.59+00:00`), a `Z` and up to seven fractional digits elsewhere. Parsing
//! while decoding would change the text when it is serialized again, and an unexpected format
//! would fail the whole response.

use std::fmt;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize};

/// A date and time, kept as the text that the service sent and parsed on request.
///
/// Two timestamps are equal if their texts are. To compare points in time, compare
/// [`to_system_time`](Self::to_system_time).
///
/// ```
/// use partner_center_transfers::Timestamp;
///
/// let offset = Timestamp::from("2020-03-25T22:24:34.59+00:00");
/// let zulu = Timestamp::from("2020-03-25T22:24:34.590Z");
/// assert_eq!(offset.as_str(), "2020-03-25T22:24:34.59+00:00");
/// assert_eq!(offset.to_system_time(), zulu.to_system_time());
/// assert_eq!(Timestamp::from("soon").to_system_time(), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::lenient::from_string(deserializer)
    }
}

impl Timestamp {
    /// The text as the service sent it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The point in time, or `None` if the text is not an RFC 3339 date and time. Without an offset,
    /// UTC is assumed, as in the service's other timestamps.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let instant = self.0.parse::<jiff::Timestamp>().ok().or_else(|| {
            let civil = self.0.parse::<jiff::civil::DateTime>().ok()?;
            civil
                .to_zoned(jiff::tz::TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp())
        })?;
        Some(instant.into())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for Timestamp {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Timestamp {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}
