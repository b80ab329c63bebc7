//! Runs a command that waits for the service, and prints its result.

use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

use crate::end::End;
use crate::exit;
use crate::failure::Failure;

/// Runs `work`, and waits for it.
pub(crate) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    Ok(new()?.block_on(work))
}

fn new() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Local(format!("failed to start: {error}")))
}

/// Runs `work` and prints its end.
pub(crate) fn run(work: impl Future<Output = End>) -> Result<ExitCode, Failure> {
    let runtime = new()?;
    let code = runtime.block_on(async {
        let end = work.await;
        let code = end.code();
        // Tokio handles Ctrl-C from now on, also while a slow reader blocks the output.
        tokio::select! {
            printed = tokio::task::spawn_blocking(|| end.print()) => {
                printed.unwrap_or_else(|_| exit::OTHER.into())
            }
            _ = tokio::signal::ctrl_c() => exit::not_written(code).into(),
        }
    });
    // Does not wait for blocking tasks: a name lookup, a question, or a blocked output.
    runtime.shutdown_background();
    Ok(code)
}
