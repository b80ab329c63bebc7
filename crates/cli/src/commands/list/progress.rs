//! How far a list of many customers is.

use std::time::{Duration, Instant};

use partner_center_bulk::PauseReason;
use partner_center_bulk::wording::{count, number};

use crate::commands::progress::{Progress, pause_text};

#[derive(Debug)]
pub(super) struct CustomersRead {
    all: u64,
    read: u64,
    failed: u64,
    transfers: usize,
    progress: Progress,
}

impl CustomersRead {
    pub(super) fn new(customers: usize, now: Instant) -> Self {
        Self {
            all: customers as u64,
            read: 0,
            failed: 0,
            transfers: 0,
            progress: Progress::new(now),
        }
    }

    pub(super) fn read(&mut self, transfers: usize) {
        self.read += 1;
        self.transfers += transfers;
    }

    pub(super) fn failed(&mut self) {
        self.failed += 1;
    }

    /// Takes note of a pause. Returns whether requests were not paused before.
    pub(super) fn paused(
        &mut self,
        is_for_all: bool,
        time: Duration,
        reason: PauseReason,
        now: Instant,
    ) -> bool {
        let what = pause_text(reason, is_for_all);
        self.progress.pause(what, time, now)
    }

    /// Such as `Read 120 of 300 customers: 45 transfers, 2 failed; 60/min, 3 min 0 s left`.
    pub(super) fn line(&self, now: Instant) -> String {
        let done = self.read + self.failed;
        format!(
            "Read {} of {}: {}, {} failed{}",
            number(done),
            count(self.all, "customer"),
            count(self.transfers, "transfer"),
            number(self.failed),
            self.progress.text(done, self.all - done, now)
        )
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use partner_center_bulk::PauseReason;

    use super::CustomersRead;

    #[test]
    fn a_line_has_counts_the_time_left_and_a_pause() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut progress = CustomersRead::new(300, start);
        progress.read(1);
        let first = "Read 1 of 300 customers: 1 transfer, 0 failed";
        assert_eq!(progress.line(start), first);
        progress.read(3);
        progress.failed();
        let counts = "Read 3 of 300 customers: 4 transfers, 1 failed";
        let rate = "60/min, 4 min 57 s left";
        assert_eq!(progress.line(after(3)), format!("{counts}; {rate}"));

        let limited = PauseReason::RateLimited;
        assert!(progress.paused(true, Duration::from_secs(12), limited, after(3)));
        assert!(!progress.paused(false, Duration::from_secs(3), limited, after(3)));
        let shown = "rate limited, going on in 12 s";
        let line = progress.line(after(3));
        assert_eq!(line, format!("{counts}; {rate}; {shown}"));
        assert!(!progress.line(after(15)).contains("rate limited"));
        assert!(progress.paused(false, Duration::from_secs(3), limited, after(15)));
        let waits = "rate limited for a customer, going on with it in 3 s";
        let line = progress.line(after(15));
        assert!(line.ends_with(waits), "{line}");
    }
}
