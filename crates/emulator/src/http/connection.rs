//! HTTP/1.1 connections, with or without TLS, and a way for a handler to reset its own connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::http::Request;
use axum::response::Response;
use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

use super::path_case;
#[cfg(feature = "tls")]
use super::tls;

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

/// What serves the connections.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) read_timeout: Duration,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<tokio_rustls::TlsAcceptor>,
}

/// A connection over TCP.
trait Socket: AsyncRead + AsyncWrite + Unpin + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

#[cfg(feature = "tls")]
impl Socket for tokio_rustls::server::TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Accepts connections for as long as it is polled.
pub(crate) async fn accept(listener: TcpListener, server: Server) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let server = server.clone();
                tokio::spawn(async move {
                    // The client sees errors of its connection itself.
                    let _ = serve(stream, server).await;
                });
            }
            // Too many open files, or a client that disconnected at once: the next accept may work.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn serve(stream: TcpStream, server: Server) -> io::Result<()> {
    stream.set_nodelay(true)?;
    #[cfg(feature = "tls")]
    if let Some(tls) = &server.tls {
        let stream = tls::accept(tls, stream, server.read_timeout).await?;
        return serve_http(stream, server).await;
    }
    serve_http(stream, server).await
}

async fn serve_http(stream: impl Socket, server: Server) -> io::Result<()> {
    let reset = ConnectionReset::default();
    let service = TowerToHyperService::new(server.router.layer(Extension(reset.clone())));
    // Before the router chooses a route by the path.
    let service = service_fn(move |mut request: Request<Incoming>| {
        path_case::normalize(&mut request);
        service.call(request)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(server.read_timeout)
        // A client may close its sending side and still get a response.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = &mut connection => ended.map_err(io::Error::other),
        () = reset.0.notified() => {
            let stream = connection.into_parts().io.into_inner();
            // Without lingering, closing the socket is a reset.
            stream.tcp().set_zero_linger()
        }
    }
}
