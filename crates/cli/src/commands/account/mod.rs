//! Commands for the sign-in.

mod app;
mod login;
mod logout;
mod printed;
mod token;
mod whoami;

use std::process::ExitCode;

use self::printed::Printed;
use super::print::{print, print_failure};
use crate::arguments::{AccountCommand, GlobalOptions};
use crate::failure::Failure;
use crate::terminal;

/// Runs a command until it is done or interrupted, prints the result and returns the exit code.
pub(crate) fn account(global: &GlobalOptions, command: &AccountCommand) -> ExitCode {
    terminal::enable_log(global.verbose);
    let name = match command {
        AccountCommand::Login => "login",
        AccountCommand::Logout => "logout",
        AccountCommand::Whoami => "whoami",
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // As for the other commands.
        .event_interval(1)
        .build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => {
            let failure = Failure::Local(format!("failed to start: {error}"));
            return print_failure(global, name, failure);
        }
    };
    let result = runtime.block_on(async {
        tokio::select! {
            biased;
            result = Box::pin(run(global, command)) => result,
            _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted(None)),
        }
    });
    // Does not wait for blocking tasks, such as a name lookup.
    runtime.shutdown_background();
    match result {
        Ok(printed) => print(global, printed.text(global.quiet), &printed.document),
        Err(failure) => print_failure(global, name, failure),
    }
}

async fn run(global: &GlobalOptions, command: &AccountCommand) -> Result<Printed, Failure> {
    match command {
        AccountCommand::Login => login::login(global).await,
        AccountCommand::Logout => logout::logout(global).await,
        AccountCommand::Whoami => whoami::whoami(global).await,
    }
}
