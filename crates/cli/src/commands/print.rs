//! Prints the result of a command that has a document of its own.

use std::process::ExitCode;

use serde::Serialize;

use crate::arguments::{GlobalOptions, OutputFormat};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Report;
use crate::{exit, output, terminal};

/// Prints the text or the document.
pub(super) fn print(global: &GlobalOptions, text: &str, document: &impl Serialize) -> ExitCode {
    match global.output {
        OutputFormat::Text => terminal::write_text(text, exit::SUCCESS),
        format => terminal::write_result(&json(format, document), exit::SUCCESS),
    }
}

fn json(format: OutputFormat, document: &impl Serialize) -> String {
    if format == OutputFormat::Jsonl {
        output::json_line(document)
    } else {
        output::json(document)
    }
}

/// Prints why the command failed, as the commands that call the service do.
pub(super) fn print_failure(
    global: &GlobalOptions,
    command: &'static str,
    failure: Failure,
) -> ExitCode {
    let report = Report::Failed(failure);
    terminal::diagnose(&output::failure(&report));
    let invocation = Invocation::start(Some(command));
    let run = invocation.end_with(&report);
    let result = output::result(&report, run, global.output, global.quiet);
    terminal::write_result(&result, run.exit_code)
}
