//! `pctransfers bulk report`: what became of each subscription, for people and for other programs.

mod new_file;

use std::io::{self, BufWriter, ErrorKind, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use partner_center_bulk::wording::count;
use partner_center_bulk::{
    FailedInput, JournalView, ReportError, write_csv, write_failed_as_input, write_html, write_json,
};

use crate::arguments::{BulkReport, GlobalOptions, ReportFormat};
use crate::failure::Failure;
use crate::{exit, terminal};

use new_file::NewFile;

/// Writes the report to a file or to standard output, and the failed subscriptions to another file.
/// If one of the files cannot be written, none is.
pub(super) fn run(global: &GlobalOptions, options: &BulkReport) -> Result<ExitCode, Failure> {
    let out = options.out.as_deref().filter(|out| *out != Path::new("-"));
    let again = options.failed_as_input.as_deref();
    check_paths(&options.journal, out, again).map_err(Failure::Usage)?;
    let view =
        JournalView::open(&options.journal).map_err(|error| Failure::Usage(error.to_string()))?;

    let again = match again {
        None => None,
        Some(path) => Some(failed_as_input(&view, path)?),
    };
    let code = match (options.format, out) {
        // The failed subscriptions only.
        (None, _) => exit::SUCCESS.into(),
        (Some(format), None) => to_stdout(&view, format)?,
        (Some(format), Some(path)) => {
            let mut file = NewFile::for_report(path).map_err(Failure::Usage)?;
            write(&view, format, &mut file).map_err(|error| not_written(path, &error))?;
            file.keep().map_err(Failure::Local)?;
            note(global, &format!("Wrote the report to {}.", path.display()));
            exit::SUCCESS.into()
        }
    };
    if let Some((file, written)) = again {
        keep_input(global, file, written)?;
    }
    Ok(code)
}

fn write(view: &JournalView, format: ReportFormat, out: impl Write) -> Result<(), ReportError> {
    let mut out = BufWriter::new(out);
    match format {
        ReportFormat::Csv => write_csv(view, &mut out),
        ReportFormat::Json => write_json(view, &mut out),
        ReportFormat::Html => write_html(view, &mut out),
    }?;
    out.flush().map_err(ReportError::Output)
}

fn not_written(path: &Path, error: &ReportError) -> Failure {
    Failure::Local(format!("{}: {error}", path.display()))
}

/// Writes the bytes as they are, unless a terminal would act on what is in them.
fn to_stdout(view: &JournalView, format: ReportFormat) -> Result<ExitCode, Failure> {
    let stdout = io::stdout();
    if stdout.is_terminal() {
        let mut report = Vec::new();
        write(view, format, &mut report).map_err(|error| Failure::Local(error.to_string()))?;
        let report = String::from_utf8_lossy(&report);
        return Ok(terminal::write_result(&report, exit::SUCCESS));
    }
    match write(view, format, stdout.lock()) {
        // The reader has seen enough.
        Err(ReportError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => {}
        other => other.map_err(|error| Failure::Local(error.to_string()))?,
    }
    Ok(exit::SUCCESS.into())
}

/// Writes the failed subscriptions to a draft of the file.
fn failed_as_input(view: &JournalView, path: &Path) -> Result<(NewFile, FailedInput), Failure> {
    let mut file = NewFile::for_input(path).map_err(Failure::Usage)?;
    let written = write_failed_as_input(view, BufWriter::new(&mut file))
        .map_err(|error| not_written(path, &error))?;
    file.check_content().map_err(Failure::Usage)?;
    Ok((file, written))
}

fn keep_input(global: &GlobalOptions, file: NewFile, written: FailedInput) -> Result<(), Failure> {
    let FailedInput { rows, left_out, .. } = written;
    let path = file.path().display().to_string();
    if rows == 0 {
        note(
            global,
            &format!("No failed row can be written as a new plan, so {path} was not written."),
        );
    } else {
        file.keep().map_err(Failure::Local)?;
        let rows = count(rows, "row");
        note(
            global,
            &format!(
                "Wrote {rows} to {path}. Fix the causes of the failures; then the partner that \
                 creates the transfers (license-based: the source, new-commerce: the target) runs \
                 bulk create with it.",
            ),
        );
    }
    if left_out > 0 {
        terminal::warn(&format!(
            "{} failed without a way to write them as a new plan; the report has their causes",
            count(left_out, "row"),
        ));
    }
    Ok(())
}

fn note(global: &GlobalOptions, text: &str) {
    if !global.quiet {
        terminal::diagnose(&format!("{text}\n"));
    }
}

/// Refuses to write over the journal, its companions, or one output with the other.
fn check_paths(journal: &Path, out: Option<&Path>, again: Option<&Path>) -> Result<(), String> {
    if again == Some(Path::new("-")) {
        return Err("--failed-as-input needs the name of a file".to_owned());
    }
    let companions = ["", "-wal", "-shm", "-journal", ".lock"].map(|end| {
        let mut name = journal.as_os_str().to_owned();
        name.push(end);
        same_form(Path::new(&name))
    });
    for (option, path) in [("--out", out), ("--failed-as-input", again)] {
        let Some(path) = path else { continue };
        if companions.contains(&same_form(path)) {
            return Err(format!(
                "{option} {}: belongs to the journal: choose another name",
                path.display()
            ));
        }
    }
    if out.is_some() && out.map(same_form) == again.map(same_form) {
        return Err("--out and --failed-as-input are the same file: choose two names".to_owned());
    }
    Ok(())
}

/// A path in a form that can be compared, also of a file that does not exist.
fn same_form(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let directory = path.parent().filter(|parent| *parent != Path::new(""));
    let directory = directory.unwrap_or(Path::new("."));
    match (directory.canonicalize(), path.file_name()) {
        (Ok(directory), Some(name)) => directory.join(name),
        _ => path.to_owned(),
    }
}
