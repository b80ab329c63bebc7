//! Connections: HTTP/1.1 on each, and a way to cut one off in the middle of a request.

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

/// The handle by which a handler ends its own connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(Arc<Notify>);

impl Cut {
    /// Resets the connection. Never returns: nobody is left to answer.
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
                    // What went wrong on a connection its client knows best.
                    let _ = serve(stream, router, read_timeout).await;
                });
            }
            // Too many open files, or a client that went away at once: the next may fare better.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, router: Router, read_timeout: Duration) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let cut = Cut::default();
    let service = TowerToHyperService::new(router.layer(Extension(cut.clone())));
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(read_timeout)
        // Who has said all may say so and still be answered.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = &mut connection => ended.map_err(io::Error::other),
        () = cut.0.notified() => {
            let stream = connection.into_parts().io.into_inner();
            // With nothing to linger for, closing is a reset.
            stream.set_zero_linger()
        }
    }
}
