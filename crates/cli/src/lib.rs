//! `pctransfers`: transfers from the command line, for people and for scripts.
//!
//! A library only so that the binary is thin; its one entry is [`run`].
//!
//! | module | idea |
//! |---|---|
//! | `arguments`, `calls` | what can be asked for |
//! | `connection` | which service, and how |
//! | `credential` | who calls |
//! | `token_file` | where a user's refresh token is kept |
//! | `reads` | what only reads |
//! | `changes`, `create` | what changes something |
//! | `approval` | the question before that |
//! | `lost_answer` | what is read where its answer was lost |
//! | `progress` | what is seen meanwhile |
//! | `explain` | what an error code means |
//! | `roles` | the partners of the emulator, for a shell |
//! | `paper` | the manual page and the completions |
//! | `report` | what came of it, before anyone thinks of how to show it |
//! | `text`, `tables` | the report for people |
//! | `json` | the report for scripts |
//! | `exit` | the report as a number |
//! | `streams` | standard output and standard error, which can be closed |

mod approval;
mod arguments;
mod calls;
mod changes;
mod connection;
mod create;
mod credential;
mod exit;
mod explain;
mod json;
mod lost_answer;
mod paper;
mod progress;
mod reads;
mod report;
mod roles;
mod streams;
mod tables;
mod text;
mod token_file;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::Parser as _;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::arguments::{Arguments, Command, Output};
use crate::calls::Call;
use crate::connection::Connection;
use crate::exit::Exit;
use crate::json::Form;
use crate::report::{Failure, Report};

/// Reads the arguments and the environment of the process, does what they ask for, shows what
/// came of it, and gives the exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse().and_then(Arguments::check) {
        Ok(arguments) => arguments,
        Err(help_or_error) => {
            // Whoever closed the stream does not want to read it.
            let _ = help_or_error.print();
            let code = u8::try_from(help_or_error.exit_code());
            return ExitCode::from(code.unwrap_or(Exit::Usage.code()));
        }
    };
    let call = match &arguments.command {
        Command::Call(call) => call,
        Command::Emulator(serve) => return serve.clone().run_with_greeting(roles::shown),
        Command::Explain { code } => return explain::run(*code, arguments.output),
        Command::Completions { shell } => return finish(&paper::completions(*shell), Exit::Done),
        Command::Man => return finish(&paper::manual(), Exit::Done),
    };
    log(arguments.verbose);
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::Local(format!("failed to start: {error}"));
            return show(&arguments, &Report::Failed(failure))();
        }
    };
    let code = runtime.block_on(async {
        let report = carry_out(&arguments, call).await;
        let report = report.unwrap_or_else(Report::Failed);
        // Whoever reads the result may be slow, and Ctrl-C is not the system's business any more.
        tokio::select! {
            code = tokio::task::spawn_blocking(show(&arguments, &report)) => {
                code.unwrap_or_else(|_| Exit::Other.into())
            }
            _ = tokio::signal::ctrl_c() => unwritten(report.exit()).into(),
        }
    });
    // Not after what still blocks: a look-up of a name, a question, a reader that does not read.
    runtime.shutdown_background();
    code
}

/// What shows the report and gives the exit code.
fn show(arguments: &Arguments, report: &Report) -> impl FnOnce() -> ExitCode + Send + 'static {
    let shown = match arguments.output {
        Output::Text if arguments.quiet => text::quiet(report),
        Output::Text => text::report(report),
        Output::Json => json::report(report, Form::Document),
        Output::Jsonl => json::report(report, Form::Lines),
    };
    let (failure, exit) = (text::failure(report), report.exit());
    move || {
        streams::diagnose(&failure);
        finish(&shown, exit)
    }
}

/// Writes the result. A success that nobody could be told of is none.
fn finish(shown: &str, exit: Exit) -> ExitCode {
    match streams::print(shown) {
        Ok(()) => exit.into(),
        Err(error) => {
            streams::diagnose(&format!("error: failed to write the result: {error}\n"));
            unwritten(exit).into()
        }
    }
}

fn unwritten(exit: Exit) -> Exit {
    match exit {
        Exit::Done => Exit::Other,
        exit => exit,
    }
}

/// Shows the client's spans and events on standard error; at most as much as was asked for.
fn log(verbose: u8) {
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

async fn carry_out(arguments: &Arguments, call: &Call) -> Result<Report, Failure> {
    if let Some(approval) = call.approval() {
        approval::check(arguments, approval.yes)?;
    }
    let connection = Connection::open(arguments, call).await?;
    tokio::select! {
        // What is done is not interrupted any more.
        biased;
        report = Box::pin(ask(arguments, &connection, call)) => report,
        _ = tokio::signal::ctrl_c() => {
            // The terminal has written `^C` into the line.
            if streams::can_ask() {
                streams::diagnose("\n");
            }
            Err(Failure::Interrupted(connection.under_way()))
        }
    }
}

async fn ask(
    arguments: &Arguments,
    connection: &Connection,
    call: &Call,
) -> Result<Report, Failure> {
    let client = connection.client();
    match call {
        Call::Create(create) => changes::create(arguments, connection, create).await,
        Call::Get(target) => reads::get(arguments, client, target).await,
        Call::List(list) => reads::list(arguments, connection, list).await,
        Call::Accept(accept) => Box::pin(changes::accept(arguments, connection, accept)).await,
        Call::Reject(change) => Box::pin(changes::reject(arguments, connection, change)).await,
        Call::Cancel(change) => Box::pin(changes::cancel(arguments, connection, change)).await,
        Call::Withdraw(change) => changes::withdraw(arguments, connection, change).await,
        Call::Eligibility(eligibility) => reads::eligibility(arguments, client, eligibility).await,
        Call::Wait(wait) => reads::wait(arguments, client, wait).await,
    }
}
