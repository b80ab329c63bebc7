//! Numbers in texts.

/// A number with a separator of thousands, such as `1,904`.
pub fn number(value: impl TryInto<u64>) -> String {
    let digits = value.try_into().unwrap_or(u64::MAX).to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its noun, such as `1 order` or `1,904 orders`.
pub fn count(value: impl TryInto<u64>, noun: &str) -> String {
    let value = value.try_into().unwrap_or(u64::MAX);
    let plural = if value == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(value))
}

#[cfg(test)]
mod tests {
    use super::{count, number};

    #[test]
    fn numbers_have_separators_of_thousands() {
        for (value, text) in [
            (0_u64, "0"),
            (999, "999"),
            (1_904, "1,904"),
            (10_000, "10,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(count(0_u64, "order"), "0 orders");
        assert_eq!(count(1_usize, "order"), "1 order");
        assert_eq!(count(1_904_u64, "subscription"), "1,904 subscriptions");
    }
}
