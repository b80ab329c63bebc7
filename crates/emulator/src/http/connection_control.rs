//! Ways for a handler to end its own connection.

use std::sync::Arc;

use axum::response::Response;
use tokio::sync::Notify;

use super::connection_limit::ConnectionLimit;

/// Ends the connection of a request without a response.
#[derive(Clone, Debug)]
pub(crate) struct ConnectionControl {
    pub(super) reset: Arc<Notify>,
    pub(super) stall: Arc<Notify>,
    pub(super) limit: ConnectionLimit,
}

impl ConnectionControl {
    pub(super) fn new(limit: ConnectionLimit) -> Self {
        Self {
            reset: Arc::default(),
            stall: Arc::default(),
            limit,
        }
    }

    /// Resets the connection. Never returns, as there is nothing to respond to.
    pub(crate) async fn reset(&self) -> Response {
        self.reset.notify_one();
        std::future::pending().await
    }

    /// Sends nothing more, and keeps the connection open until the client closes its side or other
    /// connections need room. Never returns.
    pub(crate) async fn stall(&self) -> Response {
        self.stall.notify_one();
        std::future::pending().await
    }

    /// Waits for a delay, unless other connections need room. Then it resets the connection, and
    /// never returns.
    pub(crate) async fn delay(&self, delay: impl Future<Output = ()>) {
        tokio::select! {
            () = delay => {}
            () = self.limit.room_is_needed() => {
                self.reset().await;
            }
        }
    }
}
