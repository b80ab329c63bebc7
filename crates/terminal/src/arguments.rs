//! Parses the arguments of a command.

use std::env;
use std::ffi::OsString;

use clap::Parser;

use crate::printable::printable;
use crate::width;

/// Parses the arguments of the process. Prints help and errors like [`Parser::parse`], and ends the
/// process then.
pub fn parse_arguments<A: Parser>() -> A {
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
    let mut command = A::command().term_width(width::of_help());
    let matches = command.try_get_matches_from_mut(arguments)?;
    A::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
}
