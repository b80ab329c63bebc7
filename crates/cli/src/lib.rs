//! `pctransfers`: Partner Center transfers from the command line, for people and for scripts.
//!
//! This is a library only to keep the binary thin; its one entry point is [`run`].

mod arguments;
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
mod spinner;
mod terminal;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::arguments::{Arguments, Command, GlobalOptions, ServiceCommand};
use crate::failure::Failure;
use crate::report::Report;

/// Runs the command with the arguments and the environment of the process, prints the result and
/// returns the exit code.
pub fn run() -> ExitCode {
    let Arguments { command, global } = match Arguments::parse() {
        Ok(arguments) => arguments,
        Err(help_or_error) => {
            // A closed stream is not an error here.
            let _ = help_or_error.print();
            let code = u8::try_from(help_or_error.exit_code());
            return code.unwrap_or(exit::USAGE).into();
        }
    };
    match command {
        Command::Service(command) => call_service(&global, &command),
        Command::Explain { code } => commands::explain(code, global.output),
        Command::Emulator(serve) => serve.run_with_greeting(emulator_env::exports),
        Command::Completions { shell } => {
            terminal::write_result(&commands::completions(shell), exit::SUCCESS)
        }
        Command::Man => terminal::write_result(&commands::man(), exit::SUCCESS),
    }
}

fn call_service(global: &GlobalOptions, command: &ServiceCommand) -> ExitCode {
    enable_log(global.verbose);
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::Local(format!("failed to start: {error}"));
            return print(global, &Report::Failed(failure))();
        }
    };
    let code = runtime.block_on(async {
        let report = commands::run(global, command).await;
        let report = report.unwrap_or_else(Report::Failed);
        // Tokio handles Ctrl-C from now on, also while a slow reader blocks the output.
        tokio::select! {
            code = tokio::task::spawn_blocking(print(global, &report)) => {
                code.unwrap_or_else(|_| exit::OTHER.into())
            }
            _ = tokio::signal::ctrl_c() => exit::not_written(report.outcome().exit_code()).into(),
        }
    });
    // Does not wait for blocking tasks: a name lookup, a question, or a blocked output.
    runtime.shutdown_background();
    code
}

/// A function that prints the report and returns the exit code.
fn print(global: &GlobalOptions, report: &Report) -> impl FnOnce() -> ExitCode + Send + 'static {
    let (result, failure) = (output::result(report, global), output::failure(report));
    let code = report.outcome().exit_code();
    move || {
        terminal::diagnose(&failure);
        terminal::write_result(&result, code)
    }
}

/// Writes the client's spans and events to standard error.
fn enable_log(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
}
