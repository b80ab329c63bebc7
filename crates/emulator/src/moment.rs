//! A moment, in each of the ways that the service writes one.

use std::time::{Duration, SystemTime};

use jiff::{SignedDuration, Timestamp};

/// A moment by the emulator's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Timestamp);

impl Moment {
    pub(crate) fn new(time: SystemTime) -> Self {
        // The clock keeps to years that can be printed.
        Self(Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    pub(crate) fn after(self, time: Duration) -> Self {
        let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX);
        Self(self.0.checked_add(time).unwrap_or(Timestamp::MAX))
    }

    /// As orders show it, such as `2020-03-25T22:24:23.183+00:00`.
    pub(crate) fn in_orders(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S%.3f+00:00").to_string()
    }

    /// As transfers show when they were created, such as `2020-03-25T22:20:57.1057725Z`.
    pub(crate) fn of_creation(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%S%.7fZ").to_string()
    }

    /// As transfers show other times, such as `2020-03-25T22:24:23Z`.
    pub(crate) fn in_seconds(self) -> String {
        self.0.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// Whole, to be read again.
    pub(crate) fn precise(self) -> String {
        self.0.to_string()
    }
}
