//! `pctransfers`: Partner Center transfers from the command line, for people and for scripts.
//!
//! This is a library only to keep the binary thin; its one entry point is [`run`].

mod arguments;
mod ca_file;
mod commands;
mod connection;
mod credentials;
mod emulator_env;
mod environment;
mod exit;
mod failure;
mod input_file;
mod outcome;
mod output;
mod report;
mod runtime;
mod spinner;
mod suggestion;
mod terminal;

use std::process::ExitCode;

use crate::arguments::{Arguments, Command, GlobalOptions, OutputFormat, ServiceCommand};
use crate::failure::Failure;
use crate::report::Report;

/// Runs the command with the arguments and the environment of the process, prints the result and
/// returns the exit code.
pub fn run() -> ExitCode {
    let Arguments { command, global } = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(help_or_error) => return show(&help_or_error),
    };
    match command {
        Command::Service(command) => call_service(&global, &command),
        Command::Bulk(command) => match commands::bulk(&global, &command) {
            Ok(code) => code,
            Err(failure) => printer(&global, &Report::Failed(failure))(),
        },
        Command::Explain { code } => commands::explain(code, &global),
        Command::Emulator(serve) => match serve.try_run(emulator_env::exports) {
            Ok(()) => exit::SUCCESS.into(),
            Err(error) => {
                let kind = if error.is_usage() {
                    Failure::Usage
                } else {
                    Failure::Local
                };
                printer(&global, &Report::Failed(kind(error.to_string())))()
            }
        },
        Command::Completions { shell } => {
            terminal::write_result(&commands::completions(shell), exit::SUCCESS)
        }
        Command::Man => terminal::write_result(&commands::man(), exit::SUCCESS),
    }
}

/// Shows a help page, the version, or what is wrong with the arguments.
fn show(help_or_error: &clap::Error) -> ExitCode {
    let text = help_or_error.render().ansi().to_string();
    if !help_or_error.use_stderr() {
        return terminal::write_text(&text, exit::SUCCESS);
    }
    terminal::diagnose(&text);
    match arguments::requested_output(std::env::args_os()) {
        OutputFormat::Text => exit::USAGE.into(),
        format => {
            let failure = Failure::Usage(arguments::message(help_or_error));
            let document = output::result(&Report::Failed(failure), format, false);
            terminal::write_result(&document, exit::USAGE)
        }
    }
}

fn call_service(global: &GlobalOptions, command: &ServiceCommand) -> ExitCode {
    terminal::enable_log(global.verbose);
    let ended = runtime::run(async {
        let report = commands::run(global, command).await;
        let report = report.unwrap_or_else(Report::Failed);
        (printer(global, &report), report.outcome().exit_code())
    });
    ended.unwrap_or_else(|failure| printer(global, &Report::Failed(failure))())
}

/// A function that prints the report and returns the exit code.
fn printer(
    global: &GlobalOptions,
    report: &Report,
) -> impl FnOnce() -> ExitCode + Send + use<> + 'static {
    let format = global.output;
    let result = output::result(report, format, global.quiet);
    let (failure, code) = (output::failure(report), report.outcome().exit_code());
    move || {
        terminal::diagnose(&failure);
        match format {
            OutputFormat::Text => terminal::write_text(&result, code),
            OutputFormat::Json | OutputFormat::Jsonl => terminal::write_result(&result, code),
        }
    }
}
