//! Makes text of others safe to print.

/// The text with escapes such as `\u{202e}` for characters that control a terminal or cannot be
/// seen. Line breaks stay.
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | ' '..='~' => printable.push(character),
            // Alone, a mark that combines with the letter before it would be escaped too.
            _ => printable.extend(format!("-{character}").escape_debug().skip(1)),
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn only_what_controls_a_terminal_is_escaped() {
        let readable = "it's \"quoted\" \\ été e\u{301} 全球 हिन्दी ✔\u{fe0f}\n";
        assert_eq!(printable(readable), readable);
        assert_eq!(
            printable("a\u{1b}[2J\u{202e}b\u{200b}\u{9b}\u{7f}\u{2028}\r"),
            r"a\u{1b}[2J\u{202e}b\u{200b}\u{9b}\u{7f}\u{2028}\r"
        );
    }
}
