//! What a command prints at its end, and its exit code.

use std::process::ExitCode;

use serde::Serialize;

use crate::arguments::{GlobalOptions, OutputFormat};
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::report::Report;
use crate::{output, terminal};

/// The end of a command: what it prints, and its exit code.
#[derive(Debug)]
pub(super) struct End {
    result: String,
    /// For a person, and not for a script.
    is_text: bool,
    errors: String,
    code: u8,
}

impl End {
    /// Prints a text, or a document if the output is JSON.
    pub(super) fn new(
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

    /// The end of a command that failed.
    pub(super) fn of_failure(global: &GlobalOptions, failure: Failure) -> Self {
        let report = Report::Failed(failure);
        let invocation = Invocation::start(Some("bulk"));
        let run = invocation.end_with(&report);
        let result = output::result(&report, run, global.output, global.quiet);
        Self::printing(global, result, run.exit_code).with_errors(output::failure(&report))
    }

    /// Prints a result in the format of the output.
    pub(super) fn printing(global: &GlobalOptions, result: String, code: u8) -> Self {
        Self {
            result,
            is_text: global.output == OutputFormat::Text,
            errors: String::new(),
            code,
        }
    }

    /// Prints this to standard error first.
    pub(super) fn with_errors(self, errors: String) -> Self {
        Self { errors, ..self }
    }

    pub(super) fn code(&self) -> u8 {
        self.code
    }

    pub(super) fn print(self) -> ExitCode {
        terminal::diagnose(&self.errors);
        if self.is_text {
            terminal::write_text(&self.result, self.code)
        } else {
            terminal::write_result(&self.result, self.code)
        }
    }
}
