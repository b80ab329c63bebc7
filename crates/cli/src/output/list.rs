//! Tables of items as text: with a line below them on a terminal, and as lines otherwise.

use std::fmt::Write as _;

use partner_center_terminal::width;

use super::time;

/// A table of transfers, and on a terminal how many of them there are and the zone of the times.
pub(super) fn list(table: &str, shown: usize, all: usize, of: &str) -> String {
    if shown == 0 || !is_on_terminal() {
        return lines(table.to_owned());
    }
    let mut number = shown.to_string();
    if shown != all {
        let _ = write!(number, " of {all}");
    }
    if !of.is_empty() {
        number += " transfers ";
        number += of;
    }
    format!(
        "{table}\n\n{number} shown; times are in {}\n",
        time::zone_name()
    )
}

/// Lines with a line break after the last one; an empty text stays empty.
pub(super) fn lines(text: String) -> String {
    if text.is_empty() { text } else { text + "\n" }
}

pub(super) fn is_on_terminal() -> bool {
    width::of_stdout().is_some()
}
