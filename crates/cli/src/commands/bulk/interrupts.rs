//! Counts how often Ctrl-C was pressed.

use tokio::sync::watch;

use crate::failure::Failure;
use crate::terminal;

/// How often Ctrl-C was pressed since the start.
#[derive(Debug)]
pub(super) struct Interrupts(watch::Receiver<u32>);

impl Interrupts {
    /// Starts to count, in the Tokio runtime of the caller.
    pub(super) fn start() -> Self {
        let (sender, receiver) = watch::channel(0);
        tokio::spawn(async move {
            while tokio::signal::ctrl_c().await.is_ok() {
                sender.send_modify(|pressed| *pressed += 1);
            }
        });
        Self(receiver)
    }

    /// Waits until Ctrl-C was pressed this often.
    pub(super) async fn pressed(&mut self, times: u32) {
        if self.0.wait_for(|pressed| *pressed >= times).await.is_err() {
            // The system has no such signal.
            std::future::pending::<()>().await;
        }
    }

    /// Runs work that changes nothing, unless it is interrupted.
    pub(super) async fn or<T>(
        &mut self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            ended = work => ended,
            () = self.pressed(1) => {
                // The terminal shows `^C` on the current line.
                if terminal::can_ask() {
                    terminal::diagnose("\n");
                }
                Err(Failure::Interrupted(None))
            }
        }
    }
}
