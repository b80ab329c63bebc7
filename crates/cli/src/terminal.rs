//! Standard output, standard error, and questions on the terminal.
//!
//! Text may contain colors: they are removed if the stream is not a terminal, `NO_COLOR` is set or
//! the terminal has no colors. A closed standard output, as in `pctransfers ... | head -1`, is not
//! an error.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;

use crate::exit;

/// Writes the result to standard output and returns the exit code. Failing to write the result
/// counts as a failure.
pub(crate) fn write_result(text: &str, code: u8) -> ExitCode {
    let mut stdout = anstream::AutoStream::auto(io::stdout().lock());
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            diagnose(&format!("error: failed to write the result: {error}\n"));
            exit::not_written(code).into()
        }
        _ => code.into(),
    }
}

/// Writes to standard error. A failure is ignored, because it cannot be reported anywhere.
pub(crate) fn diagnose(text: &str) {
    let mut stderr = anstream::AutoStream::auto(io::stderr().lock());
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Whether there is a terminal to ask on: questions go to standard error, answers come from
/// standard input.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks a question; only "y" and "yes" count as a yes.
pub(crate) fn ask(question: &str) -> io::Result<bool> {
    diagnose(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}
