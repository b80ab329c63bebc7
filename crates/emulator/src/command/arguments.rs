//! Parses the arguments of a command.

use std::env;
use std::ffi::OsString;

use clap::Parser;
use terminal_size::{Width, terminal_size};

use crate::printable::printable;

/// Help is not wider than this.
const MAX_WIDTH: u16 = 100;

/// Terminals in containers and CI systems report 0 columns: smaller widths count as unknown.
const MIN_WIDTH: u16 = 20;

/// Parses the arguments of the process. Prints help and errors like [`Parser::parse`], and ends the
/// process then.
pub(super) fn parse_arguments<A: Parser>() -> A {
    let arguments: Vec<OsString> = env::args_os().collect();
    let parsed = parse::<A>(&arguments).map_err(|error| {
        // Errors repeat arguments, so the error is the one of the printable arguments.
        let arguments = arguments.iter().map(|it| it.to_string_lossy());
        let arguments = arguments.map(|it| printable(&it).replace('\n', r"\n").into());
        let printable: Vec<OsString> = arguments.collect();
        parse::<A>(&printable).err().unwrap_or(error)
    });
    parsed.unwrap_or_else(|error| error.exit())
}

fn parse<A: Parser>(arguments: &[OsString]) -> Result<A, clap::Error> {
    let mut command = A::command().term_width(help_width());
    let matches = command.try_get_matches_from_mut(arguments)?;
    A::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}

fn help_width() -> usize {
    let is_usable = |width: &u16| *width >= MIN_WIDTH;
    let reported = terminal_size().map(|(Width(width), _)| width);
    let columns = || env::var("COLUMNS").ok()?.parse().ok().filter(is_usable);
    let width = reported.filter(is_usable).or_else(columns);
    width.unwrap_or(MAX_WIDTH).min(MAX_WIDTH).into()
}
