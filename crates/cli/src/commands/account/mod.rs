//! Commands for the sign-in.

mod app;
mod login;
mod logout;
mod printed;
mod token;
mod whoami;

use std::process::ExitCode;

use self::printed::Printed;
use crate::arguments::{AccountCommand, GlobalOptions};
use crate::end::End;
use crate::failure::Failure;
use crate::{exit, runtime, terminal};

/// Runs a command until it is done or interrupted, prints the result and returns the exit code.
pub(crate) fn account(global: &GlobalOptions, command: &AccountCommand) -> ExitCode {
    terminal::enable_log(global.verbose);
    let name = match command {
        AccountCommand::Login => "login",
        AccountCommand::Logout => "logout",
        AccountCommand::Whoami => "whoami",
    };
    let ended = runtime::run(async {
        let result = tokio::select! {
            biased;
            result = Box::pin(run(global, command)) => result,
            _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted(None)),
        };
        match result {
            Ok(printed) => {
                let text = || printed.text(global.quiet).to_owned();
                End::new(global, exit::SUCCESS, text, &printed.document)
            }
            Err(failure) => End::of_failure(global, name, failure),
        }
    });
    ended.unwrap_or_else(|failure| End::of_failure(global, name, failure).print())
}

async fn run(global: &GlobalOptions, command: &AccountCommand) -> Result<Printed, Failure> {
    match command {
        AccountCommand::Login => login::login(global).await,
        AccountCommand::Logout => logout::logout(global).await,
        AccountCommand::Whoami => whoami::whoami(global).await,
    }
}
