//! Words and numbers in the texts of the commands for many transfers.

use std::time::Duration;

use partner_center_bulk::Operation;

/// How a text calls a row that was done as planned.
pub(super) fn past(operation: Operation) -> &'static str {
    match operation {
        Operation::Create => "created",
        Operation::Accept => "moved",
        Operation::Reject => "rejected",
        Operation::Cancel => "cancelled",
        Operation::Withdraw => "withdrawn",
        _ => "done",
    }
}

/// A number with a separator of thousands, such as `1,904`.
pub(super) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, such as `1,904 subscriptions`.
pub(super) fn count(value: u64, noun: &str) -> String {
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(value))
}

/// A time as people say it: `12 s`, `4 min 5 s`, `2 h 10 min`. Part of a second counts as one.
pub(super) fn time(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{count, number, time};

    #[test]
    fn numbers_have_separators_of_thousands() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1_904, "1,904"),
            (10_000, "10,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(count(1, "transfer"), "1 transfer");
        assert_eq!(count(1_904, "subscription"), "1,904 subscriptions");
    }

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
}
