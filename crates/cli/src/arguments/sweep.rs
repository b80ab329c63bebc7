//! Arguments of `list` for many customers, and for transfers that expire soon.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use jiff::{Span, SpanRelativeTo};
use partner_center_bulk::{Rate, RunOptions};

use super::bulk::DEFAULT_RATE;
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(crate) struct Sweep {
    /// CSV file with the customers whose transfers to list; - reads standard input
    ///
    /// The file has a column customer, or no header and one id in each row. Customers that cannot be
    /// read are named, and the others are listed; the exit code is then 3.
    #[arg(long, value_name = "FILE")]
    pub(crate) customers: Option<PathBuf>,

    /// Only open transfers that expire within this time, such as 7d or 12h; those come first that
    /// expire first
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) expiring_within: Option<Duration>,

    /// Number of calls at the same time, for --customers [default: 8]
    #[arg(
        long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..=256)
    )]
    concurrency: Option<u64>,

    /// Limit of all requests, such as 5/s or 10000/h, for --customers [default: 300/min]
    #[arg(long, value_name = "RATE")]
    rate: Option<Rate>,
}

impl Sweep {
    /// How the customers are read.
    pub(crate) fn options(&self) -> RunOptions {
        let mut options = RunOptions::default();
        if let Some(calls) = self.concurrency {
            options = options.concurrency(usize::try_from(calls).unwrap_or(usize::MAX));
        }
        match self.rate.or_else(|| DEFAULT_RATE.parse().ok()) {
            Some(rate) => options.rate(rate),
            None => options,
        }
    }

    /// Rejects options that have no effect. Clap does not: with one customer, the option that they
    /// require cannot be given.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        let is_given = self.concurrency.is_some() || self.rate.is_some();
        if is_given && self.customers.is_none() {
            let message = "--concurrency and --rate require --customers <FILE>";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(())
    }
}

/// A time such as `7d`, `1w`, `36 hours` or `1d 12h`.
fn duration(text: &str) -> Result<Duration, &'static str> {
    const EXPECTED: &str = "expected a time such as 7d, 12h or 30min";
    let span: Span = text.trim().parse().map_err(|_| EXPECTED)?;
    let days = SpanRelativeTo::days_are_24_hours();
    let duration = span.to_duration(days).map_err(|_| EXPECTED)?;
    match Duration::try_from(duration) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("expected a time in the future, such as 7d"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use partner_center_bulk::RunOptions;

    use super::{DEFAULT_RATE, duration};

    /// The help of the options names them.
    #[test]
    fn the_defaults_are_those_of_bulk_commands() {
        assert_eq!(DEFAULT_RATE, "300/min");
        assert_eq!(RunOptions::DEFAULT_CONCURRENCY, 8);
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        const DAY: u64 = 86_400;
        for (text, seconds) in [
            ("7d", 7 * DAY),
            ("7 days", 7 * DAY),
            (" 1w ", 7 * DAY),
            ("1d 12h", DAY + DAY / 2),
            ("36h", DAY + DAY / 2),
            ("30m", 1_800),
            ("30min", 1_800),
            ("90s", 90),
            ("P7D", 7 * DAY),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "7", "d", "soon", "-7d", "7d ago", "0d", "1mo", "1y"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
