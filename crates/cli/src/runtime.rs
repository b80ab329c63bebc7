//! Runs a command that waits for the service, and prints its result.

use std::process::ExitCode;

use crate::exit;
use crate::failure::Failure;

/// Runs `work`, which returns a function that prints the result, and the exit code.
pub(crate) fn run<P>(work: impl Future<Output = (P, u8)>) -> Result<ExitCode, Failure>
where
    P: FnOnce() -> ExitCode + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Look at the timers after each task: a flood of interim responses keeps one task busy, and
        // time limits would pass unnoticed.
        .event_interval(1)
        .build()
        .map_err(|error| Failure::Local(format!("failed to start: {error}")))?;
    let code = runtime.block_on(async {
        let (print, code) = work.await;
        // Tokio handles Ctrl-C from now on, also while a slow reader blocks the output.
        tokio::select! {
            printed = tokio::task::spawn_blocking(print) => {
                printed.unwrap_or_else(|_| exit::OTHER.into())
            }
            _ = tokio::signal::ctrl_c() => exit::not_written(code).into(),
        }
    });
    // Does not wait for blocking tasks: a name lookup, a question, or a blocked output.
    runtime.shutdown_background();
    Ok(code)
}
