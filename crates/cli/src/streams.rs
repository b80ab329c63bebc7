//! Standard output and standard error, which can be closed by whoever reads them: `pctransfers
//! ... | head -1` is no reason to panic, nor to say anything else than what came of the command.

use std::io::{self, ErrorKind, Write as _};

/// Writes the result to standard output. A reader that went away is no error.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
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
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
