//! Single values as text.

/// Text of the service on one line and without control characters, so that it cannot control the
/// terminal.
pub(crate) fn printable(text: &str) -> String {
    let replace = |character: char| match character {
        '\n' | '\r' | '\t' => ' ',
        other if other.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    };
    text.chars().map(replace).collect()
}

/// A value on one line, or a dash if there is none.
pub(super) fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| printable(&value.to_string()))
}

/// A number with its noun, such as `2 orders`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{count, printable};

    #[test]
    fn control_characters_are_replaced() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\nc\u{9b}d"),
            "a\u{fffd}[2Jb  c\u{fffd}d"
        );
        assert_eq!(printable("Prise d’œuvre – 全球"), "Prise d’œuvre – 全球");
    }

    #[test]
    fn one_is_singular() {
        assert_eq!(count(0, "order"), "0 orders");
        assert_eq!(count(1, "order"), "1 order");
        assert_eq!(count(2, "order"), "2 orders");
    }
}
