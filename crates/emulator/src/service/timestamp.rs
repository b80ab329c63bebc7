//! Points in time, in each of the formats that the service uses.

use std::time::{Duration, SystemTime};

use jiff::SignedDuration;

/// A point in time by the emulator's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(jiff::Timestamp);

impl Timestamp {
    pub(crate) fn new(time: SystemTime) -> Self {
        // The clock stays within the years that can be formatted.
        Self(jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub(crate) fn after(self, time: Duration) -> Self {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        Self(self.0.checked_add(time).unwrap_or(jiff::Timestamp::MAX))
    }

    /// The format of an order's creation date, such as `2020-03-25T22:24:23.183+00:00`.
    pub(crate) fn in_milliseconds(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
    }

    /// The format of a transfer's creation time, such as `2020-03-25T22:20:57.1057725Z`.
    pub(crate) fn in_ticks(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S%.7fZ").to_string()
    }

    /// The format of a transfer's other times, such as `2020-03-25T22:24:23Z`.
    pub(crate) fn in_seconds(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// The full precision, for the state file.
    pub(crate) fn exact(self) -> String {
        self.0.to_string()
    }
}
