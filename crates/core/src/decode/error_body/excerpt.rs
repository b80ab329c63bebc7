//! The first lines of a body that is in no known format.

use crate::printable::printable;

/// How many lines an excerpt has.
const LINES: usize = 3;
/// How many characters a line has.
const LINE_LIMIT: usize = 160;
/// How many characters are looked at to distinguish text from binary data.
const SAMPLE: usize = 256;

/// The first lines of a text without blank and repeated ones; none for binary data.
pub(super) fn excerpt<L: AsRef<str>>(
    lines: impl IntoIterator<Item = L>,
    clean: impl Fn(&str) -> String,
) -> Vec<String> {
    let mut excerpt: Vec<String> = Vec::new();
    for line in lines {
        let words: Vec<&str> = line.as_ref().split_whitespace().collect();
        let line = printable(&clean(&words.join(" "))).into_owned();
        if line.is_empty() || excerpt.last() == Some(&line) {
            continue;
        }
        if excerpt.len() == LINES {
            break;
        }
        excerpt.push(line);
    }
    if is_binary(&excerpt) {
        return Vec::new();
    }
    excerpt.into_iter().map(shortened).collect()
}

/// Whether a tenth of the characters are not text.
fn is_binary(lines: &[String]) -> bool {
    let sample = || lines.iter().flat_map(|line| line.chars()).take(SAMPLE);
    let replaced = sample()
        .filter(|letter| *letter == char::REPLACEMENT_CHARACTER)
        .count();
    replaced > 1 && replaced * 10 > sample().count()
}

fn shortened(line: String) -> String {
    match line.char_indices().nth(LINE_LIMIT) {
        Some((end, _)) => format!("{}...", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::excerpt;

    fn of(text: &str) -> Vec<String> {
        excerpt(text.lines(), str::to_owned)
    }

    #[test]
    fn an_excerpt_has_up_to_three_lines_without_blank_and_repeated_ones() {
        assert_eq!(
            of("\n  Bad \t Gateway\u{1b}[2J\r\nBad Gateway\n\nBad Gateway\nthird\nfourth"),
            ["Bad Gateway\u{fffd}[2J", "Bad Gateway", "third"]
        );
        assert_eq!(of(" \n\n"), [""; 0]);
        let long = of(&"word ".repeat(100));
        assert_eq!(long, [format!("{}...", "word ".repeat(32).trim_end())]);
    }

    #[test]
    fn binary_data_has_no_excerpt() {
        assert_eq!(
            of(&String::from_utf8_lossy(
                b"\x1f\x8b\x08\0\0\0\0\0\x02\xff\xb3\xc9(\xc9"
            )),
            [""; 0]
        );
        // One may be a typo, and a tenth may be another encoding.
        for text in ["na\u{fffd}ve", "\u{fffd}\u{fffd}345678901234567890"] {
            assert_eq!(of(text), [text]);
        }
        assert_eq!(of("\u{fffd}\u{fffd}3456789012345"), [""; 0]);
    }
}
