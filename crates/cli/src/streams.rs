//! Standard output and standard error, which can be closed by whoever reads them: `pctransfers
//! ... | head -1` is no reason to panic, nor to say anything else than what came of the command.
//!
//! What is written may hold colours: they are taken out where the stream is no terminal, or
//! `NO_COLOR` is set, or the terminal knows none.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

/// Writes the result to standard output. A reader that went away is no error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = anstream::AutoStream::auto(io::stdout().lock());
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes to standard error. If that fails, there is nowhere left to say so.
pub(crate) fn diagnose(text: &str) {
    let mut stderr = anstream::AutoStream::auto(io::stderr().lock());
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}

/// Whether someone can be asked: questions go to standard error, answers come from standard input.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks, and takes nothing but a yes for one.
pub(crate) fn ask(question: &str) -> io::Result<bool> {
    diagnose(&format!("{question} [y/N] "));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}
