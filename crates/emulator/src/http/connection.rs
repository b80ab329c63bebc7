//! HTTP/1.1 connections, and a way for a handler to reset its own connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::response::Response;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Resets the connection of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConnectionReset(Arc<Notify>);

impl ConnectionReset {
    /// Resets the connection. Never returns, as there is nothing to respond to.
    pub(crate) async fn reset(&self) -> Response {
        self.0.notify_one();
        std::future::pending().await
    }
}

/// Accepts connections for as long as it is polled.
pub(crate) async fn accept(listener: TcpListener, router: Router, read_timeout: Duration) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let router = router.clone();
                tokio::spawn(async move {
                    // The client sees errors of its connection itself.
                    let _ = serve(stream, router, read_timeout).await;
                });
            }
            // Too many open files, or a client that disconnected at once: the next accept may work.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, router: Router, read_timeout: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let reset = ConnectionReset::default();
    let service = TowerToHyperService::new(router.layer(Extension(reset.clone())));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        // A client may close its sending side and still get a response.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = &mut connection => ended.map_err(io::Error::other),
        () = reset.0.notified() => {
            let stream = connection.into_parts().io.into_inner();
            // Without lingering, closing the socket is a reset.
            stream.set_zero_linger()
        }
    }
}
