//! Exit codes of the command. Scripts rely on them, and `--help` lists them.

pub(crate) const SUCCESS: u8 = 0;
pub(crate) const OTHER: u8 = 1;
/// The code that clap uses too.
pub(crate) const USAGE: u8 = 2;
pub(crate) const PARTIAL: u8 = 3;
pub(crate) const REFUSED: u8 = 4;
pub(crate) const UNKNOWN: u8 = 5;
pub(crate) const NOT_APPLIED: u8 = 6;
pub(crate) const NOT_SETTLED: u8 = 7;
/// The code that shells report for a process ended by SIGINT.
pub(crate) const INTERRUPTED: u8 = 130;

/// The exit code if the result could not be written, which counts as a failure.
pub(crate) fn not_written(code: u8) -> u8 {
    if code == SUCCESS { OTHER } else { code }
}
