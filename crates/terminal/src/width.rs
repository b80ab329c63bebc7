//! Widths of terminals.
//!
//! Terminals in containers and CI systems often report no columns, and some environments set
//! `COLUMNS` to 0. A width that no text fits into counts as unknown.

use std::io::{self, IsTerminal as _};

use terminal_size::{Height, Width, terminal_size, terminal_size_of};

/// The width of a terminal whose width is unknown, and of tables and help without a terminal.
pub const DEFAULT: u16 = 100;

/// Smaller widths count as unknown.
const MIN: u16 = 20;

/// The width of standard output; `None` if it is not a terminal.
pub fn of_stdout() -> Option<u16> {
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    is_terminal.then(|| known(terminal_size_of(stdout)).unwrap_or(DEFAULT))
}

/// The width of standard error; `None` if it is not a terminal.
pub fn of_stderr() -> Option<u16> {
    let stderr = io::stderr();
    let is_terminal = stderr.is_terminal();
    is_terminal.then(|| known(terminal_size_of(stderr)).unwrap_or(DEFAULT))
}

/// The width of help pages. They are often read through a pager, so the width of any terminal
/// counts.
pub fn of_help() -> usize {
    known(terminal_size())
        .unwrap_or(DEFAULT)
        .min(DEFAULT)
        .into()
}

/// The width that the terminal reports, or that `COLUMNS` contains.
fn known(size: Option<(Width, Height)>) -> Option<u16> {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let is_usable = |width: &u16| *width >= MIN;
    let reported = size.map(|(Width(width), _)| width).filter(is_usable);
    reported.or_else(|| columns().filter(is_usable))
}
