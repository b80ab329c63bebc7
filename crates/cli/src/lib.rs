//! `pctransfers`: Partner Center transfers from the command line, for people and for scripts.
//!
//! This is a library only to keep the binary thin; its one entry point is [`run`].

mod arguments;
mod ca_file;
mod call_log;
mod commands;
mod connection;
mod credentials;
mod emulator_env;
mod end;
mod environment;
mod exit;
mod failure;
mod files;
mod input_file;
mod invocation;
mod outcome;
mod output;
mod profile;
mod record_file;
mod report;
mod runtime;
mod service;
mod short_text;
mod similar;
mod spinner;
mod suggestion;
mod terminal;

use std::process::ExitCode;

use crate::arguments::{Arguments, Command, GlobalOptions, OutputFormat, ServiceCommand};
use crate::end::End;
use crate::failure::Failure;
use crate::invocation::Invocation;
use crate::record_file::RecordFile;
use crate::report::Report;

#[doc(hidden)]
pub use crate::output::result_schema;

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
            Err(failure) => End::of_failure(&global, "bulk", failure).print(),
        },
        Command::Account(command) => commands::account(&global, &command),
        Command::Config(command) => commands::config(&global, &command),
        Command::Explain { code } => commands::explain(code, &global),
        Command::Emulator(serve) => match serve.try_run(emulator_env::exports) {
            Ok(()) => exit::SUCCESS.into(),
            Err(error) => {
                let kind = if error.is_usage() {
                    Failure::Usage
                } else {
                    Failure::Local
                };
                End::of_failure(&global, "emulator", kind(error.to_string())).print()
            }
        },
        Command::Completions { shell, .. } => {
            let text = shell.map_or_else(profile::names, commands::completions);
            terminal::write_result(&text, exit::SUCCESS)
        }
        Command::Man { out: None } => terminal::write_result(&commands::man(), exit::SUCCESS),
        Command::Man {
            out: Some(directory),
        } => match commands::write_man(&directory) {
            Ok(names) => terminal::write_result(&names, exit::SUCCESS),
            Err(message) => End::of_failure(&global, "man", Failure::Local(message)).print(),
        },
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
            let (report, invocation) = (Report::Failed(failure), Invocation::start(None));
            let run = invocation.end_with(&report);
            let document = output::result(&report, run, format, false);
            terminal::write_result(&document, exit::USAGE)
        }
    }
}

fn call_service(global: &GlobalOptions, command: &ServiceCommand) -> ExitCode {
    terminal::enable_log(global.verbose);
    let invocation = Invocation::start_of(command);
    let fail = |failure| {
        let report = Report::Failed(failure);
        End::of_report(global, &report, invocation.end_with(&report), None).print()
    };
    let record_file = global.record.as_deref().map(RecordFile::open);
    let mut record_file = match record_file.transpose() {
        Ok(file) => file,
        Err(failure) => return fail(failure),
    };
    let ended = runtime::run(async {
        let report = commands::run(global, command, &invocation).await;
        let report = report.unwrap_or_else(Report::Failed);
        let run = invocation.end_with(&report);
        let not_recorded = match record_file.take() {
            Some(file) => append(file, output::record_line(&report, run)).await.err(),
            None => None,
        };
        End::of_report(global, &report, run, not_recorded)
    });
    ended.unwrap_or_else(fail)
}

/// Appends the record of the result to the file. The error says that it was not recorded.
async fn append(mut file: RecordFile, line: String) -> Result<(), String> {
    let path = file.path().display().to_string();
    let written = tokio::task::spawn_blocking(move || file.append(&line));
    let reason = tokio::select! {
        written = written => match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        },
        _ = tokio::signal::ctrl_c() => "interrupted".to_owned(),
    };
    Err(format!("the result was not recorded in {path}: {reason}"))
}
