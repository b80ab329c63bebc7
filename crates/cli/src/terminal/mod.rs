//! Standard output, standard error, and questions on the terminal.
//!
//! Text may contain colors: they are removed if the stream does not show colors. Long lines are
//! broken between words on a terminal. A closed standard output, as in `pctransfers ... | head -1`,
//! is not an error.

mod color;
mod log;
mod safe;
mod wrap;

use std::borrow::Cow;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};
use std::process::ExitCode;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use partner_center_terminal::width;
use partner_center_transfers::printable;

use crate::exit;

pub(crate) use self::log::enable_log;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();

/// Writes text for people to standard output and returns the exit code, like [`write_result`].
pub(crate) fn write_text(text: &str, code: u8) -> ExitCode {
    write_result(&on_terminal(text, width::of_stdout()), code)
}

/// Writes a table for spreadsheets and scripts to standard output, like [`write_result`]. Its values
/// have no line breaks, so each one ends a row.
pub(crate) fn write_table(text: &str, code: u8) -> ExitCode {
    let rows = text
        .split_inclusive('\n')
        .map(|row| match row.strip_suffix("\r\n") {
            Some(row) => safe::safe(row).into_owned() + "\r\n",
            None => safe::safe(row).into_owned(),
        });
    write(&rows.collect::<String>(), code)
}

/// Writes the result to standard output and returns the exit code. Failing to write the result
/// counts as a failure.
pub(crate) fn write_result(text: &str, code: u8) -> ExitCode {
    write(&safe::safe(text), code)
}

fn write(text: &str, code: u8) -> ExitCode {
    let stdout = io::stdout().lock();
    let choice = color::choice(&stdout);
    let mut stdout = AutoStream::new(stdout, choice);
    let written = stdout.write_all(text.as_bytes());
    match written.and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            diagnose(&error_line(&format!("failed to write the result: {error}")));
            exit::not_written(code).into()
        }
        _ => code.into(),
    }
}

/// Writes to standard error. A failure is ignored, because it cannot be reported anywhere.
pub(crate) fn diagnose(text: &str) {
    let stderr = io::stderr().lock();
    let choice = color::choice(&stderr);
    let mut stderr = AutoStream::new(stderr, choice);
    let _ = stderr.write_all(on_terminal(text, width::of_stderr()).as_bytes());
    let _ = stderr.flush();
}

/// The line that reports an error.
pub(crate) fn error_line(message: &str) -> String {
    format!("{ERROR}error:{ERROR:#} {}\n", printable(message))
}

/// The lines that report an error, of which the first one is marked as an error.
pub(crate) fn error_lines(lines: &[String]) -> String {
    let mut all = String::new();
    for line in lines {
        all += &match &all[..] {
            "" => error_line(line),
            _ => printable(line).into_owned() + "\n",
        };
    }
    all
}

/// The line of a warning.
pub(crate) fn warning_line(message: &str) -> String {
    format!("{WARNING}warning:{WARNING:#} {}\n", printable(message))
}

/// Writes a warning to standard error.
pub(crate) fn warn(message: &str) {
    diagnose(&warning_line(message));
}

/// The text as the terminal shows it: `width` is `None` if there is no terminal.
fn on_terminal(text: &str, width: Option<u16>) -> Cow<'_, str> {
    let text = safe::safe(text);
    match width {
        Some(width) => wrap::wrap(&text, width.into()).into(),
        None => text,
    }
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
