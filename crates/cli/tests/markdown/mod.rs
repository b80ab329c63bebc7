//! The code blocks of the repository's Markdown documents.

#![allow(dead_code, reason = "each test file uses a part")]

pub(crate) const README: &str = include_str!("../../../../README.md");
pub(crate) const COMMAND_README: &str = include_str!("../../README.md");

/// A fenced code block.
pub(crate) struct Block {
    /// The first word after the fence, such as `sh`.
    pub(crate) language: &'static str,
    /// The second word after the fence: the terminal that the block is for.
    pub(crate) role: Option<&'static str>,
    /// The exit code of each line: 0, unless the paragraph above the block says `exit code N`.
    pub(crate) exit_code: i32,
    pub(crate) lines: Vec<&'static str>,
}

/// All code blocks of a document, in order.
pub(crate) fn blocks(document: &'static str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph = String::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else {
            if line.is_empty() {
                paragraph.push('\n');
            } else {
                paragraph.push_str(line);
                paragraph.push(' ');
            }
            continue;
        };
        let (language, role) = match info.split_once(' ') {
            Some((language, role)) => (language, Some(role)),
            None => (info, None),
        };
        blocks.push(Block {
            language,
            role,
            exit_code: exit_code(&paragraph),
            lines: lines
                .by_ref()
                .take_while(|line| !line.starts_with("```"))
                .collect(),
        });
        paragraph.clear();
    }
    blocks
}

/// The exit code that the last paragraph of a text names.
fn exit_code(text: &str) -> i32 {
    let paragraph = text.trim_end().rsplit('\n').next().unwrap_or_default();
    let Some((_, after)) = paragraph.split_once("exit code ") else {
        return 0;
    };
    let digits = after.split(|c: char| !c.is_ascii_digit()).next();
    digits
        .and_then(|digits| digits.parse().ok())
        .expect("a number after `exit code`")
}
