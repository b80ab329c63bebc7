//! What a command prints at its end, and its exit code.

use std::process::ExitCode;

use serde::Serialize;

use crate::arguments::{GlobalOptions, OutputFormat};
use crate::failure::Failure;
use crate::invocation::{Ended, Invocation};
use crate::report::Report;
use crate::{exit, output, terminal};

/// The end of a command: what it prints, and its exit code.
#[derive(Debug)]
pub(crate) struct End {
    errors: String,
    result: String,
    format: OutputFormat,
    code: u8,
    /// Why the result is not in the file of `--record`.
    not_recorded: Option<String>,
}

impl End {
    /// Prints a text, or a document if the output is JSON.
    pub(crate) fn new(
        global: &GlobalOptions,
        code: u8,
        text: impl FnOnce() -> String,
        document: &impl Serialize,
    ) -> Self {
        let result = match global.output {
            OutputFormat::Json => output::json(document),
            OutputFormat::Jsonl => output::json_line(document),
            // The arguments are checked before: it has no table.
            OutputFormat::Text | OutputFormat::Csv | OutputFormat::Tsv => text(),
        };
        Self::printing(global, result, code)
    }

    /// Prints a result in the format of the output.
    pub(crate) fn printing(global: &GlobalOptions, result: String, code: u8) -> Self {
        Self {
            errors: String::new(),
            result,
            format: global.output,
            code,
            not_recorded: None,
        }
    }

    /// Prints a report. A result that was not recorded counts as a failure, as one that was not
    /// written does.
    pub(crate) fn of_report(
        global: &GlobalOptions,
        report: &Report,
        mut run: Ended<'_>,
        not_recorded: Option<String>,
    ) -> Self {
        if not_recorded.is_some() {
            run.exit_code = exit::not_written(run.exit_code);
        }
        let notice = output::notice(report, global.output, global.quiet);
        let result = output::result(report, run, global.output, global.quiet);
        Self {
            not_recorded,
            ..Self::printing(global, result, run.exit_code)
                .with_errors(notice + &output::failure(report))
        }
    }

    /// The end of a command that failed and called no service.
    pub(crate) fn of_failure(
        global: &GlobalOptions,
        command: &'static str,
        failure: Failure,
    ) -> Self {
        let report = Report::Failed(failure);
        let invocation = Invocation::start(Some(command));
        Self::of_report(global, &report, invocation.end_with(&report), None)
    }

    /// Prints this to standard error first.
    pub(crate) fn with_errors(self, errors: String) -> Self {
        Self { errors, ..self }
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    pub(crate) fn print(self) -> ExitCode {
        terminal::diagnose(&self.errors);
        let (result, code) = (self.result, self.code);
        let code = match self.format {
            OutputFormat::Text => terminal::write_text(&result, code),
            OutputFormat::Json | OutputFormat::Jsonl => terminal::write_result(&result, code),
            OutputFormat::Csv | OutputFormat::Tsv => terminal::write_table(&result, code),
        };
        if let Some(message) = self.not_recorded {
            terminal::diagnose(&terminal::error_line(&message));
        }
        code
    }
}
