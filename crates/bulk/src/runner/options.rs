//! Settings of a run.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

/// A number of requests in a time, such as `300/min`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    requests: NonZeroU32,
    period: Duration,
}

impl Rate {
    /// This many requests in a minute.
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self::new(requests, Duration::from_secs(60))
    }

    /// This many requests in a period, which is at least a millisecond.
    pub fn new(requests: NonZeroU32, period: Duration) -> Self {
        let period = period.max(Duration::from_millis(1));
        Self { requests, period }
    }

    /// The number of requests.
    pub fn requests(self) -> NonZeroU32 {
        self.requests
    }

    /// The time in which they can be sent.
    pub fn period(self) -> Duration {
        self.period
    }
}

/// Reads `300/min`; the time is `s`, `min` or `h`, and a number alone is one per minute.
impl FromStr for Rate {
    type Err = ParseRateError;

    fn from_str(text: &str) -> Result<Self, ParseRateError> {
        let error = || ParseRateError(text.to_owned());
        let (requests, period) = text.split_once('/').unwrap_or((text, "min"));
        let seconds = match period.trim() {
            "s" | "sec" | "second" => 1,
            "min" | "m" | "minute" => 60,
            "h" | "hour" => 3_600,
            _ => return Err(error()),
        };
        let requests = requests.trim().parse().map_err(|_| error())?;
        Ok(Self::new(requests, Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requests, period } = self;
        match period.as_secs() {
            1 => write!(f, "{requests}/s"),
            60 => write!(f, "{requests}/min"),
            3_600 => write!(f, "{requests}/h"),
            _ => write!(f, "{requests}/{period:?}"),
        }
    }
}

/// The error for a text that is not a [`Rate`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseRateError(String);

impl fmt::Display for ParseRateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a rate: expected requests and a time, such as 300/min or 5/s",
            self.0
        )
    }
}

impl std::error::Error for ParseRateError {}

/// Settings of a run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    pub(crate) concurrency: usize,
    pub(super) rate: Option<Rate>,
    pub(super) customer_rate: Option<Rate>,
    pub(super) wait: Duration,
    pub(super) resend_delay: Duration,
    pub(super) read_details: bool,
    pub(super) tenant: Option<String>,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            concurrency: Self::DEFAULT_CONCURRENCY,
            rate: None,
            customer_rate: None,
            wait: Duration::ZERO,
            resend_delay: Duration::from_secs(30),
            read_details: false,
            tenant: None,
        }
    }
}

impl RunOptions {
    /// The default of [`concurrency`](Self::concurrency).
    pub const DEFAULT_CONCURRENCY: usize = 8;

    /// The number of calls at the same time; 8 by default, at least 1.
    pub fn concurrency(mut self, calls: usize) -> Self {
        self.concurrency = calls.max(1);
        self
    }

    /// The number of calls at the same time.
    #[doc(hidden)]
    pub fn calls(&self) -> usize {
        self.concurrency
    }

    /// The limit of all requests, reads included. None by default.
    ///
    /// Requests are spread evenly, 2 % below the limit, since they do not arrive as evenly as they
    /// leave.
    pub fn rate(mut self, rate: Rate) -> Self {
        self.rate = Some(rate);
        self
    }

    /// The limit of the requests for each customer, reads included. None by default.
    pub fn customer_rate(mut self, rate: Rate) -> Self {
        self.customer_rate = Some(rate);
        self
    }

    /// How long to wait for rows that the service still processes, after everything is sent. Not at
    /// all by default.
    pub fn wait(mut self, time: Duration) -> Self {
        self.wait = time;
        self
    }

    /// How long a request without an answer can take to arrive: a read that shows it not applied
    /// counts only after this time, and then it is sent again with the same `MS-RequestId`. 30
    /// seconds by default, the time limit of an attempt.
    pub fn resend_delay(mut self, time: Duration) -> Self {
        self.resend_delay = time;
        self
    }

    /// Whether to read each accepted transfer afterwards, for the report's details. Without it a
    /// transfer is read only if the answer leaves open what happened to a subscription.
    pub fn read_details(mut self, yes: bool) -> Self {
        self.read_details = yes;
        self
    }

    /// The tenant of the calling partner. A journal of another tenant is then refused.
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.tenant = Some(tenant.into());
        self
    }
}
