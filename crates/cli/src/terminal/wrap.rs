//! Breaks long lines between words.
//!
//! Only spaces separate words, so that URLs, ids and options stay in one piece and can be copied,
//! even if they are wider than the terminal, and a line with a command line to paste stays as it is. Chinese and Japanese text, which has no spaces, is
//! also broken between letters.

use textwrap::core::{Word, display_width};
use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

/// The indentation of the lines that continue a line.
const INDENTATION: usize = 2;

/// Labels are followed by at least two spaces, and are not wider than this.
const WIDEST_LABEL: usize = 24;

/// How a command line begins, after an indentation or a label.
const COMMAND_LINE: &str = "  pctransfers ";

/// The name of the program stays with the command after it.
const PROGRAM: &str = "pctransfers ";

/// Breaks each line that is wider than `width`. Other lines stay as they are.
pub(super) fn wrap(text: &str, width: usize) -> String {
    text.split_inclusive('\n')
        .map(|line| {
            let content = line.trim_end();
            if display_width(content) <= width || content.contains(COMMAND_LINE) {
                return line.to_owned();
            }
            let (end, indentation) = (&line[content.len()..], " ".repeat(indentation(content)));
            let options = Options::new(width)
                .break_words(false)
                .subsequent_indent(&indentation)
                .word_separator(WordSeparator::Custom(words))
                .word_splitter(WordSplitter::NoHyphenation)
                .wrap_algorithm(WrapAlgorithm::FirstFit);
            textwrap::wrap(content, options).join("\n") + end
        })
        .collect()
}

/// Continues the value below its start if the line begins with a label.
fn indentation(line: &str) -> usize {
    let start = line.len() - line.trim_start().len();
    if let Some(gap) = line[start..].find("  ") {
        let value = line[start + gap..].trim_start();
        let before = display_width(&line[..line.len() - value.len()]);
        if before <= WIDEST_LABEL {
            return before;
        }
    }
    start + INDENTATION
}

/// Words with the spaces after them.
fn words(line: &str) -> Box<dyn Iterator<Item = Word<'_>> + '_> {
    let mut rest = line;
    Box::new(std::iter::from_fn(move || {
        let next = rest.chars().zip(rest.char_indices().skip(1));
        let end = next
            .filter(|&(before, (_, after))| {
                (before == ' ' && after != ' ') || is_between_letters(before, after)
            })
            .map(|(_, (at, _))| at)
            .find(|&at| !rest[..at].ends_with(PROGRAM));
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        rest = after;
        (!word.is_empty()).then(|| Word::from(word))
    }))
}

/// Whether a line of a script without spaces may end here. Punctuation stays with its letter.
fn is_between_letters(before: char, after: char) -> bool {
    let is_wide = |letter: char| display_width(letter.encode_utf8(&mut [0; 4])) == 2;
    let is_opening = "（「『【《〈".contains(before);
    is_wide(before) && !is_opening && is_wide(after) && after.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(
            wrap("error: the service refused\nSee the docs \n", 12),
            "error: the\n  service\n  refused\nSee the docs \n"
        );
    }

    #[test]
    fn ids_and_urls_stay_in_one_piece() {
        let id = "67c5b05b-09b5-47ba-9047-5056fe2afa4f";
        let url = "https://login.microsoftonline.com/error?code=7000215";
        assert_eq!(
            wrap(&format!("ask for {id}, or see {url}\n"), 30),
            format!("ask for\n  {id},\n  or see\n  {url}\n")
        );
    }

    #[test]
    fn command_lines_stay_in_one_piece() {
        for line in [
            "    pctransfers get --customer 1 --transfer 2\n",
            "See             pctransfers explain 900102\n",
        ] {
            assert_eq!(wrap(line, 20), line);
        }
        assert_eq!(
            wrap("Now run pctransfers wait to see the result.", 20),
            "Now run\n  pctransfers wait\n  to see the result."
        );
    }

    #[test]
    fn a_value_continues_below_its_start() {
        assert_eq!(
            wrap("  Name      one two three four", 24),
            "  Name      one two\n            three four"
        );
    }

    #[test]
    fn the_end_of_a_question_stays() {
        assert_eq!(wrap("Accept it? [y/N] ", 12), "Accept it?\n  [y/N] ");
    }

    #[test]
    fn colors_have_no_width() {
        let line = "\u{1b}[1m\u{1b}[31merror:\u{1b}[0m a b c d e\n";
        assert_eq!(wrap(line, 16), line);
    }

    #[test]
    fn chinese_is_broken_between_letters_but_not_before_punctuation() {
        assert_eq!(
            wrap("错误：找不到此客户。", 10),
            "错误：找不\n  到此客\n  户。"
        );
        assert_eq!(
            wrap("错误：找不到此客户。", 6),
            "错误：\n  找不\n  到此\n  客\n  户。"
        );
    }
}
