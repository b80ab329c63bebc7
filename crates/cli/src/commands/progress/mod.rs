//! How far a command for many transfers is: its rate, the time left, and why requests wait.

mod meter;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use partner_center_bulk::PauseReason;

pub(super) use self::meter::Meter;

/// How long a command must run until its rate says something about the time left.
const MIN_TIME: Duration = Duration::from_secs(1);

/// The rate of a command, and the pause that it makes.
#[derive(Debug)]
pub(super) struct Progress {
    start: Instant,
    /// The end of the pause, and what happens then.
    pause: Option<(Instant, &'static str)>,
}

impl Progress {
    pub(super) fn new(start: Instant) -> Self {
        Self { start, pause: None }
    }

    /// Takes note of a pause, such as `rate limited, going on`. Returns whether requests were not
    /// paused before.
    pub(super) fn pause(&mut self, what: &'static str, time: Duration, now: Instant) -> bool {
        let until = now + time;
        let known = self.pause.map(|(until, _)| until);
        // A shorter pause does not end a longer one.
        if known.is_none_or(|known| known < until) {
            self.pause = Some((until, what));
        }
        known.is_none_or(|known| known <= now)
    }

    /// The end of a line, such as `; 288/min, 40 s left; rate limited, going on in 12 s`.
    pub(super) fn text(&self, done: u64, left: u64, now: Instant) -> String {
        let mut text = String::new();
        let lasted = now.saturating_duration_since(self.start);
        if done > 0 && lasted >= MIN_TIME {
            let per_item = lasted.div_f64(as_f64(done));
            let per_minute = 60.0 / per_item.as_secs_f64();
            let left = time(per_item.mul_f64(as_f64(left)));
            let _ = write!(text, "; {per_minute:.0}/min, {left} left");
        }
        if let Some((until, what)) = self.pause.filter(|(until, _)| *until > now) {
            let left = time(until.saturating_duration_since(now));
            let _ = write!(text, "; {what} in {left}");
        }
        text
    }
}

/// A number of rows or customers, which are far fewer than what a float represents exactly.
fn as_f64(number: u64) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// Why requests wait, and what happens after the pause.
pub(super) fn pause_text(reason: PauseReason, is_for_all: bool) -> &'static str {
    match (reason, is_for_all) {
        (PauseReason::RateLimited, true) => "rate limited, going on",
        (PauseReason::RateLimited, false) => "rate limited for a customer, going on with it",
        _ => "the service is not available, trying again",
    }
}

/// A time as people say it: `12 s`, `4 min 5 s`, `2 h 10 min`. Part of a second counts as one.
fn time(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Progress, time};

    #[test]
    fn times_have_two_units_at_most() {
        for (milliseconds, text) in [
            (0, "0 s"),
            (11_001, "12 s"),
            (245_000, "4 min 5 s"),
            (7_800_000, "2 h 10 min"),
        ] {
            assert_eq!(time(Duration::from_millis(milliseconds)), text);
        }
    }

    #[test]
    fn a_pause_is_shown_until_it_ends() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let seconds = Duration::from_secs;
        let mut progress = Progress::new(start);
        assert!(progress.pause("rate limited, going on", seconds(12), start));
        assert!(!progress.pause("trying again", seconds(3), start));
        let limited = "; rate limited, going on in";
        assert_eq!(progress.text(0, 5, start), format!("{limited} 12 s"));
        assert_eq!(progress.text(0, 5, after(5)), format!("{limited} 7 s"));
        let both = format!("; 12/min, 20 s left{limited} 7 s");
        assert_eq!(progress.text(1, 4, after(5)), both);
        assert_eq!(progress.text(0, 5, after(12)), "");
        assert!(progress.pause("trying again", seconds(3), after(12)));
        assert_eq!(progress.text(0, 5, after(12)), "; trying again in 3 s");
    }
}
